/** PushPlus. Its status is always 200. Sending on after 900 makes the ban longer (pushplus.plus, document 3034446). */
import { httpChannel } from '../http.ts';

export const pushplus = httpChannel({
  mostBytes: 18_000,
  isMarkdown: false,
  codes: {
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
  },
  post({ title, lines }, { url, key }) {
    const body = { token: key, title, content: lines.join('\n'), template: 'txt' };
    return { url: url || 'https://www.pushplus.plus/send', body };
  },
});
