/** Answers that are no data: login pages, throttling, captchas, empty searches (formats.md §1.4). Read as data, they would look as if every plan had vanished. */
import { cleanCell } from './cells.ts';
import type { Survey } from './decode.ts';
import { magicOf } from './decode.ts';
import type { Refusal } from './findings.ts';
import { refuse } from './findings.ts';
import type { Json } from './json.ts';
import { at, isList, isObject, parseJson, textOf } from './json.ts';

/**
 * For text that is no export that we know. Not for text that is: a merchant may give a plan a name that holds these words.
 */
export function refusePage(text: string): Refusal | null {
  if (text.includes('亲，访问受限了')) return refuse('throttled');
  if (text.includes('login.taobao.com/member/login')) return refuse('login-page');
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

export function refuseBinary({ head, bytes }: Survey): Refusal | null {
  if (bytes === 0) return refuse('empty');
  const magic = magicOf(head);
  const isTar = TAR_MAGIC.equals(head.subarray(TAR_MAGIC_AT, TAR_MAGIC_AT + TAR_MAGIC.length));
  // A workbook that is no compound file: Excel 2 to 4, and what some scripts write by hand.
  if (magic === '53514c69') return refuse('database');
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
  const isSimplified = at(doc, 'code') !== undefined && at(doc, 'msg') !== undefined;
  return isSimplified && keys.every((key) => TOP_ERROR_KEYS.has(key)) ? doc : undefined;
}

export function refuseAnswer(doc: Json): Refusal | null {
  const topError = topErrorOf(doc);
  if (topError !== undefined) {
    const told = TOP_ERROR_TEXTS.map((key) => textOf(at(topError, key)).trim()).filter((text) => text !== '');
    if (textOf(at(topError, 'code')) === '15' && told.some((text) => /无结果/.test(text)))
      return refuse('no-result', { message: told.at(-1) ?? '' });
    return refuse('open-platform-error', { detail: told.join(' · ') || 'error_response {}' });
  }
  if (at(doc, 'rgv587_flag') !== undefined || at(doc, 'x5step') !== undefined) return refuse('captcha');
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

/** Answers of the alliance's pages have `data` too, and say beside it whether all is well. */
function wrappedIn(doc: Json): Json | undefined {
  if (at(doc, 'ok') !== undefined || at(doc, 'info') !== undefined) return undefined;
  const data = at(doc, 'data');
  if (typeof data !== 'string' || !data.trimStart().startsWith('{')) return isObject(data) ? data : undefined;
  const parsed = parseJson(data);
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

// Reports of orders, in all their shapes (orders.md §1): they say what was paid, not what a plan pays now.

/** Columns and fields are compared in small letters, without `_`: the page and the open platform spell them differently. */
const plain = (name: string) => cleanCell(name).toLowerCase().replaceAll('_', '');
const names = (list: string) => new Set(list.trim().split(/\s+/));

/** What numbers an order. No list of plans, shops or items has it. */
const NUMBERS = names(`
  订单编号 订单号 淘宝订单编号 淘宝订单号 淘宝父订单编号 子订单编号 子订单号 淘宝子订单号 淘宝子订单编号
  tradeid tradeparentid tbtradeid tbtradeparentid`);

/** What is told of an order beside its number. One will do: users delete columns. */
const DETAILS = names(`
  订单状态 订单类型 付款金额 结算金额 佣金比率 佣金比例 佣金金额 收入比率 分成比率 提成 技术服务费 效果预估 预估收入
  付款预估收入 结算预估收入 计划名称 付款时间 结算时间 淘客结算时间 实际成交价格 成交平台 广告位id 推广位id 媒体id
  维权状态 维权标签 维权退款金额 返还金额 应返商家金额
  tkstatus tkstatustext pubshareprefee pubsharefee pubsharerate totalcommissionrate commissionrate commission incomerate
  alipaytotalprice totalalipayfeestring payprice realpayfee tkcreatetime tkpaidtime earningtime
  refundfee refundstatus punishstatus settlemonth`);

/** Of a 团长, who recruits affiliates: service fees of items. */
const LEADER = names('预估付款服务费 预估结算服务费 付款服务费');
/** 如意投 orders have the estimate of an income, and no rate. */
const [ESTIMATE, RATES] = [names('效果预估'), names('佣金比率 收入比率')];

/** For names that stand together in one table or row. */
export function refuseOrders(header: Iterable<string>): Refusal | null {
  const found = [...header].map(plain);
  const has = (list: ReadonlySet<string>) => found.some((name) => list.has(name));
  if (has(LEADER)) return refuse('leader-report');
  if (!has(NUMBERS) || !has(DETAILS)) return null;
  return refuse(has(ESTIMATE) && !has(RATES) ? 'elite-report' : 'order-report');
}

/** Roots and lists of answers with orders, which may have no row. */
const ROOT = /^(tbk|taobaoke)_\w*(order|refund|report)\w*_response$/;
const LISTS = names('publisher_order_dto n_tbk_order taobaoke_report_members taobaoke_report_member');
const [DEEPEST, MOST_LOOKED_AT] = [6, 500];

/** For a JSON document: its rows, wherever they stand, are orders. Of a list the first row is looked at. */
export function refuseOrderRows(doc: Json): Refusal | null {
  let level: readonly Json[] = [doc];
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth++) {
    const objects = level.flatMap((value) => (isList(value) ? value.slice(0, 1) : [value])).filter(isObject);
    for (const row of objects) {
      const keys = Object.keys(row);
      if (keys.includes('paymentList')) return refuse('elite-report');
      if (keys.some((key) => ROOT.test(key) || LISTS.has(key))) return refuse('order-report');
      const refusal = refuseOrders(keys);
      if (refusal) return refusal;
    }
    level = objects.flatMap((row) => Object.values(row)).slice(0, MOST_LOOKED_AT);
  }
  return null;
}
