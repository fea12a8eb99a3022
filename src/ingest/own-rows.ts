/** Rows of tkguard's own columns (formats.md §0) to readings: of our CSV and JSON, and of what a mapping turns into them. */
import type { ItemIds, PlanFacts, RateFact, Reading, ShopIds } from '../domain/reading.ts';
import { GENERAL_PLAN_ID, NO_FACTS, NO_SHOP } from '../domain/reading.ts';
import type { Cell, RateUnit } from './cells.ts';
import { BadCell, cleanCell, isBlank, RATE_CELLS, rateCellText, splitHidden, splitPlanName } from './cells.ts';
import type { ColumnName } from './columns.ts';
import { COLUMN_NAMES, COLUMNS, columnOf, FACTS_BY_COLUMN, WORD_COLUMNS } from './columns.ts';
import type { TableRow } from './csv.ts';
import type { Problem, ProblemCode } from './findings.ts';
import type { Batch, ReadContext } from './format.ts';
import { checkMissing, checkTwice, saysUnit } from './header.ts';
import { askForUnit, noteRateStyle } from './rate-style.ts';
import { wholeRows } from './table-rows.ts';

/** What each column of a header is in our words; undefined: none of ours. */
export function columnsOfHeader(header: readonly string[]): (ColumnName | undefined)[] {
  return header.map((name) => columnOf(cleanCell(name)));
}

/** Stops at two columns that mean the same, and where `needed` ones are missing (`rate (佣金比率), …`). */
export function checkHeader(header: readonly string[], needed: readonly ColumnName[], code?: 'only-names'): void {
  const columns = columnsOfHeader(header);
  const nameOf = (column: ColumnName) => `${column} (${COLUMNS[column].zh[0]})`;
  const each = needed.map((column) => [column]);
  checkTwice(header, columns);
  checkMissing(columns, each, nameOf, code);
}

export interface OwnRow {
  readonly account: string | null;
  readonly capturedMs: number | null;
  readonly reading: Reading;
}

interface RowRules {
  /** Columns that are not in the file, and what every row has there. */
  readonly fixed?: Partial<Record<ColumnName, string>>;
  /** Columns that must not be blank here. */
  readonly needed?: readonly ColumnName[];
  /** Unit of `rate`; of our own files what the user says, else percent. */
  readonly unit?: RateUnit;
  /** The column as it stands in the file, which is how problems name it. */
  readonly nameOf?: (column: ColumnName) => string | undefined;
}

interface TableRules extends RowRules {
  /** Cells that a row must have. */
  readonly least?: number;
  /** Columns that are not ours, and known. */
  readonly notRead?: readonly string[];
}

/** Reads the rows that can be read; what is wrong with the others, and which columns are not ours, is noted. */
export function* readOwnRows(
  header: readonly string[],
  rows: Iterable<TableRow>,
  context: ReadContext,
  { least, notRead = [], ...rules }: TableRules = {},
): Generator<OwnRow> {
  const { findings } = context;
  const columns = columnsOfHeader(header);
  // Problems name a column as the user sees it.
  const names = header.map((name) => name.trim());
  const unknown = names.filter((name, i) => name !== '' && columns[i] === undefined && !notRead.includes(name));
  if (unknown.length > 0) findings.notes.push({ code: 'unknown-columns', args: { columns: unknown.join(', ') } });
  const reader = new OwnRowReader(context, columns, { ...rules, nameOf: (column) => names[columns.indexOf(column)] });
  for (const { cells, line, same } of wholeRows(names, rows, findings, least)) {
    const own = reader.read(cells, line, same);
    if (own) yield own;
  }
  if (!names.some((name, index) => columns[index] === 'rate' && saysUnit(name) === 'percent')) askForUnit(findings);
}

interface PlanRow {
  readonly planId: string;
  readonly facts: PlanFacts;
}

const PLAN_COLUMNS: readonly ColumnName[] = ['plan_id', ...FACTS_BY_COLUMN.map(([column]) => column)];

type Value<K extends ColumnName> = Exclude<ReturnType<(typeof COLUMNS)[K]['cell']>, BadCell | null>;

/** So many values of each part of a row are remembered at once: more would be slower than to read them anew. */
const MOST_REMEMBERED = 1000;
const ZERO = 48;

