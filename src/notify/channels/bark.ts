/** Bark. A message with the same `id` takes the place of the earlier one. */
import { httpChannel } from '../http.ts';

export const bark = httpChannel({
  // Of 4096 that Apple's service takes, the rest of the message included.
  mostBytes: 3000,
  isMarkdown: false,
  codes: {
    code: 'code',
    text: 'message',
    ok: 200,
    rulings: { 400: { is: 'refused', hint: 'bad-key' }, 500: { is: 'retry', hint: 'server' } },
  },
  post({ key: id, title, lines }, { url, key }) {
    const body = { device_key: key, title, body: lines.join('\n'), group: 'tkguard', id };
    const base = (url || 'https://api.day.app').replace(/\/$/, '');
    return { url: `${base}/push`, body };
  },
});
