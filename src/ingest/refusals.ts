/** Answers that are no data: login pages, throttling, captchas, empty searches (formats.md §1.4). Read as data, they would look as if every plan had vanished. */
import { cleanCell } from './cells.ts';
import type { Refusal } from './findings.ts';
import { refuse } from './findings.ts';
import type { Json } from './json.ts';
import { at, isList, isObject, textOf } from './json.ts';

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

/** Order reports, by columns that stand together nowhere else (formats.md §7.3–7.5). */
const REPORTS: readonly (readonly [code: 'order-report' | 'elite-report', columns: readonly string[]])[] = [
  ['order-report', ['订单编号', '佣金比率', '广告位ID']],
  ['order-report', ['订单编号', '收入比率', '订单状态']],
  ['order-report', ['计划名称', '淘宝父订单编号']],
  ['elite-report', ['订单编号', '效果预估', '成交平台']],
];

/** Tables of what was sold: they tell what was paid, not what a plan pays now. */
export function refuseReport(header: readonly string[]): Refusal | null {
  const names = new Set(header.map(cleanCell));
  const report = REPORTS.find(([, columns]) => columns.every((column) => names.has(column)));
  return report ? refuse(report[0]) : null;
}

/** Orders as the open platform gives them (formats.md §6.4), with or without the root. */
function isOrderList(doc: Json): boolean {
  const roots = isObject(doc) ? Object.keys(doc) : [];
  const hasRoot = roots.some((root) => /^tbk_(sc_)?order_(details_)?get_response$/.test(root));
  return hasRoot || [at(doc, 'data'), doc].some((data) => at(data, 'results', 'publisher_order_dto') !== undefined);
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
    return refuse('open-platform-error', { detail: told.join(' · ') || 'error_response {}' });
  }
  if (at(doc, 'rgv587_flag') !== undefined || at(doc, 'x5step') !== undefined) return refuse('captcha');
  if (at(doc, 'ok') === false || at(doc, 'info', 'ok') === false) {
    const message = textOf(at(doc, 'info', 'message'));
    if (/nologin/i.test(message)) return refuse('login-page');
    return textOf(at(doc, 'url')).startsWith('http') ? refuse('captcha') : refuse('not-ok', { message });
  }
  if (isList(at(doc, 'data', 'paymentList'))) return refuse('elite-report');
  if (isOrderList(doc)) return refuse('order-report');
  const status = textOf(at(doc, 'data', 'head', 'status'));
  if (status === 'NORESULT') return refuse('no-result', { message: textOf(at(doc, 'data', 'head', 'errmsg')) });
  return status !== '' && status !== 'OK' ? refuse('not-ok', { message: status }) : null;
}
