/** Server酱: SCT keys, and those of the third edition (`sctp<n>t…`), which have a host of their own. The key stands in the path. */
import { httpChannel } from '../http.ts';

const MOST_TITLE = 32;

export const serverchan = httpChannel({
  mostBytes: 30_000,
  isMarkdown: true,
  codes: {
    code: 'code',
    text: 'message',
    ok: 0,
    rulings: { 40001: { is: 'refused', hint: 'bad-key' } },
    others: { is: 'refused', hint: 'unknown' },
  },
  post({ title, lines }, { url, key }) {
    const [, third] = /^sctp(\d+)t/.exec(key) ?? [];
    const base = url || (third === undefined ? 'https://sctapi.ftqq.com' : `https://${third}.push.ft07.com/send`);
    const body = { title: [...title].slice(0, MOST_TITLE).join(''), desp: lines.join('\n\n') };
    return { url: `${base}/${key}.send`, body };
  },
});
