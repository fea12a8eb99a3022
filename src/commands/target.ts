/** What `check` is asked about: a bare id, an item link, or the text that the Taobao app copies with a link in it. */
import { TkguardError } from '../errors.ts';

export interface Target {
  readonly id: string;
  readonly isLink: boolean;
}

const LINK = /https?:\/\/[^\s"'<>，。「」【】]+/i;
const ITEM_HOST = /(^|\.)(taobao|tmall|tmall\.hk|95095)\.(com|hk)$/i;

/** Throws `unresolved-link` for links that hide the item id (short links): tkguard does not go online. */
export function readTarget(text: string): Target {
  const link = LINK.exec(text)?.[0];
  if (link === undefined) return { id: text.trim(), isLink: false };
  const url = URL.canParse(link) ? new URL(link) : null;
  const inPath = url && /\/i(\d{6,})\.html?$/.exec(url.pathname)?.[1];
  const id =
    url && ITEM_HOST.test(url.hostname)
      ? (url.searchParams.get('id') ?? url.searchParams.get('itemId') ?? inPath)
      : null;
  if (!id) throw new TkguardError('unresolved-link', { link });
  return { id: id.trim(), isLink: true };
}
