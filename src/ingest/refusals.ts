/** Answers that are no data: login pages, throttling, captchas, empty searches (formats.md §1.4). Read as data, they would look as if every plan had vanished. */
import type { Refusal } from './findings.ts';
import { refuse } from './findings.ts';
import type { Json } from './json.ts';
import { at, textOf } from './json.ts';

/**
 * For text that is no export that we know. Not for text that is: a merchant may give a plan a name that holds these words.
 */
export function refusePage(text: string): Refusal | null {
  if (text.includes('亲，访问受限了')) return refuse('throttled');
  if (text.includes('login.taobao.com/member/login')) return refuse('login-page');
  return /^\s*</.test(text) ? refuse('html') : null;
}

export function refuseAnswer(doc: Json): Refusal | null {
  const topError = at(doc, 'error_response');
  if (topError !== undefined) {
    const [code, message] = [
      textOf(at(topError, 'sub_code')) || textOf(at(topError, 'code')),
      textOf(at(topError, 'sub_msg')) || textOf(at(topError, 'msg')),
    ];
    return refuse('open-platform-error', { code, message });
  }
  if (at(doc, 'rgv587_flag') !== undefined || at(doc, 'x5step') !== undefined) return refuse('captcha');
  if (at(doc, 'ok') === false || at(doc, 'info', 'ok') === false) {
    const message = textOf(at(doc, 'info', 'message'));
    if (/nologin/i.test(message)) return refuse('login-page');
    return textOf(at(doc, 'url')).startsWith('http') ? refuse('captcha') : refuse('not-ok', { message });
  }
  const status = textOf(at(doc, 'data', 'head', 'status'));
  if (status === 'NORESULT') return refuse('no-result', { message: textOf(at(doc, 'data', 'head', 'errmsg')) });
  return status !== '' && status !== 'OK' ? refuse('not-ok', { message: status }) : null;
}
