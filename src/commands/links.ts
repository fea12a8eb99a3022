/** Ids as people copy them: bare, in quotation marks, as `id=…`, or in a link, alone or in the text that the Taobao app copies. */
import { foldWidth } from '../domain/rate.ts';
import { TkguardError } from '../errors.ts';

// With or without a scheme.
const LINK = /(?:(?:https?:)?\/\/|(?:[\w-]+\.)+[a-z]{2,}\/)[^\s"'<>，。「」【】]+/gi;
const OTHER_SHOP = /(^|\.)(jd|yangkeduo|pinduoduo|vip|suning|1688|douyin|jinritemai|kwaixiaodian|dangdang)\.(com|hk)$/i;
const ITEM_HOST = /(^|\.)(taobao|tmall|tmall\.hk|95095)\.(com|hk)$/i;

/** The links in a text, as they stand there. */
export function linksIn(text: string): readonly string[] {
  return text.match(LINK) ?? [];
}

/** 淘口令: letters and digits between two signs, which only the Taobao app can open. */
const TOKEN = /([￥¥€$₤￡₴₳]) ?[A-Za-z0-9]{8,14} ?\1/;
const QUOTES = /^["'“”‘’「『]+|["'“”‘’」』]+$/g;
/** What stands in a copied address: `id=680000000001`. */
const PARAMETER = /^[?&]?(?:item_?)?ids?=([\w-]+)$/i;
const ITEM_PARAMETERS = new Set(['id', 'itemid', 'itemids', 'item_id', 'num_iid', 'auctionid']);

interface NamedId {
  readonly id: string;
  /** Of a link, or named as an item's. */
  readonly isItem: boolean;
}

/** Throws `unresolved-link` for links that hide the item id (short links), `other-shop` for links elsewhere, and `token` for 淘口令: tkguard does not open them. */
export function readId(text: string): NamedId {
  const [link] = linksIn(text);
  if (link !== undefined) return { id: itemIdIn(link), isItem: true };
  const bare = foldWidth(text).trim().replace(QUOTES, '').trim();
  if (TOKEN.test(text)) throw new TkguardError('token', { text: bare });
  const parameter = PARAMETER.exec(bare)?.[1];
  return { id: parameter ?? bare, isItem: parameter !== undefined };
}

function itemIdIn(link: string): string {
  const address = `https://${link.replace(/^(?:https?:)?\/\//i, '')}`;
  const url = URL.canParse(address) ? new URL(address) : null;
  const inPath = url && /\/(?:i|item\/)(\d+)\.html?$/.exec(url.pathname)?.[1];
  const isItem = url !== null && ITEM_HOST.test(url.hostname);
  const inQuery = isItem && [...url.searchParams].find(([name]) => ITEM_PARAMETERS.has(name.toLowerCase()))?.[1];
  const id = isItem ? inQuery || inPath : null;
  if (url !== null && OTHER_SHOP.test(url.hostname)) throw new TkguardError('other-shop', { link });
  if (!id) throw new TkguardError('unresolved-link', { link });
  return id.trim();
}
