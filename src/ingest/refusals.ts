/** Answers that are no data: login pages, throttling, captchas, empty searches (formats.md §1.4). Read as data, they would look as if every plan had vanished. */
import { magicOf, type Survey } from './decode.ts';
import { type Refusal, refuse } from './findings.ts';
import { at, has, isList, isObject, type Json, parseJson, textOf } from './json.ts';
import { findOrders, type OrderShape, orderShapeOf } from './order-names.ts';

/**
 * For text that is no export that we know. Not for text that is: a merchant may give a plan a name that holds these words.
 */
export function refusePage(text: string): Refusal | null {
  if (text.includes('亲，访问受限了')) return refuse('throttled');
  if (/login\.(?:taobao|tmall|alimama)\.com/.test(text)) return refuse('login-page');
  if (/<office:document\b/.test(text)) return refuse('other-document', { kind: 'OpenDocument (.fods)' });
  if (/^\s*<\?xml\b/.test(text) && !/<html\b/i.test(text)) return refuse('xml');
  return /^\s*</.test(text) ? refuse('html') : null;
}

/** By how they begin: what is no text, and cannot be read yet. Archives that can be are unpacked before (unpack.ts). */
const BINARIES: readonly (readonly [magic: string, kind: string])[] = [
  ['1f8b', 'gzip'],
  ['52617221', 'rar'],
  ['377abcaf', '7z'],
];
const [TAR_MAGIC, TAR_MAGIC_AT] = [Buffer.from('ustar'), 257];

/** Why a file is refused by its bytes alone; null: it may be text, or a sheet. */
export function refuseBinary({ head, bytes }: Survey): Refusal | null {
  if (bytes === 0) return refuse('empty');
  const magic = magicOf(head);
  const isTar = TAR_MAGIC.equals(head.subarray(TAR_MAGIC_AT, TAR_MAGIC_AT + TAR_MAGIC.length));
  if (magic === '53514c69') return refuse('database');
  // A workbook that is no compound file: Excel 2 to 4, and what some scripts write by hand.
  if (/^09(00|02|04|08)(04|06|08|10)00/.test(magic)) return refuse('not-supported-yet', { kind: 'Excel 2–4' });
  const kind = isTar ? 'tar' : BINARIES.find(([start]) => magic.startsWith(start))?.[1];
  return kind === undefined ? null : refuse('not-supported-yet', { kind });
}

const TOP_ERROR_TEXTS = ['code', 'msg', 'sub_code', 'sub_msg'];
const TOP_ERROR_KEYS = new Set([...TOP_ERROR_TEXTS, 'request_id', 'error_type', 'top']);

/** An error as the open platform sends it, within the root of an answer, or simplified: without a root. */
function topErrorOf(doc: Json): Json | undefined {
  if (!isObject(doc)) return undefined;
  const roots = Object.entries(doc).filter(([key]) => key.endsWith('_response'));
  for (const [key, body] of roots) {
    const error = key === 'error_response' ? body : at(body, 'error_response');
    if (error !== undefined) return error;
  }
  const keys = Object.keys(doc);
  const isSimplified = has(doc, 'code', 'msg');
  return isSimplified && keys.every((key) => TOP_ERROR_KEYS.has(key)) ? doc : undefined;
}

/** Why an answer is no data; null: it may be. */
export function refuseAnswer(doc: Json): Refusal | null {
  const topError = topErrorOf(doc);
  if (topError !== undefined) {
    const told = TOP_ERROR_TEXTS.map((key) => textOf(at(topError, key)).trim()).filter((text) => text !== '');
    if (textOf(at(topError, 'code')) === '15' && told.some((text) => /无结果/.test(text)))
      return refuse('no-result', { message: told.at(-1) ?? '' });
    return refuse('open-platform-error', { detail: told.join(' · ') || 'error_response {}' });
  }
  if (has(doc, 'rgv587_flag') || has(doc, 'x5step')) return refuse('captcha');
  if (at(doc, 'ok') === false || at(doc, 'info', 'ok') === false) {
    const message = textOf(at(doc, 'info', 'message'));
    if (/nologin/i.test(message)) return refuse('login-page');
    return textOf(at(doc, 'url')).startsWith('http') ? refuse('captcha') : refuse('not-ok', { message });
  }
  const orders = refuseOrderRows(doc);
  if (orders) return orders;
  const status = textOf(at(doc, 'data', 'head', 'status'));
  if (status === 'NORESULT') return refuse('no-result', { message: textOf(at(doc, 'data', 'head', 'errmsg')) });
  return status !== '' && status !== 'OK' ? refuse('not-ok', { message: status }) : null;
}

