/** One row of a JSON list, or of a table whose columns are named: its values by field, and what is wrong with them. */
import { isZeroRate } from '../domain/rate.ts';
import { GENERAL_PLAN_ID, NO_FACTS, type PlanFacts, type RateFact } from '../domain/reading.ts';
import type { Cell } from './cells.ts';
import {
  BadCell,
  countCell,
  idCell,
  isBlank,
  RATE_CELLS,
  rateCellText,
  splitHidden,
  textCell,
  timeOrMsCell,
  wordCell,
} from './cells.ts';
import { addProblem, type Findings, type Problem, type ProblemCode, stopAtTooManyProblems } from './findings.ts';
import type { KnownIds, RateField } from './format.ts';
import { at, cellText, has, isObject, type Json, type JsonObject, textOf } from './json.ts';

/** What is the same for all rows of a file. */
export interface RowSource {
  readonly ids: KnownIds;
  readonly rates: readonly RateField[];
  /** A field as the file calls it. */
  readonly nameOf?: (field: string) => string;
}

/** What a user should know of some rows of a file. */
export interface Remark {
  readonly code: 'income-only' | 'plan-unnamed' | 'general-uncertain' | 'not-usable';
  readonly subject: string;
}

/** Each function gives null where the field is absent, null or blank, and also where it is wrong, which it notes. */
export class Row {
  /** `locator`: 1-based index in the list, or line of the table. */
  constructor(
    readonly value: Json,
    readonly locator: number,
    readonly source: RowSource,
    readonly problems: Problem[] = [],
    /** What a user should know of the row, each with what it is about. */
    readonly remarks: Remark[] = [],
    private readonly prefix = '',
  ) {}

  get(field: string): Json | undefined {
    return at(this.value, field);
  }

  has(field: string): boolean {
    return has(this.value, field);
  }

  cell(field: string): string {
    return cellText(this.get(field));
  }

  isBlank(field: string): boolean {
    return isBlank(this.cell(field));
  }

  read<T>(field: string, cell: Cell<T>): T | null {
    const value = cell(this.cell(field));
    return value instanceof BadCell ? this.problem(value.code, field, value.expected) : value;
  }

  /** A rate in the unit that the format declares, of a field's last step. Without a known unit it says nothing, but that there is none. */
  rate(field: string, cell?: Cell<number>): RateFact {
    const { unit, measure } = this.source.rates.find((rate) => rate.field.split('.').at(-1) === field) ?? {
      unit: null,
      measure: 'commission',
    };
    const raw = rateCellText(this.cell(field));
    if (unit === null) return { measure, bp: null, raw: isBlank(raw) || isZeroRate(raw) ? raw : '' };
    return { measure, bp: this.read(field, cell ?? RATE_CELLS[unit]), raw };
  }

  /** An id that stands in the row, or is `known` from elsewhere: where both are, they must agree. */
  idOr(field: string, known: string | null): string | null {
    const id = this.read(field, idCell);
    return id !== null && known !== null && id !== known ? this.problem('disagrees', field, known) : (id ?? known);
  }

  problem(code: ProblemCode, field: string, expected = ''): null {
    const name = `${this.prefix}${this.source.nameOf?.(field) ?? field}`;
    const isTold = this.problems.some((other) => other.field === name && (code === 'needed' || other.code === code));
    if (!isTold) addProblem(this.problems, code, this.locator, { field: name, found: this.cell(field), expected });
    return null;
  }

  /** Notes something that a user should know: how many items, or `subject`s, there are of the kind. */
  remark(code: Remark['code'], subject = `${this.locator}`): void {
    this.remarks.push({ code, subject });
  }

  /** An object within the row, given or under `field`; its problems are the row's, named `field.…`. Nothing there (absent, null, `""`) is an object without fields. */
  inside(field: string, inner = this.get(field)): Row {
    const isThere = inner !== undefined && inner !== null && inner !== '';
    if (isThere && !isObject(inner)) this.problem('not-an-object', field);
    return new Row(
      isObject(inner) ? inner : {},
      this.locator,
      this.source,
      this.problems,
      this.remarks,
      `${this.prefix}${field}.`,
    );
  }
}

export interface NumberedJson {
  /** Of the file, or the 1-based index in a list. */
  readonly line: number;
  readonly value: Json;
}

/** The rows of a list, from 1. */
export function numbered(rows: readonly Json[]): NumberedJson[] {
  return rows.map((value, index) => ({ line: index + 1, value }));
}

