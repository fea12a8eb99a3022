/** What `check` and `history` are asked about: a bare id, an item link, or the text that the Taobao app copies with a link in it. */
import { foldWidth } from '../domain/rate.ts';
import { TkguardError } from '../errors.ts';
import type { TargetKind } from '../store/look-up.ts';
import type { Values } from './options.ts';

export const TARGET_OPTIONS = ['check-item', 'check-plan', 'check-shop', 'account'] as const;

export interface Target {
  /** As it was given. */
  readonly text: string;
  readonly id: string;
  /** What the id may be: what the flags say, an item for a link, else any. */
  readonly kinds: readonly TargetKind[];
}

// With or without a scheme.
const LINK = /(?:(?:https?:)?\/\/|(?:[\w-]+\.)+[a-z]{2,}\/)[^\s"'<>，。「」【】]+/gi;
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

/** Throws `unresolved-link` for links that hide the item id (short links), and `token` for 淘口令: tkguard does not open them. */
export function readTarget(text: string, flags: Values<(typeof TARGET_OPTIONS)[number]>): Target {
  const [link] = linksIn(text);
  const bare = foldWidth(text).trim().replace(QUOTES, '').trim();
  const parameter = link === undefined ? PARAMETER.exec(bare)?.[1] : undefined;
  if (link === undefined && TOKEN.test(text)) throw new TkguardError('token', { text: bare });
  const id = link === undefined ? (parameter ?? bare) : itemIdIn(link);
  const isItem = link !== undefined || parameter !== undefined;
  const all = ['item', 'plan', 'shop'] as const;
  const wanted = all.filter((kind) => flags[kind] || (isItem && kind === 'item'));
  if (wanted.length > 1)
    throw new TkguardError('bad-option', { option: `--${wanted[1]}`, value: id, expected: `--${wanted[0]}` });
  return { text, id, kinds: wanted.length > 0 ? wanted : all };
}

function itemIdIn(link: string): string {
  const address = `https://${link.replace(/^(?:https?:)?\/\//i, '')}`;
  const url = URL.canParse(address) ? new URL(address) : null;
  const inPath = url && /\/(?:i|item\/)(\d+)\.html?$/.exec(url.pathname)?.[1];
  const isItem = url !== null && ITEM_HOST.test(url.hostname);
  const inQuery = isItem && [...url.searchParams].find(([name]) => ITEM_PARAMETERS.has(name.toLowerCase()))?.[1];
  const id = isItem ? inQuery || inPath : null;
  if (!id) throw new TkguardError('unresolved-link', { link });
  return id.trim();
}