/** Reads the rows of a file one after the other. What a row says as other rows did is the same object. */
export class OwnRowReader {
  /** Where each column stands in a row; absent: nowhere. */
  private readonly indexes: Partial<Record<ColumnName, number>> = {};
  private readonly needed: readonly ColumnName[];
  private readonly readRate: Cell<number>;
  private readonly origin: () => Pick<OwnRow, 'account' | 'capturedMs'>;
  private readonly shop: () => ShopIds;
  private readonly item: () => ItemIds | null;
  private readonly plan: () => PlanRow;
  private readonly rate: () => RateFact;
  private readonly sales: () => number | null;
  private cells: readonly string[] = [];
  /** A rate with a percent sign was met: another tells nothing new of its column. */
  private hasPercent = false;
  /** How many of the first cells the row above has, too. */
  private same = 0;
  private locator = 0;
  private problems: (Problem & { readonly field: ColumnName })[] = [];

  /** `columns`: what the cells of each row stand for, in their order; undefined: for nothing of ours. */
  constructor(
    private readonly context: ReadContext,
    columns: readonly (ColumnName | undefined)[],
    private readonly rules: RowRules = {},
  ) {
    for (const [index, column] of columns.entries()) if (column) this.indexes[column] = index;
    this.needed = rules.needed ?? [];
    this.readRate = RATE_CELLS[rules.unit ?? context.rateUnit ?? 'percent'];
    this.origin = this.part(['captured_at', 'account'], () => this.readOrigin());
    this.shop = this.part(['shop_id', 'other_shop_id', 'shop_name'], () => this.readShop());
    this.item = this.part(['item_id', 'item_title'], () => this.readItem());
    this.plan = this.part(PLAN_COLUMNS, () => this.readPlan(), true);
    this.rate = this.part(['rate'], () => this.readRateFact(), true);
    this.sales = this.part(['sales_30d', 'commission_30d'], () => this.readSales());
  }

  /** `cells`: in the order of the columns. null: something is wrong with the row, which is noted. */
  read(cells: readonly string[], locator: number, same = 0): OwnRow | null {
    this.cells = cells;
    this.same = same;
    this.locator = locator;
    for (const column of this.needed) if (isBlank(this.cell(column))) this.bad('needed', column);
    const { account, capturedMs } = this.origin();
    const [shop, item, { planId, facts }] = [this.shop(), this.item(), this.plan()];
    const [rate, sales] = [this.plainRate() ?? this.rate(), this.sales()];
    if (this.problems.length === 0)
      return { account, capturedMs, reading: { locator, shop, item, planId, facts, rate, sales } };
    this.tellProblems();
    return null;
  }

  /** What some columns say together, read once where rows repeat it: one below the other or, with `isFar`, far apart. */
  private part<T>(names: readonly ColumnName[], read: () => T, isFar = false): () => T {
    const indexes = names.flatMap((name) => this.indexes[name] ?? []);
    const known = new Map<string, { readonly cells: readonly string[]; readonly value: T }>();
    const isSaid = (said: readonly string[], row: readonly string[]) => {
      for (let i = 0; i < indexes.length; i++) if (said[i] !== row[indexes[i] as number]) return false;
      return true;
    };
    const highest = Math.max(-1, ...indexes);
    let last = known.get('');
    return () => {
      const { cells } = this;
      if (last && (highest < this.same || isSaid(last.cells, cells))) return last.value;
      const key = cells[indexes[0] ?? -1] ?? '';
      last = isFar ? known.get(key) : undefined;
      if (last && isSaid(last.cells, cells)) return last.value;
      last = undefined;
      const { length } = this.problems;
      const value = read();
      // What is wrong is told of every row.
      if (this.problems.length > length) return value;
      last = { cells: indexes.map((index) => cells[index] ?? ''), value };
      if (known.size >= MOST_REMEMBERED) known.clear();
      if (isFar) known.set(key, last);
      return value;
    };
  }

  private readOrigin(): Pick<OwnRow, 'account' | 'capturedMs'> {
    const captured = this.value('captured_at');
    if (captured && captured.ms > this.context.latestMs) this.bad('future-time', 'captured_at');
    return { account: this.value('account'), capturedMs: captured?.ms ?? null };
  }

  private readShop(): ShopIds {
    const sellerId = this.value('shop_id');
    if (sellerId === null) this.bad('needed', 'shop_id');
    return { ...NO_SHOP, sellerId, name: this.value('shop_name'), otherId: this.value('other_shop_id') };
  }

  private readItem(): ItemIds | null {
    const id = this.value('item_id');
    return id === null ? null : { id, title: this.value('item_title') };
  }

