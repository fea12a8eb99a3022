/** Formats as declarations: where their rows are, where each value stands in a row, and what a list of them is complete for. */
import { groupBy } from '../domain/group-by.ts';
import { type Coverage, NO_FACTS, NO_SHOP, type PlanFacts, type Reading } from '../domain/reading.ts';
import { BadCell, countCell, splitPlanName } from './cells.ts';
import type { ColumnName } from './columns.ts';
import { type Findings, stop } from './findings.ts';
import type {
  Batch,
  FormatInfo,
  JsonFormat,
  KnownIds,
  ListFormat,
  Paging,
  ReadContext,
  TableFormat,
} from './format.ts';
import { NO_INFO } from './format.ts';
import { checkMissing, checkTwice, plainName } from './header.ts';
import { at, isList, isObject, type Json, textOf } from './json.ts';
import { batchRows, type OwnRow } from './own-rows.ts';
import { noteRateStyle } from './rate-style.ts';
import type { NumberedJson, Plan, Remark, RowField, RowSource } from './row.ts';
import { numbered, objectsOf, planOf, Row } from './row.ts';
import { wholeRows } from './table-rows.ts';

/** What a row says of shop, item and plan. They are read in the order in which they are declared. */
export type Fields = { readonly [K in keyof Said]?: RowField<NonNullable<Said[K]>> };

interface Said extends Omit<PlanFacts, 'hidden'> {
  readonly sellerId: string | null;
  readonly keeperId: string | null;
  /** 旺旺, and 店铺名称. */
  readonly nick: string | null;
  readonly title: string | null;
  /** A link in which the seller number may stand. */
  readonly picture: string | null;
  readonly itemId: string | null;
  readonly itemTitle: string | null;
  readonly planId: string | null;
  readonly rate: Plan['rate'];
  /** Of the item, in 30 days. */
  readonly sales: number | null;
}

interface RowDeclaration {
  readonly fields: Fields;
  /** The plans of rows that have several, or whose plan is known otherwise than by an id. */
  readonly plans?: (row: Row, itemId: string) => readonly Plan[];
  /** Facts that need several fields. */
  readonly fix?: (reading: Reading, row: Row) => PlanFacts;
  /** Rows to skip, such as blank ones. */
  readonly skip?: (row: Row) => boolean;
}

type Info = Pick<FormatInfo, 'id' | 'gives' | 'exampleName' | 'example' | 'isNamed'> & Partial<FormatInfo>;

/** Readings of rows. A row with problems gives none. What is noted at the end counts items or plans. */
function* readRows(
  rows: Iterable<NumberedJson>,
  declared: RowDeclaration,
  source: RowSource,
  { findings }: ReadContext,
): Generator<Reading> {
  const remarks = new Map<Remark['code'], Set<string>>();
  for (const { value, line } of objectsOf(rows, findings)) {
    const row = new Row(value, line, source);
    const readings = declared.skip?.(row) ? [] : readingsOf(row, declared);
    findings.problems.push(...row.problems);
    if (row.problems.length > 0) continue;
    if (readings.some(({ rate }) => rate?.measure === 'income'))
      row.remarks.unshift({ code: 'income-only', subject: `${line}` });
    for (const { code, subject } of row.remarks) remarks.set(code, (remarks.get(code) ?? new Set()).add(subject));
    yield* readings;
  }
  for (const [code, { size }] of remarks)
    findings.notes.push(code === 'not-usable' ? { code, args: { plans: size } } : { code, args: { items: size } });
}

function readingsOf(row: Row, { fields, plans, fix }: RowDeclaration): readonly Reading[] {
  const said: Partial<Said> = Object.fromEntries(
    Object.entries(fields).map(([key, field]) => {
      const value = field.read(row);
      if (value === null && (key === 'itemId' || key === 'planId')) row.problem('needed', field.name);
      return [key, value];
    }),
  );
  const { sellerId = null, keeperId = null, nick = null, title = null, picture = null, ...rest } = said;
  const { itemId, itemTitle = null, planId, kind = null, rate = null, sales = null, ...facts } = rest;
  const shop = { ...NO_SHOP, sellerId, keeperId, nick, title, pictureId: numberInPicture(picture) };
  const isKnown = sellerId !== null || keeperId !== null;
  const shopFields = [fields.sellerId, fields.keeperId].filter((field) => field !== undefined);
  if (!isKnown && shopFields.length > 0) row.problem('needed', shopFields.find(({ name }) => name !== '')?.name ?? '');
  const found = [
    ...(fields.planId ? [planWith(planOf(planId ?? null, kind, rate), facts)] : []),
    ...(plans?.(row, itemId ?? '') ?? []),
  ];
  return found.map((plan): Reading => {
    const reading = {
      locator: row.locator,
      shop,
      item: fields.itemId ? { id: itemId ?? '', title: itemTitle } : null,
      planId: plan.planId,
      facts: plan.facts,
      rate: plan.rate,
      sales,
    };
    return fix ? { ...reading, facts: fix(reading, row) } : reading;
  });
}

