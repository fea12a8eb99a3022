/** What becomes of a file that a sync takes in. */
import type { Refusal } from '../ingest/findings.ts';
import { refuse } from '../ingest/findings.ts';
import type { OpenExport } from '../ingest/read-export.ts';
import type { FileOutcome } from '../report/sync-report.ts';
import type { Alarm } from '../store/alarm.ts';

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