/** The rows that have named values; any other is a problem. */
export function* objectsOf(
  rows: Iterable<NumberedJson>,
  findings: Findings,
): Generator<{ readonly line: number; readonly value: JsonObject }> {
  for (const { line, value } of rows) {
    stopAtTooManyProblems(findings);
    if (isObject(value)) yield { line, value };
    else addProblem(findings.problems, 'not-an-object', line, { found: cellText(value).slice(0, 40) });
  }
}

/** Where a value stands in a row, and what kind it is. */
export interface RowField<T> {
  readonly name: string;
  read(row: Row): T | null;
}

function field<T>(name: string, cell: Cell<T>): RowField<T> {
  return { name, read: (row) => row.read(name, cell) };
}

/** Free text; an object or a list is none. */
export function text(name: string): RowField<string> {
  return { name, read: (row) => textCell(textOf(row.get(name))) };
}

export const id = (name: string) => field(name, idCell);
export const count = (name: string) => field(name, countCell);
/** A date, a date-time, or milliseconds since 1970. */
export const time = (name: string) => field(name, timeOrMsCell);
/** One of a closed list of codes; any other is a problem. */
export const code = <T>(name: string, words: ReadonlyMap<string, T>) => field(name, wordCell(words));

/** As `code`, for what no verdict hangs on: any other code is unknown. */
export function hint<T>(name: string, words: ReadonlyMap<string, T>): RowField<T> {
  const read = wordCell(words);
  return field(name, (cell) => {
    const value = read(cell);
    return value instanceof BadCell ? null : value;
  });
}

/** A rate in the unit that the format declares. */
export function rate(name: string): RowField<RateFact> {
  return { name, read: (row) => row.rate(name) };
}

/** What the file or its request says for all rows. */
export function fixed<T>(value: T | null): RowField<T> {
  return { name: '', read: () => value };
}

/** An id that rows may have, and the file's name or request may say. */
export function idOr(name: string, known: string | null): RowField<string> {
  return { name, read: (row) => row.idOr(name, known) };
}

/** The field, where it must say something. */
export function needed<T>({ name, read }: RowField<T>): RowField<T> {
  return { name, read: (row) => read(row) ?? row.problem('needed', name) };
}

/** The first that says something. */
export function first<T>(...fields: readonly RowField<T>[]): RowField<T> {
  const read = (row: Row) => fields.reduce((value: T | null, { read }) => value ?? read(row), null);
  return { name: fields[0]?.name ?? '', read };
}

/** A plan as a row lists it. */
export interface Plan {
  readonly planId: string;
  readonly facts: PlanFacts;
  readonly rate: RateFact | null;
}

/** One key for the marketing rate of an item: the searches that have one name no plan. */
export const MARKETING_PLAN_ID = 'marketing';

/** Whom a plan id names: campaign 0 is the general plan, a leading `-` marks a hidden one (formats.md §1.2, §1.3). */
export function planOf(campaignId: string | null, kind: PlanFacts['kind'], rate: RateFact | null = null): Plan {
  const { id: bare, hidden } = splitHidden(campaignId ?? '');
  const isGeneral = kind === 'general' || bare === GENERAL_PLAN_ID;
  return {
    planId: isGeneral ? GENERAL_PLAN_ID : bare,
    facts: { ...NO_FACTS, kind: isGeneral ? 'general' : kind, hidden: hidden || null },
    rate,
  };
}

/** Maps of special plans to rates, `{"63960348":"50.00"}` (formats.md §3.1, §6.1): keys are plan ids. null is a map without plans. */
export function plansInMap(row: Row, name: string, map: Json, cell: Cell<number>): Plan[] {
  if (map === null) return [];
  if (!isObject(map)) {
    row.problem('not-an-object', name);
    return [];
  }
  return Object.entries(map).flatMap(([campaignId, value]) => {
    const raw = rateCellText(cellText(value));
    const [planId, bp] = [idCell(campaignId), cell(raw)];
    const plan = planOf(planId instanceof BadCell ? null : planId, 'special');
    const isSpecial = plan.planId !== '' && plan.facts.kind === 'special';
    if (!isSpecial) row.problem(planId instanceof BadCell ? planId.code : 'bad-id', name);
    if (bp instanceof BadCell) row.problem(bp.code, name, bp.expected);
    return isSpecial && !(bp instanceof BadCell) ? [{ ...plan, rate: { measure: 'commission', bp, raw } }] : [];
  });
}
