/** 飞书自定义机器人. Texts of `post` are plain: `text` and `lark_md` would take mentions out of names. */
import { createHmac } from 'node:crypto';
import { millisecondsInMinute, millisecondsInSecond } from 'date-fns/constants';
import { httpChannel } from '../http.ts';

/** Of a timestamp in seconds: the secret is part of the key, and the message is empty. */
export function signFeishu(timestampS: number, secret: string): string {
  return createHmac('sha256', `${timestampS}\n${secret}`).update('').digest('base64');
}

export const feishu = httpChannel({
  mostBytes: 15_000,
  isMarkdown: false,
  codes: {
    code: 'code',
    text: 'msg',
    ok: 0,
    rulings: {
      // Busy at full and half hours.
      11232: { is: 'retry', hint: 'rate', waitMs: 3 * millisecondsInMinute },
      9499: { is: 'refused', hint: 'bad-message' },
      19001: { is: 'refused', hint: 'bad-key' },
      19021: { is: 'refused', hint: 'sign' },
      19022: { is: 'refused', hint: 'address' },
      19024: { is: 'refused', hint: 'keyword' },
    },
  },
  post({ title, lines }, { url, secret }, nowMs) {
    const timestamp = Math.floor(nowMs / millisecondsInSecond);
    const signed = secret === '' ? {} : { timestamp: String(timestamp), sign: signFeishu(timestamp, secret) };
    const content = lines.map((text) => [{ tag: 'text', text }]);
    const body = { ...signed, msg_type: 'post', content: { post: { zh_cn: { title, content } } } };
    return { url, body };
  },
});