/** `…/uploaded/i3/2208000321/…` (formats.md, Appendix E). */
function numberInPicture(link: string | null): string | null {
  return /\/i\d\/(\d{5,13})\//.exec(link ?? '')?.[1] ?? null;
}

/** Adds facts to a plan. A state at the end of its name counts where the state itself is open. */
export function planWith(plan: Plan, said: Partial<PlanFacts>): Plan {
  const { name, state: inName } = splitPlanName(said.name ?? '');
  const state = said.state ?? null;
  const isOpen = state === null || state === 'active';
  return { ...plan, facts: { ...NO_FACTS, ...plan.facts, ...said, name, state: isOpen ? (inName ?? state) : state } };
}

/** A whole number under `path`, null where there is none. */
function count(value: Json | undefined, ...path: readonly string[]): number | null {
  const number = countCell(textOf(at(value, ...path)));
  return number instanceof BadCell ? null : number;
}

/**
 * `whole` for a list that is complete by what the answer counts: no more rows, and no other page, than the file has. Else
 * `partial`, with a note; also where it counts neither: even a short page may be the last of several.
 */
function coverageOf(whole: Coverage, { items, page, pages }: Paging, have: number, findings: Findings): Coverage {
  const counted = items !== null || pages !== null;
  if (counted && have >= (items ?? 0) && (pages ?? 1) <= 1 && (page ?? 1) <= 1) return whole;
  if (!counted) findings.notes.push({ code: 'whole-unknown', args: { have } });
  else if (items !== null && have < items) findings.notes.push({ code: 'incomplete-list', args: { have, of: items } });
  else findings.notes.push({ code: 'incomplete-pages', args: { have, pages: Math.max(pages ?? 1, page ?? 1) } });
  return 'partial';
}

/** How a list says which of its pages it is. */
export function readPaginator(doc: Json): Paging {
  const of = (key: string) => count(doc, 'data', 'paginator', key);
  return { items: of('items'), page: of('page'), pages: of('pages') };
}

/** The same, of lists that count their pages alone. */
export function readTotalPages(doc: Json): Paging {
  return { items: null, page: null, pages: count(doc, 'data', 'totalPages') };
}

interface JsonDeclaration extends Info, Omit<RowDeclaration, 'fields'> {
  /** The path of the list of rows. */
  readonly rows: string | ((doc: Json) => readonly Json[]);
  /** Cheap, by the shape alone. `rows`: what stands under the path; `row`: the first of them. */
  readonly is: (shape: {
    readonly doc: Json;
    readonly rows: Json | undefined;
    readonly row: Json | undefined;
  }) => boolean;
  readonly fields: Fields | ((context: ReadContext, rows: readonly Json[], doc: Json) => Fields);
  /** What the list is complete for, if all its pages are there. */
  readonly complete: Coverage | ((row: Json) => Coverage);
  readonly subject?: (ids: KnownIds, readings: readonly Reading[]) => string;
  readonly pages?: Omit<ListFormat, 'rows'>;
  /** Whether an empty list is a fact. Without this an empty list is refused. */
  readonly isNone?: (doc: Json) => boolean;
  readonly merge?: (readings: readonly Reading[], context: ReadContext, rows: readonly Json[]) => readonly Reading[];
  readonly note?: (context: ReadContext, rows: readonly Json[]) => void;
}