  private readPlan(): PlanRow {
    const given = splitHidden(this.value('plan_id') ?? '');
    const facts: Partial<Record<keyof PlanFacts, unknown>> = { ...NO_FACTS };
    for (const [column, fact] of FACTS_BY_COLUMN) facts[fact] = this.value(column);
    const { name, state } = splitPlanName(this.cell('plan_name'));
    const { kind } = facts;
    if (kind === null) this.bad('needed', 'plan_type', [...(WORD_COLUMNS.get('plan_type')?.keys() ?? [])].join(' '));
    const isGiven = given.id !== '' && given.id !== GENERAL_PLAN_ID;
    if (kind !== null && kind !== 'general' && !isGiven) this.bad('needed', 'plan_id');
    return {
      planId: kind === 'general' ? GENERAL_PLAN_ID : given.id,
      facts: {
        ...(facts as unknown as PlanFacts),
        name,
        state: state ?? (facts.state as PlanFacts['state']),
        hidden: given.hidden || null,
      },
    };
  }

  /** `4.50%`, as most rates look; null: it may be a rate otherwise. */
  private plainRate(): RateFact | null {
    const raw = this.cell('rate');
    const point = raw.length - 4;
    const isPlain = point > 0 && point < 3 && raw[point] === '.' && raw[point + 3] === '%' && this.hasPercent;
    let bp = 0;
    for (let i = 0; isPlain && i < point + 3; i++) {
      if (i === point) continue;
      const digit = raw.charCodeAt(i) - ZERO;
      if (digit < 0 || digit > 9) return null;
      bp = bp * 10 + digit;
    }
    return bp > 0 ? { measure: 'commission', bp, raw } : null;
  }

  /** An empty rate says nothing, as in a list of memberships; `-`, `无` and 0 say that it is unknown. */
  private readRateFact(): RateFact {
    const cell = this.cell('rate');
    const bp = this.readRate(cell);
    if (bp instanceof BadCell) this.bad(bp.code, 'rate', bp.expected);
    const { findings, rateUnit } = this.context;
    if (this.readRate === RATE_CELLS.percent && rateUnit === null) {
      const column = this.rules.nameOf?.('rate') ?? 'rate';
      noteRateStyle(findings, column, cell, this.locator);
      this.hasPercent ||= findings.rateStyles.get(column)?.percent != null;
    }
    return { measure: 'commission', bp: bp instanceof BadCell ? null : bp, raw: rateCellText(cell) };
  }

  /** Nothing is judged by the commission, so it is not kept; a wrong one still shows that the row is not what it seems. */
  private readSales(): number | null {
    this.value('commission_30d');
    return this.value('sales_30d');
  }

  private cell(column: ColumnName): string {
    const index = this.indexes[column];
    return index === undefined ? (this.rules.fixed?.[column] ?? '') : (this.cells[index] ?? '');
  }

  private value<K extends ColumnName>(column: K): Value<K> | null {
    const value = COLUMNS[column].cell(this.cell(column));
    return value instanceof BadCell ? this.bad(value.code, column, value.expected) : (value as Value<K> | null);
  }

  private bad(code: ProblemCode, field: ColumnName, expected = ''): null {
    const isTold = code === 'needed' && this.problems.some((other) => other.field === field);
    const { locator } = this;
    if (!isTold) this.problems.push({ code, locator, field, found: this.cell(field).slice(0, 200), expected });
    return null;
  }

  private tellProblems(): void {
    const placeOf = ({ field }: { readonly field: ColumnName }) => COLUMN_NAMES.indexOf(field);
    for (const problem of this.problems.sort((a, b) => placeOf(a) - placeOf(b))) {
      const field = this.rules.nameOf?.(problem.field) || problem.field;
      this.context.findings.problems.push({ ...problem, field });
    }
    this.problems = [];
  }
}

const BATCH_ROWS = 2000;

/** Groups rows by account and captured time into batches, in flat memory: a group comes out whenever it is full. */
export function* batchRows(rows: Iterable<OwnRow>, coverage: Batch['coverage'], most = BATCH_ROWS): Generator<Batch> {
  const open = new Map<string, OwnRow[]>();
  let group: OwnRow[] = [];
  const batchOf = (full: readonly OwnRow[]): Batch => {
    const { account = null, capturedMs = null } = full[0] ?? {};
    return { account, capturedMs, coverage, subject: '', readings: full.map(({ reading }) => reading) };
  };
  for (const row of rows) {
    const { account, capturedMs } = row;
    // Most rows are of the group of the row before.
    if (group[0]?.capturedMs !== capturedMs || group[0].account !== account) {
      const key = `${capturedMs}\u0000${account}`;
      group = open.get(key) ?? [];
      open.set(key, group);
    }
    group.push(row);
    if (group.length < most) continue;
    yield batchOf(group);
    group.length = 0;
  }
  for (const rest of open.values()) if (rest.length > 0) yield batchOf(rest);
}
