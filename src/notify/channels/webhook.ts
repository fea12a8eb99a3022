/** An address of the user's own: `tkguard.alert/1`, judged by the status alone. */
import { createHmac } from 'node:crypto';
import { millisecondsInSecond } from 'date-fns/constants';
import type { Adapter } from '../channel.ts';
import { postJson } from '../http.ts';

/** Of a timestamp in seconds and the body as it was sent. */
function signWebhook(timestampS: number, body: string, secret: string): string {
  return createHmac('sha256', secret).update(`${timestampS}.${body}`).digest('hex');
}

export const webhook: Adapter = {
  mostBytes: Number.POSITIVE_INFINITY,
  isMarkdown: false,
  prepare({ key, document }, { url, secret }, nowMs) {
    const body = JSON.stringify(document);
    const seconds = Math.floor(nowMs / millisecondsInSecond);
    const signature = { 'X-Tkguard-Signature': `t=${seconds},v1=${signWebhook(seconds, body, secret)}` };
    const headers = { 'Idempotency-Key': key, ...(secret === '' ? {} : signature) };
    return postJson({ url, headers, body }, null, nowMs);
  },
};
