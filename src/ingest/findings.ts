/** What a reader found wrong with a file, as values: codes with arguments. The catalogues have their words. */
import type { CodeAndArguments, Coded, CodeOf } from '../words/index.ts';

export type ProblemCode = Exclude<CodeOf<'problem'>, `${string}.${string}`>;

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

/** Why a whole file is refused. */
export type Refusal = Coded<'error'>;
export type RefusalCode = Refusal['code'];
/** Something a user should know of a file that was read. */
export type Note = Coded<'note'>;

/** Collected while a file is read. */
export interface Findings {
  readonly problems: Problem[];
  readonly notes: Note[];
  /** By column with rates (see rate-style.ts). */
  readonly rateStyles: Map<string, RateStyle>;
}

/** Where, in one column with rates, the first cell of each of two styles stands. */
export interface RateStyle {
  percent: StyledCell | null;
  /** Without `%` and below 1: percent, or a fraction of 1. */
  small: StyledCell | null;
  /** Without `%`, 1 or more. */
  large: StyledCell | null;
}

interface StyledCell {
  readonly locator: number;
  readonly cell: string;
}

/** Of a file that is yet to be read. */
export function makeFindings(): Findings {
  return { problems: [], notes: [], rateStyles: new Map() };
}

const MOST_SHOWN = 200;

/** Notes what is wrong with a row. */
export function addProblem(
  problems: Problem[],
  code: ProblemCode,
  locator: number,
  { field = '', found = '', expected = '' }: Partial<Pick<Problem, 'field' | 'found' | 'expected'>> = {},
): void {
  problems.push({ code, locator, field, found: found.slice(0, MOST_SHOWN), expected });
}

const MOST_PROBLEMS = 10_000;

/** Ends the reading of a file with too many bad rows: it is the wrong file, and a list of all would fill the memory. */
export function stopAtTooManyProblems({ problems }: Findings): void {
  if (problems.length < MOST_PROBLEMS) return;
  stop('too-many-bad-rows', { count: problems.length });
}

/** A refusal as a value. */
export function refuse(...[code, args = {}]: CodeAndArguments<Refusal>): Refusal {
  return { code, args } as Refusal;
}

/** Whether a result is a refusal: no other has a code and arguments. */
export function isRefusal(value: object): value is Refusal {
  return 'code' in value && 'args' in value;
}

/** Ends the reading of a file. `orRefusal` catches it, or whoever goes through the rows. */
export function stop(...refusal: CodeAndArguments<Refusal>): never {
  return stopWith(refuse(...refusal));
}

/** The same, with a refusal that is at hand. */
export function stopWith(refusal: Refusal): never {
  throw Object.assign(new Error(refusal.code), { refusal });
}

/** What is read, or why the reading was ended. */
export function orRefusal<T>(read: () => T): T | Refusal {
  try {
    return read();
  } catch (error) {
    const refusal = refusalIn(error);
    if (!refusal) throw error;
    return refusal;
  }
}

/** The refusal that an error of `stop` carries; null for any other error. */
export function refusalIn(error: unknown): Refusal | null {
  return error instanceof Error && 'refusal' in error ? (error.refusal as Refusal) : null;
}
