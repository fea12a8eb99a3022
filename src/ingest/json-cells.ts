/** Rows to values by field name, noting what is wrong with a row: those of JSON lists, and those of tables whose columns are named. */
import type { ParsedRate } from '../domain/rate.ts';
import type { PlanFacts, RateFact } from '../domain/reading.ts';
import { GENERAL_PLAN_ID, NO_FACTS } from '../domain/reading.ts';
import { formatIso, parseTime } from '../domain/time.ts';
import { BAD, cleanCell, countCell, idCell, isBlank, splitHidden, timeToSay } from './cells.ts';
import type { Problem, ProblemCode } from './findings.ts';
import { stopAtTooManyProblems } from './findings.ts';
import type { ReadContext } from './format.ts';
import type { Json } from './json.ts';
import { at, cellText, isObject, textOf } from './json.ts';

/**
 * One row. Each function gives null where the field is absent, null or blank, and also where it is wrong, which it
 * notes.
 */
export interface RowCells {
  /** 1-based index in the list, or line of the table. */
  readonly locator: number;
  value(field: string): Json | undefined;
  /** Free text, trimmed. */
  text(field: string): string | null;
  /** An id with all its digits; with `needed`, none is a problem. */
  id(field: string, needed?: 'needed'): string | null;
  /** As `id`; `known` from elsewhere stands where the field says nothing, and must agree where it does. */
  idOr(field: string, known: string | null): string | null;
  /** One of a closed list of codes; any other is a problem. */
  code<T>(field: string, words: ReadonlyMap<string, T>, needed?: 'needed'): T | null;
  /** As `code`, for what no verdict hangs on: any other code is unknown. */
  hint<T>(field: string, words: ReadonlyMap<string, T>): T | null;
  /** A date, a date-time, or milliseconds since 1970 as number or text (formats.md §9); the text of `parseTime`. */
  time(field: string): string | null;
  count(field: string): number | null;
  /** A rate in the unit that `parse` reads: fixed per format and field, never guessed (formats.md §1.1). */
  rate(field: string, parse: (text: string) => ParsedRate, sales: number | null): RateFact;
  problem(code: ProblemCode, field: string, expected?: string): null;
  /**
   * The cells of an object within the row, given or under `field`; its problems are the row's, named `field.…`. Nothing
   * there (absent, null, `""`) is an object without fields.
   */
  inside(field: string, value?: Json): RowCells;
}

/** Reads every row of a list; rows with problems are left out and their problems added to the findings. */
export function readRows<T>(list: readonly Json[], context: ReadContext, read: (row: RowCells) => T): T[] {
  const rows: T[] = [];
  for (const [index, value] of list.entries()) {
    const row = readRow(value, index + 1, context, read);
    if (row !== null && row !== undefined) rows.push(row);
  }
  return rows;
}

/** Reads one row; null where it has problems, which are added to the findings. `locator`: where the row is in the file. */
export function readRow<T>(
  value: Json,
  locator: number,
  { findings }: ReadContext,
  read: (row: RowCells) => T | null,
): T | null {
  stopAtTooManyProblems(findings);
  if (!isObject(value)) {
    findings.problems.push(notAnObject(value, locator));
    return null;
  }
  const problems: Problem[] = [];
  const result = read(rowCells(value, locator, problems));
  findings.problems.push(...problems);
  return problems.length > 0 ? null : result;
}

/** What is wrong with a row that has no named values. */
export function notAnObject(value: Json, locator: number): Problem {
  return { code: 'not-an-object', locator, field: '', found: cellText(value).slice(0, 40), expected: '' };
}

function rowCells(row: Json, locator: number, problems: Problem[], prefix = ''): RowCells {
  const value = (field: string) => at(row, field);
  const cell = (field: string) => cellText(value(field));
  const problem = (code: ProblemCode, field: string, expected = '') => {
    const isTold = code === 'needed' && problems.some((other) => other.field === `${prefix}${field}`);
    if (!isTold)
      problems.push({ code, locator, field: `${prefix}${field}`, found: cell(field).slice(0, 200), expected });
    return null;
  };
  return {
    locator,
    value,
    problem,
    inside(field, inner = value(field)) {
      const isThere = inner !== undefined && inner !== null && inner !== '';
      if (isThere && !isObject(inner)) problem('not-an-object', field);
      return rowCells(isObject(inner) ? inner : {}, locator, problems, `${prefix}${field}.`);
    },
    text: (field) => (isBlank(textOf(value(field))) ? null : textOf(value(field)).trim()),
    id(field, needed) {
      const result = idCell(cell(field));
      if ('problem' in result) return problem(result.problem, field);
      return result.id === null && needed ? problem('needed', field) : result.id;
    },
    idOr(field, known) {
      const result = idCell(cell(field));
      if ('problem' in result) return problem(result.problem, field);
      if (result.id !== null && known !== null && result.id !== known) return problem('disagrees', field, known);
      return result.id ?? known;
    },
    hint: (field, words) => words.get(cleanCell(cell(field))) ?? null,
    code(field, words, needed) {
      const plain = cleanCell(cell(field));
      if (isBlank(plain)) return needed ? problem('needed', field) : null;
      return words.get(plain) ?? problem('bad-word', field, [...words.keys()].join(' '));
    },
    time(field) {
      const plain = cleanCell(cell(field));
      if (isBlank(plain)) return null;
      if (/^\d{13}$/.test(plain)) return formatIso(Number(plain));
      return parseTime(plain)?.text ?? problem('bad-time', field, timeToSay(plain));
    },
    count(field) {
      const count = countCell(cell(field));
      return count === BAD ? problem('bad-number', field) : count;
    },
    rate(field, parse, sales) {
      const rate = parse(cleanCell(cell(field)));
      if (!rate.ok) problem('bad-rate', field, unitToSay(parse));
      return { measure: 'commission', bp: rate.ok ? rate.bp : null, raw: cell(field).trim(), sales };
    },
  };
}

/** The unit that `parse` reads, for a problem; `''` for percent: above 100 there is only 1/100 %. */
export function unitToSay(parse: (text: string) => ParsedRate): string {
  return parse('101').ok ? 'basis-points' : '';
}

/** One key for the marketing rate of an item: the searches that have one name no plan. */
export const MARKETING_PLAN_ID = 'marketing';

export type PlanKey = { readonly planId: string; readonly facts: Pick<PlanFacts, 'kind' | 'hidden'> };

/** Whom a plan id names: campaign 0 is the general plan, a leading `-` marks a hidden one (formats.md §1.2, §1.3). */
export function planOf(campaignId: string | null, kind: PlanFacts['kind']): PlanKey {
  const { id, hidden } = splitHidden(campaignId ?? '');
  const general = kind === 'general' || id === GENERAL_PLAN_ID;
  return {
    planId: general ? GENERAL_PLAN_ID : id,
    facts: { kind: general ? 'general' : kind, hidden: hidden ? true : null },
  };
}

/** Facts of a plan of which an export says nothing but its kind and whether it is hidden. */
export function bareFacts(facts: Pick<PlanFacts, 'kind' | 'hidden'>): PlanFacts {
  return { ...NO_FACTS, ...facts };
}