/** A JSON document with one list of rows, such as a saved answer of an alliance page. */
export function jsonFormat(declared: JsonDeclaration): JsonFormat {
  const { id, needs = [], rates = [], rows: place, is, fields, complete, subject, pages } = declared;
  const path = typeof place === 'string' ? place.split('.') : [];
  const list: ListFormat | undefined = pages && { ...pages, rows: path.at(-1) ?? '' };
  const findRows =
    typeof place === 'string' ? (doc: Json) => listAt(doc, path) ?? stop('not-this-format', { format: id }) : place;
  return {
    ...NO_INFO,
    ...declared,
    kind: 'json',
    ...(list && { list }),
    recognizes(doc) {
      const found = path.length > 0 ? at(doc, ...path) : undefined;
      return is({ doc, rows: found, row: isList(found) ? found[0] : undefined });
    },
    read(doc, context) {
      const { ids, findings } = context;
      const missing = needs.filter((need) => ids[need] === null);
      if (missing.length > 0) stop('missing-id', { ids: missing.join(', '), example: `${missing[0]}-123456` });
      const rows = findRows(doc);
      if (rows.length === 0 && !declared.isNone?.(doc)) stop('no-rows');
      const found = typeof fields === 'function' ? fields(context, rows, doc) : fields;
      const all = [...readRows(numbered(rows), { ...declared, fields: found }, { ids, rates }, context)];
      const readings = declared.merge?.(all, context, rows) ?? all;
      declared.note?.(context, rows);
      const about = subject?.(ids, readings) ?? '';
      const batch = (coverage: Coverage, of: readonly Reading[]): Batch => {
        return { account: null, capturedMs: null, coverage, subject: about, readings: of };
      };
      if (typeof complete !== 'function') {
        const isOne = list === undefined || context.isWhole;
        return [batch(isOne ? complete : coverageOf(complete, list.pagingOf(doc), rows.length, findings), readings)];
      }
      const coverageOfRow = ({ locator }: Reading) => complete(rows[locator - 1] ?? null);
      return [...groupBy(readings, coverageOfRow)].map(([one, same]) => batch(one, same));
    },
  };
}

/** The list under a path; nothing there (null, `{}`) is an empty one. undefined: something else stands there. */
function listAt(doc: Json, path: readonly string[]): readonly Json[] | undefined {
  const found = at(doc, ...path);
  if (isList(found)) return found;
  return found === null || (isObject(found) && Object.keys(found).length === 0) ? [] : undefined;
}

interface TableDeclaration extends Info, Omit<RowDeclaration, 'fields'> {
  /** By how its header begins, what a column is in our words: what follows is a unit or a validity that changes (`(300天内有效)`). */
  readonly columns: Readonly<Record<string, ColumnName>>;
  /** Columns by which the table is recognised. */
  readonly is: readonly string[];
  /** Columns that must be there; of several the first that is. */
  readonly needed: readonly (readonly string[])[];
  /** `has`: whether the file has a column. */
  readonly fields: (has: (column: string) => boolean) => Fields;
  readonly note?: (context: ReadContext, has: (column: string) => boolean) => void;
}

/** A list of chosen items, as the alliance exports it to spreadsheets: it lists what was chosen, so it is `partial`. */
export function tableFormat(declared: TableDeclaration): TableFormat {
  const { columns, is, needed, fields, rates = [] } = declared;
  const beginnings = Object.keys(columns);
  const beginningOf = (name: string) => beginnings.find((beginning) => plainName(name).startsWith(beginning));
  return {
    ...NO_INFO,
    ...declared,
    kind: 'table',
    recognizes: (header) => is.every((column) => header.some((name) => plainName(name).startsWith(column))),
    meaningsOf: (header) => header.map((name) => columns[beginningOf(name) ?? '']),
    read(header, rows, context) {
      const names = header.map(beginningOf);
      checkTwice(header, names);
      checkMissing(names, needed);
      const has = (column: string) => names.includes(column);
      declared.note?.(context, has);
      const nameOf = (field: string) => header[names.indexOf(field)] ?? field;
      const source = { ids: context.ids, rates, nameOf };
      const readings = readRows(namedRows(), { ...declared, fields: fields(has) }, source, context);
      return batchRows(undated(readings), 'partial');
      function* namedRows(): Generator<NumberedJson> {
        for (const { line, cells } of wholeRows(header, rows, context.findings)) {
          const value: Record<string, string> = {};
          for (const [index, name] of names.entries()) if (name !== undefined) value[name] = cells[index] ?? '';
          for (const { field } of rates)
            if (has(field)) noteRateStyle(context.findings, nameOf(field), value[field] ?? '', line);
          yield { line, value };
        }
      }
    },
  };
}

function* undated(readings: Iterable<Reading>): Generator<OwnRow> {
  for (const reading of readings) yield { account: null, capturedMs: null, reading };
}