/** Other platforms, by the roots of their answers. Their goods have no plans that are joined. */
const PLATFORMS: readonly (readonly [platform: Platform, keys: RegExp])[] = [
  ['jingdong', /^(jd|jingdong)_\w+_respon[sc]e$/],
  ['pinduoduo', /^(pdd_\w+|goods_\w+|p_id_\w+|promotion_url_\w+|top_goods_\w+|order_list_\w+)_response$/],
  ['vipshop', /^(returnCode|returnMessage)$/],
  ['suning', /^sn_responseContent$/],
];
type Platform = 'jingdong' | 'pinduoduo' | 'vipshop' | 'suning';

/** Answers of the open platform that have no rates of plans, by their method: what they have is said in words. */
const ANSWERS: readonly (readonly [holds: string, method: RegExp])[] = [
  ['answer-privilege', /privilege/],
  ['answer-favourites', /favorites/],
  ['answer-coupon', /coupon/],
  ['answer-item', /item_info|item_get|items_/],
  ['answer-shop', /shop/],
  ['answer-link', /tpwd|convert|spread|link|url/],
];

/** For a document that no format knows: answers that are known all the same, and have nothing to compare. */
export function refuseOther(doc: Json): Refusal | null {
  const keys = isObject(doc) ? Object.keys(doc) : [];
  const platform = PLATFORMS.find(([, root]) => keys.some((key) => root.test(key)))?.[0];
  if (platform) return refuse('other-platform', { kind: `platform-${platform}` });
  const root = keys.find((key) => key.endsWith('_response'))?.replace(/_response$/, '');
  if (root === undefined) return null;
  const [holds = 'answer-other'] = ANSWERS.find(([, method]) => method.test(root)) ?? [];
  return refuse('other-answer', { answer: root.replaceAll('_', '.'), kind: holds });
}

/** A document and what relays have wrapped into it: the answer stands under `data` of their own `{code,msg,data}`, one or two levels down. */
export function answersIn(doc: Json): readonly Json[] {
  const answers = [doc];
  for (let inner = wrappedIn(doc); inner !== undefined && answers.length <= MOST_WRAPPERS; inner = wrappedIn(inner))
    answers.push(inner);
  return answers;
}

const MOST_WRAPPERS = 2;

/** Whatever it is called: by its root, or by what it says beside `data`, an answer is known. */
function wrappedIn(doc: Json): Json | undefined {
  if (!isObject(doc) || isPageAnswer(doc)) return undefined;
  const { data, ...others } = doc;
  const inner = data === undefined ? undefined : readWrapped(data);
  return (
    inner ??
    Object.values(others)
      .map(readWrapped)
      .find((value) => isPageAnswer(value) || hasRoot(value))
  );
}

/** Answers of the alliance's pages have `data` too, and say beside it whether all is well. */
function isPageAnswer(value: Json | undefined): boolean {
  return has(value, 'ok') || has(value, 'info');
}

function hasRoot(value: Json | undefined): boolean {
  return isObject(value) && Object.keys(value).some((key) => key.endsWith('_response'));
}

/** JSON, or JSON in a text. */
function readWrapped(value: Json): Json | undefined {
  if (isObject(value) || isList(value)) return value;
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return undefined;
  const parsed = parseJson(value);
  return parsed.ok ? parsed.value : undefined;
}

/** JSON with comments, and else in order. A cut-off text, in which `//` of a link stands open, is none. */
export function refuseComments(text: string): Refusal | null {
  const bare = text.replace(/"(?:[^"\\]|\\.)*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (part) =>
    part.startsWith('"') ? part : '',
  );
  return bare !== text && parseJson(bare).ok ? refuse('json-comments') : null;
}

/** JSON behind comments. */
export const COMMENTED_JSON = /^\s*(?:\/\/[^\n]*\n\s*|\/\*[\s\S]*?\*\/\s*)+[{[]/;

/** Orders in shapes that are not read, each with its reason. */
const ORDERS: Readonly<Record<OrderShape, Refusal | null>> = {
  orders: null,
  refunds: null,
  'old-report': refuse('old-order-report'),
  'old-api': refuse('old-order-answer'),
  leader: refuse('leader-report'),
  merchant: refuse('merchant-report'),
  punished: refuse('punished-orders'),
  elite: refuse('elite-report'),
  other: refuse('order-report'),
};

/** For names that stand together in one table or row. */
export function refuseOrders(header: Iterable<string>): Refusal | null {
  const shape = orderShapeOf(header);
  return shape && ORDERS[shape];
}

/** For a JSON document whose rows, wherever they stand, are orders. */
export function refuseOrderRows(doc: Json): Refusal | null {
  const found = findOrders(doc);
  return found && ORDERS[found.shape];
}
