/** What becomes of a file that a sync reads. */
import type { AtRisk } from '../domain/at-risk.ts';
import type { EarlyWarning } from '../domain/early-warning.ts';
import type { Verdict } from '../domain/question.ts';
import type { Reason } from '../domain/reason.ts';
import type { NewSnapshot } from '../domain/snapshot.ts';
import type { Coded, Fault } from '../errors.ts';
import { isRefusal, orRefusal, type Problem, refuse } from '../ingest/findings.ts';
import type { OpenExport } from '../ingest/read-export.ts';

/** `left`: for the next run, because it is still being written. `skipped`: no export, and nobody said that it is one. */
export const FILE_STATUSES = ['imported', 'known', 'left', 'skipped', 'held', 'refused', 'unreadable'] as const;
export type FileStatus = (typeof FILE_STATUSES)[number];

export interface FileOutcome {
  readonly file: string;
  readonly status: FileStatus;
  readonly format: string | null;
  readonly encoding: string | null;
  readonly snapshots: readonly NewSnapshot[];
  readonly rows: number;
  /** Rows that changed something. */
  readonly changedRows: number;
  /** Their number by kind, compared with the capture before. */
  readonly against: { readonly added: number; readonly changed: number; readonly gone: number };
  readonly refusal: Fault | null;
  readonly problems: readonly Problem[];
  /** What the locators of problems count. */
  readonly rowUnit: OpenExport['rowUnit'];
  readonly notes: readonly Coded<'note'>[];
  /** For a known file: when it was imported before. */
  readonly knownSince: { readonly importedMs: number; readonly capturedMs: number | null } | null;
}

/** `from`: the verdict reported last; `to`: the verdict now. null: no verdict, because nothing was known, or the plan is judged no longer. */
export interface VerdictChange {
  readonly account: string;
  readonly shop: { readonly id: string | null; readonly name: string | null };
  readonly plan: { readonly id: string; readonly name: string | null };
  readonly from: Verdict | null;
  readonly to: Verdict | null;
  /** The data were too old to judge by when they were imported. */
  readonly isStale: boolean;
  /** Of the oldest data that it stands on, when they were imported; null: there are none. */
  readonly ageMs: number | null;
  /** null: not known. */
  readonly specialBp: number | null;
  readonly generalBp: number | null;
  readonly reasons: readonly Reason[];
  /** Of a new membership; else null. */
  readonly early: EarlyWarning | null;
  /** What it costs a day. */
  readonly atRisk: AtRisk | null;
}

/** An outcome with nothing but what is given. */
export function outcomeOf(file: string, status: FileStatus, more: Partial<FileOutcome> = {}): FileOutcome {
  return {
    file,
    status,
    format: null,
    encoding: null,
    snapshots: [],
    rows: 0,
    changedRows: 0,
    against: { added: 0, changed: 0, gone: 0 },
    refusal: null,
    problems: [],
    rowUnit: 'line',
    notes: [],
    knownSince: null,
    ...more,
  };
}

/** `opened`: the findings so far are kept. */
export function refused(file: string, refusal: Fault, opened?: OpenExport): FileOutcome {
  if (!opened) return outcomeOf(file, 'refused', { refusal });
  const { format, encoding, rowUnit, findings } = opened;
  const { problems, notes } = findings;
  return outcomeOf(file, 'refused', { refusal, format: format.id, encoding, rowUnit, problems, notes });
}

/** Turns a `stop` during reading into a refusal of the file. */
export function refuseThrown<T extends object>(name: string, read: () => T, opened?: OpenExport): T | FileOutcome {
  const result = orRefusal(read);
  return isRefusal(result) ? refused(name, result, opened) : result;
}

/** A path that leads to no file: a mistake in the call, which must not stop the others. */
export function missingPath(path: string): FileOutcome {
  return refused(path, refuse('no-such-path', { path }));
}

/** A file that could not be read at all. */
export function unreadable(file: string, reason: string): FileOutcome {
  return outcomeOf(file, 'unreadable', { refusal: refuse('unreadable', { reason }) });
}
