/** An address of the user's own: `tkguard.alert/1`, judged by the status alone. */
import { createHmac } from 'node:crypto';
import { millisecondsInSecond } from 'date-fns/constants';
import { httpChannel } from '../http.ts';

/** Of a timestamp in seconds and the body as it was sent. */
function signWebhook(timestampS: number, body: string, secret: string): string {
  return createHmac('sha256', secret).update(`${timestampS}.${body}`).digest('hex');
}

export const webhook = httpChannel({
  mostBytes: Number.POSITIVE_INFINITY,
  isMarkdown: false,
  codes: null,
  post({ key, document }, { url, secret }, nowMs) {
    const seconds = Math.floor(nowMs / millisecondsInSecond);
    const signature = {
      'X-Tkguard-Signature': `t=${seconds},v1=${signWebhook(seconds, JSON.stringify(document), secret)}`,
    };
    const headers = { 'Idempotency-Key': key, ...(secret === '' ? {} : signature) };
    return { url, headers, body: document };
  },
});
