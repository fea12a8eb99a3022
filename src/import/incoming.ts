/** An export on its way in, and when it was captured. */
import { minutesToMilliseconds } from 'date-fns';
import type { CapturedFrom, OwnTime } from '../domain/snapshot.ts';
import type { Refusal } from '../ingest/findings.ts';
import type { KnownIds } from '../ingest/format.ts';
import type { AnswerRequest } from '../ingest/har.ts';
import type { ExportFile } from '../ingest/list-pages.ts';
import type { OpenExport } from '../ingest/read-export.ts';
import type { ImportSession } from '../store/import.ts';
import type { ImportOptions } from './options.ts';

/** What the files of one batch share. `nowMs`: one time for all files of one sync. */
export interface ImportJob {
  readonly session: ImportSession;
  readonly options: ImportOptions;
  readonly nowMs: number;
  /** By digest and own time, files that cannot be put in order, and the name of a file that says otherwise. */
  readonly undated?: ReadonlyMap<string, string>;
}

/** A file, a part of a container, or the joined pages of a list. */
export interface Incoming extends ExportFile {
  /** Of a file on this machine: absolute. */
  readonly path: string | null;
  /** The request that it answers, where it comes from a HAR. */
  readonly request: AnswerRequest | null;
  /** Reads it anew at each call. */
  open(): OpenExport | Refusal;
}

export interface CapturedTime {
  readonly capturedMs: number;
  readonly capturedFrom: CapturedFrom;
}

/** Clocks of servers and laptops differ a little: a capture this far ahead of now is still taken. */
export const CLOCK_SKEW_MS = minutesToMilliseconds(10);

/** The own time of a content (design.md §3.3): the one it states, else its file's in whole seconds. */
export function ownTimeOf(toldMs: number | null, modifiedMs: number | null): OwnTime | null {
  if (toldMs !== null) return { ms: toldMs, from: 'content' };
  return modifiedMs === null ? null : { ms: Math.floor(modifiedMs / 1000) * 1000, from: 'file-time' };
}

/** The same, once the content has been opened. */
export function ownTimeWith({ pageMs }: OpenExport, { own }: Incoming): OwnTime | null {
  return pageMs === null || own?.from === 'content' ? own : ownTimeOf(pageMs, null);
}

/** For rows without a time: `--captured-at`, else the own time, else now. A day that is not over yet was captured at the file's time. */
export function capturedTime(own: OwnTime | null, incoming: Incoming, { options, nowMs }: ImportJob): CapturedTime {
  if (options.capturedMs !== null) return { capturedMs: options.capturedMs, capturedFrom: 'flag' };
  if (own === null) return { capturedMs: nowMs, capturedFrom: 'now' };
  const isToCome = own.from === 'content' && own !== incoming.own && own.ms > nowMs;
  const capturedMs = isToCome ? Math.min(incoming.own?.ms ?? nowMs, nowMs) : own.ms;
  return { capturedMs, capturedFrom: own.from };
}

/** `item=2 seller=1`: the ids that go with a file's content. */
export function idText(ids: KnownIds): string {
  const kinds = ['campaign', 'item', 'keeper', 'seller'] as const satisfies readonly (keyof KnownIds)[];
  return kinds.flatMap((kind) => (ids[kind] === null ? [] : `${kind}=${ids[kind]}`)).join(' ');
}
