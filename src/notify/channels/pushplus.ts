/** PushPlus. Its status is always 200. Sending on after 900 makes the ban longer (pushplus.plus, document 3034446). */
import type { Adapter } from '../channel.ts';
import { type Codes, postJson } from '../http.ts';

const CODES: Codes = {
  code: 'code',
  text: 'msg',
  ok: 200,
  rulings: {
    500: { is: 'retry', hint: 'server' },
    900: { is: 'retry', hint: 'quota', waitMs: 'tomorrow' },
    888: { is: 'refused', hint: 'quota' },
    903: { is: 'refused', hint: 'bad-key' },
    905: { is: 'refused', hint: 'real-name' },
  },
  others: { is: 'retry', hint: 'unknown' },
};

export const pushplus: Adapter = {
  mostBytes: 18_000,
  isMarkdown: false,
  prepare({ title, lines }, { url, key }, nowMs) {
    const body = { token: key, title, content: lines.join('\n'), template: 'txt' };
    return postJson({ url: url || 'https://www.pushplus.plus/send', body: JSON.stringify(body) }, CODES, nowMs);
  },
};
