/** Downloads an export: few redirects, no credentials to another host, retries with a growing pause, nothing twice that has not changed. */
import { UTCDateMini } from '@date-fns/utc/date/mini';
import { parse } from 'date-fns/parse';

import type { Fault } from '../errors.ts';
import { type HttpAnswer, retryAfterMs } from '../host/request.ts';
import type { Host } from '../host.ts';
import type { Version } from '../store/sources.ts';

interface Download {
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Digest of address and settings: a version is compared only with one of the same request. */
  readonly digest: string;
  /** The version imported before. */
  readonly known: Version | null;
}

interface Downloaded {
  readonly bytes: Uint8Array;
  /** null: the server does not say. */
  readonly modifiedMs: number | null;
  readonly version: Version | null;
}

const MOST_REDIRECTS = 5;
const PAUSES_MS = [1000, 4000];
const LONGEST_PAUSE_MS = 30_000;
const PASSING = [408, 425, 429, 500, 502, 503, 504];

/** The content; `unchanged`; or the fault, without the address. */
export async function downloadExport(download: Download, host: Host): Promise<Downloaded | 'unchanged' | Fault> {
  for (let attempt = 0; ; attempt++) {
    const { outcome, pauseMs } = await tryDownload(download, host);
    const pause = PAUSES_MS[attempt];
    if (pauseMs === null || pause === undefined) return outcome;
    await host.wait(Math.min(Math.max(pause, pauseMs), LONGEST_PAUSE_MS));
  }
}

interface Attempt {
  readonly outcome: Downloaded | 'unchanged' | Fault;
  /** null: trying again would not help. */
  readonly pauseMs: number | null;
}

async function tryDownload(download: Download, host: Host): Promise<Attempt> {
  const { timeoutMs, maxBytes, digest } = download;
  const first = new URL(download.address);
  const conditions = download.known?.address === digest ? conditionsOf(download.known) : {};
  const credentials = { ...basicCredentials(first), ...download.headers };
  let at = withoutUser(first);
  for (let hops = 0; hops <= MOST_REDIRECTS; hops++) {
    const headers = { ...conditions, ...(at.origin === first.origin ? credentials : {}) };
    const answer = await host.sendRequest(at.href, { headers, timeoutMs, maxBytes });
    if ('failure' in answer) return failedRequest(answer.failure, maxBytes);
    if (answer.status === 304) return { outcome: 'unchanged', pauseMs: null };
    if (answer.status === 200) return { outcome: contentOf(answer, digest), pauseMs: null };
    const target = answer.header('location');
    if (![301, 302, 303, 307, 308].includes(answer.status) || target === null) return badStatus(answer, host.now());
    const next = URL.canParse(target, at.href) ? withoutUser(new URL(target, at.href)) : null;
    // Never from https to http: everybody on the way could read the request.
    const isSafe = next && (next.protocol === 'https:' || (next.protocol === 'http:' && at.protocol === 'http:'));
    if (!next || !isSafe) return { outcome: { code: 'bad-redirect', args: {} }, pauseMs: null };
    at = next;
  }
  return { outcome: { code: 'many-redirects', args: { most: MOST_REDIRECTS } }, pauseMs: null };
}

function failedRequest(failure: string, maxBytes: number): Attempt {
  if (failure === 'too-large') return { outcome: { code: 'answer-too-large', args: { maxBytes } }, pauseMs: null };
  return { outcome: { code: 'unreachable', args: { reason: failure } }, pauseMs: 0 };
}

function badStatus(answer: HttpAnswer, nowMs: number): Attempt {
  const { status } = answer;
  const pauseMs = PASSING.includes(status) ? (retryAfterMs(answer, nowMs) ?? 0) : null;
  return { outcome: { code: 'bad-status', args: { status } }, pauseMs };
}

/** RFC 9110 §5.6.7. */
const HTTP_TIME = "EEE, dd MMM yyyy HH:mm:ss 'GMT'";

function contentOf({ bytes, header }: HttpAnswer, address: string): Downloaded {
  const [tag, modified] = [header('etag'), header('last-modified')];
  const ms = modified === null ? Number.NaN : parse(modified, HTTP_TIME, new UTCDateMini(0)).getTime();
  const version = tag === null && modified === null ? null : { address, tag, modified };
  return { bytes, modifiedMs: Number.isNaN(ms) ? null : ms, version };
}

function conditionsOf({ tag, modified }: Version): Record<string, string> {
  if (tag !== null) return { 'If-None-Match': tag };
  return modified === null ? {} : { 'If-Modified-Since': modified };
}

function basicCredentials({ username, password }: URL): Record<string, string> {
  if (username === '' && password === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

function withoutUser(url: URL): URL {
  const bare = new URL(url);
  bare.username = '';
  bare.password = '';
  bare.hash = '';
  return bare;
}
