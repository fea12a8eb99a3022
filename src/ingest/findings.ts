/** What a reader found wrong with a file, as values: codes with arguments, worded in report/messages. */

export type ProblemCode =
  | 'needed'
  | 'bad-rate'
  | 'bad-time'
  | 'future-time'
  | 'bad-id'
  | 'rounded-id'
  | 'bad-word'
  | 'bad-number'
  | 'bad-amount'
  | 'duplicate-key'
  | 'ragged-row'
  | 'open-quote'
  | 'not-an-object'
  | 'bad-json-line'
  | 'disagrees';

/** One bad row: where, in which column or field, what was found there and (by `code`) what was expected. */
export interface Problem {
  readonly code: ProblemCode;
  /** Line of the file, or 1-based index of the row in JSON. */
  readonly locator: number;
  readonly field: string;
  readonly found: string;
  /** What would have been right, where the code alone does not say: words allowed, number of cells, the earlier value. */
  readonly expected: string;
}

export type RefusalCode =
  | 'login-page'
  | 'throttled'
  | 'captcha'
  | 'html'
  | 'no-result'
  | 'not-ok'
  | 'open-platform-error'
  | 'empty'
  | 'header-only'
  | 'no-rows'
  | 'not-json'
  | 'duplicate-key'
  | 'ambiguous-id'
  | 'no-such-path'
  | 'bad-encoding'
  | 'unknown-format'
  | 'not-this-format'
  | 'unlike-format'
  | 'newer-snapshot'
  | 'title-row'
  | 'mapping-drift'
  | 'no-list'
  | 'not-supported-yet'
  | 'other-document'
  | 'database'
  | 'hidden-sheets'
  | 'sheet-too-large'
  | 'sheet-damaged'
  | 'sheet-locked'
  | 'order-report'
  | 'elite-report'
  | 'missing-columns'
  | 'duplicate-column'
  | 'missing-id'
  | 'only-names'
  | 'bad-rows'
  | 'bad-ledger'
  | 'too-many-bad-rows'
  | 'mixed-rate-units'
  | 'unreadable'
  | 'changed-while-read'
  | 'long-line'
  | 'damaged-archive'
  | 'encrypted-archive'
  | 'archive-method'
  | 'unsafe-archive'
  | 'nested-too-deep'
  | 'too-large'
  | 'nothing-inside'
  | 'damaged-har'
  | 'no-known-answers'
  | 'failed-request'
  | 'empty-answer'
  | 'mass-disappearance'
  | 'format-drift'
  | 'future-request-time'
  | 'future-file-time';

/** Why a whole file is refused. */
export interface Refusal {
  readonly code: RefusalCode;
  readonly args: Readonly<Record<string, string | number>>;
}

export type NoteCode =
  | 'no-line-end'
  | 'known-again'
  | 'discarded'
  | 'released'
  | 'unknown-columns'
  | 'dated-by-content'
  | 'incomplete-list'
  | 'incomplete-pages'
  | 'whole-unknown'
  | 'missing-pages'
  | 'pages-changed'
  | 'pages-apart'
  | 'missing-rows'
  | 'page-copies'
  | 'filtered-list'
  | 'ignored-requests'
  | 'general-uncertain'
  | 'unit-unknown'
  | 'plan-unnamed'
  | 'plan-not-said'
  | 'income-only'
  | 'not-usable'
  | 'other-sheets'
  | 'left-out';

/** Something a user should know of a file that was read. */
export interface Note {
  readonly code: NoteCode;
  readonly args: Readonly<Record<string, string | number>>;
}

/** Collected while a file is read. */
export interface Findings {
  readonly problems: Problem[];
  readonly notes: Note[];
  /** By column with rates (see rate-style.ts). */
  readonly rateStyles: Map<string, RateStyle>;
}

/** Where, in one column with rates, the first cell of each of two styles stands that cannot be of one unit. */
export interface RateStyle {
  percent: StyledCell | null;
  /** Without `%` and below 1: percent, or a fraction of 1. */
  small: StyledCell | null;
}

export interface StyledCell {
  readonly locator: number;
  readonly cell: string;
}

export function makeFindings(): Findings {
  return { problems: [], notes: [], rateStyles: new Map() };
}

const MOST_PROBLEMS = 10_000;

/** Ends the reading of a file that has so many bad rows that it is the wrong one: a list of all would fill the memory. */
export function stopAtTooManyProblems({ problems }: Findings): void {
  if (problems.length < MOST_PROBLEMS) return;
  const count = new Set(problems.map(({ locator }) => locator)).size;
  throw stopReading(refuse('too-many-bad-rows', { count }));
}

export function refuse(code: RefusalCode, args: Refusal['args'] = {}): Refusal {
  return { code, args };
}

export function isRefusal(value: object): value is Refusal {
  return 'code' in value && 'args' in value;
}

/**
 * The error that ends the reading of a source whose bytes turn out not to be what they should be: a generator of bytes
 * has no other way to say so. Caught by `refusalIn`.
 */
export function stopReading(refusal: Refusal): Error {
  return Object.assign(new Error(refusal.code), { refusal });
}

/** The refusal that an error of `stopReading` carries; null for any other error. */
export function refusalIn(error: unknown): Refusal | null {
  return error instanceof Error && 'refusal' in error ? (error.refusal as Refusal) : null;
}
