/** 钉钉自定义机器人. Who is mentioned stands in `at`, and never comes from data. */
import { createHmac } from 'node:crypto';
import { millisecondsInMinute } from 'date-fns/constants';
import { httpChannel } from '../http.ts';

/** Of `timestamp` in milliseconds and the secret; the key is the secret. */
export function signDingtalk(timestampMs: number, secret: string): string {
  return createHmac('sha256', secret).update(`${timestampMs}\n${secret}`).digest('base64');
}

export const dingtalk = httpChannel({
  mostBytes: 18_000,
  isMarkdown: true,
  codes: {
    code: 'errcode',
    text: 'errmsg',
    ok: 0,
    rulings: {
      // Beyond 20 a minute it is blocked for ten minutes.
      130101: { is: 'retry', hint: 'rate', waitMs: 10 * millisecondsInMinute },
      90030: { is: 'retry', hint: 'quota', waitMs: 'tomorrow' },
      // A keyword is missing, the signature does not match, or the IP address is not allowed.
      310000: { is: 'refused', hint: 'dingtalk' },
      300001: { is: 'refused', hint: 'bad-key' },
      300005: { is: 'refused', hint: 'bad-key' },
      400101: { is: 'refused', hint: 'bad-key' },
    },
  },
  post({ title, lines }, { url, secret }, nowMs) {
    const text = [`**${title}**`, ...lines].join('\n\n');
    const body = { msgtype: 'markdown', markdown: { title, text }, at: { isAtAll: false } };
    // Encoded once: a second time would change the signature.
    const query = `timestamp=${nowMs}&sign=${encodeURIComponent(signDingtalk(nowMs, secret))}`;
    const signed = secret === '' ? url : `${url}${url.includes('?') ? '&' : '?'}${query}`;
    return { url: signed, body };
  },
});
