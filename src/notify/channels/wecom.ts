/** 企业微信群机器人. `markdown_v2` takes neither colours nor mentions (developer.work.weixin.qq.com, document 91770). */
import { millisecondsInMinute } from 'date-fns/constants';
import { httpChannel } from '../http.ts';

export const wecom = httpChannel({
  mostBytes: 4096,
  isMarkdown: true,
  codes: {
    code: 'errcode',
    text: 'errmsg',
    ok: 0,
    rulings: {
      [-1]: { is: 'retry', hint: 'unknown', mostTries: 3 },
      45009: { is: 'retry', hint: 'rate', waitMs: millisecondsInMinute },
      45033: { is: 'retry', hint: 'rate', waitMs: millisecondsInMinute },
      93000: { is: 'refused', hint: 'bad-key' },
      40008: { is: 'refused', hint: 'bad-message' },
      40033: { is: 'refused', hint: 'bad-message' },
      40058: { is: 'refused', hint: 'bad-message' },
    },
  },
  post({ title, lines }, { url }) {
    const content = [`**${title}**`, ...lines].join('\n');
    return { url, body: { msgtype: 'markdown_v2', markdown_v2: { content } } };
  },
});
