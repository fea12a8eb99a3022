/** What becomes of a file that a sync takes in. */

import type { Coverage } from '../domain/reading.ts';
import type { Reason } from '../domain/reason.ts';
import type { CapturedFrom } from '../domain/snapshot.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { Coded } from '../errors.ts';
import type { Problem, Refusal } from '../ingest/findings.ts';
import { refuse } from '../ingest/findings.ts';
import type { OpenExport } from '../ingest/read-export.ts';
import type { Alarm } from '../store/alarm.ts';

/** `left`: for the next run, because it is still being written. */
export type FileStatus = 'imported' | 'known' | 'left' | 'held' | 'refused' | 'unreadable';

export interface FileSnapshot {
  readonly account: string;
  readonly capturedMs: number;
  readonly capturedFrom: CapturedFrom;
  readonly coverage: Coverage;
  readonly rows: number;
}

export interface FileOutcome {
  readonly file: string;
  readonly status: FileStatus;
  readonly format: string | null;
  readonly encoding: string | null;
  readonly snapshots: readonly FileSnapshot[];
  readonly rows: number;
  /** Rows that say something new. */
  readonly changedRows: number;
  /** The same by what became of them, against the capture before. */
  readonly against: { readonly added: number; readonly changed: number; readonly gone: number };
  readonly refusal: Coded<'error'> | null;
  readonly problems: readonly Problem[];
  readonly notes: readonly Coded<'note'>[];
  /** For a known file: when it was imported before. */
  readonly knownSince: { readonly importedMs: number; readonly capturedMs: number | null } | null;
}

/** `from`: what was told last; `to`: what is true now. null: no verdict, because nothing was known, or the plan is judged no longer. */
export interface VerdictChange {
  readonly account: string;
  readonly shopName: string | null;
  readonly shopId: string | null;
  readonly planId: string;
  readonly planName: string | null;
  readonly from: Verdict | null;
  readonly to: Verdict | null;
  /** The data were too old to judge by when they were imported. */
  readonly isStale: boolean;
  readonly reasons: readonly Reason[];
}

export interface Written {
  readonly outcome: FileOutcome;
  /** Why it should be held back; then nothing of it is kept, and it is written again apart. */
  readonly alarm?: Alarm;
}

/** Refused, and nothing known of it yet. */
export function nothing(file: string): FileOutcome {
  return {
    file,
    status: 'refused',
    format: null,
    encoding: null,
    snapshots: [],
    rows: 0,
    changedRows: 0,
    against: { added: 0, changed: 0, gone: 0 },
    refusal: null,
    problems: [],
    notes: [],
    knownSince: null,
  };
}

export function refused(file: string, refusal: Refusal, opened?: OpenExport): Written {
  const outcome: FileOutcome = {
    ...nothing(file),
    format: opened?.format.id ?? null,
    encoding: opened?.encoding ?? null,
    refusal,
    problems: opened?.findings.problems ?? [],
    notes: opened?.findings.notes ?? [],
  };
  return { outcome };
}

/** A path that leads to no file: a mistake in the call, which must not stop the others. */
export function missingPath(path: string): FileOutcome {
  return { ...nothing(path), refusal: refuse('no-such-path', { path }) };
}

/** A file that could not be read at all. */
export function unreadable(file: string, reason: string): FileOutcome {
  return { ...nothing(file), status: 'unreadable', refusal: refuse('unreadable', { reason }) };
}
