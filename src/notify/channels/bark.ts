/** Bark. A message with the same `id` takes the place of the earlier one. */
import type { Adapter } from '../channel.ts';
import { type Codes, postJson } from '../http.ts';

const CODES: Codes = {
  code: 'code',
  text: 'message',
  ok: 200,
  rulings: { 400: { is: 'refused', hint: 'bad-key' }, 500: { is: 'retry', hint: 'server' } },
  others: { is: 'retry', hint: 'unknown' },
};

export const bark: Adapter = {
  // Of 4096 that Apple's service takes, the rest of the message included.
  mostBytes: 3000,
  isMarkdown: false,
  prepare({ key: id, title, lines }, { url, key }, nowMs) {
    const body = { device_key: key, title, body: lines.join('\n'), group: 'tkguard', id };
    const base = (url || 'https://api.day.app').replace(/\/$/, '');
    return postJson({ url: `${base}/push`, body: JSON.stringify(body) }, CODES, nowMs);
  },
};
