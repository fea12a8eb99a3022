/** Posts JSON, and judges the answer by the channel's own code: a status of 200 says nothing (alerts.md §1). */
import { millisecondsInDay, millisecondsInMinute } from 'date-fns/constants';
import { CHINA, formatDay } from '../domain/time.ts';
import { type HttpAnswer, retryAfterMs } from '../host/request.ts';
import type { Adapter, Hint, Message, Outcome, Sending, Settings } from './channel.ts';
import { refusedOutcome, retry } from './channel.ts';

const MOST_BYTES = 65_536;

/** `waitMs`: how long the channel must be left alone; `tomorrow`: until the next day in China. `mostTries`: of one message. */
interface Ruling {
  readonly is: 'retry' | 'refused';
  readonly hint: Hint;
  readonly waitMs?: number | 'tomorrow';
  readonly mostTries?: number;
}

/** How a channel says what became of a message. */
interface Codes {
  /** Where its code stands, and its words. */
  readonly code: string;
  readonly text: string;
  readonly ok: number;
  readonly rulings: Readonly<Record<number, Ruling>>;
  /** Of codes that are not listed; left out: it may be tried again. */
  readonly others?: Ruling;
}

const UNKNOWN_CODE: Ruling = { is: 'retry', hint: 'unknown' };

interface Post {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
}

interface HttpChannel extends Pick<Adapter, 'mostBytes' | 'isMarkdown'> {
  /** null: the status alone decides. */
  readonly codes: Codes | null;
  post(message: Message, settings: Settings, nowMs: number): Post;
}

/** A channel that takes messages as JSON. */
export function httpChannel({ mostBytes, isMarkdown, codes, post }: HttpChannel): Adapter {
  const prepare: Adapter['prepare'] = (message, settings, nowMs) =>
    postJson(post(message, settings, nowMs), codes, nowMs);
  return { mostBytes, isMarkdown, prepare };
}

function postJson({ url, headers = {}, body: document }: Post, codes: Codes | null, nowMs: number): Sending {
  const body = JSON.stringify(document);
  return {
    shown: `POST ${URL.canParse(url) ? new URL(url).origin : ''}/…\n${body}`,
    async send(host, timeoutMs) {
      if (!isSafeAddress(url)) return refusedOutcome('http:', 'insecure');
      const all = { 'Content-Type': 'application/json; charset=utf-8', ...headers };
      const answer = await host.sendRequest(url, { headers: all, body, timeoutMs, maxBytes: MOST_BYTES });
      if ('failure' in answer) return retry(answer.failure, 'unreachable');
      return judge(answer, codes, nowMs);
    },
  };
}

/** Nobody on the way can read the key. `smtp:` begins open, and is then encrypted or given up. */
export function isSafeAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return ['https:', 'smtps:', 'smtp:'].includes(protocol) || (protocol === 'http:' && isLoopback(hostname));
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function judge(answer: HttpAnswer, codes: Codes | null, nowMs: number): Outcome {
  const { status } = answer;
  const isGood = status >= 200 && status < 300;
  if (status >= 300 && status < 400) return refusedOutcome(`HTTP ${status}`, 'redirect');
  const askedMs = retryAfterMs(answer, nowMs);
  const afterMs = askedMs === null ? null : Math.min(askedMs, millisecondsInDay);
  const document = codes && parseObject(answer.bytes);
  const code = document?.[codes?.code ?? ''];
  if (codes && document && (typeof code === 'number' || typeof code === 'string')) {
    const said = `${codes.code} ${code} ${document[codes.text] ?? ''}`.trim();
    if (Number(code) === codes.ok && isGood) return { is: 'sent', answer: said };
    const { is, hint, waitMs = null, mostTries = null } = codes.rulings[Number(code)] ?? codes.others ?? UNKNOWN_CODE;
    if (is === 'refused' && status < 500) return refusedOutcome(said, hint);
    return retry(said, hint, afterMs ?? (waitMs === 'tomorrow' ? tomorrowMs(nowMs) : waitMs), mostTries);
  }
  if (isGood && codes === null) return { is: 'sent', answer: `HTTP ${status}` };
  // Blocked by DingTalk's gateway, which answers without its code.
  if (isGood && document?.punish !== undefined) return retry('punish', 'rate', BLOCKED_MS);
  if (isGood) return retry(`HTTP ${status}`, 'not-json');
  const isPassing = status === 408 || status === 429 || status >= 500;
  return isPassing ? retry(`HTTP ${status}`, 'server', afterMs) : refusedOutcome(`HTTP ${status}`, 'bad-status');
}

const BLOCKED_MS = 10 * millisecondsInMinute;

function parseObject(bytes: Uint8Array): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : null;
  } catch {
    return null;
  }
}

function tomorrowMs(nowMs: number): number {
  return CHINA.parse(`${formatDay(nowMs + millisecondsInDay)}T00:10:00`) - nowMs;
}
