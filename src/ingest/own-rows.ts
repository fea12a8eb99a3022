/** Rows of tkguard's own columns to readings: of our CSV and JSON, and of what a mapping turns into them. */
import { formatBp, MAX_RATE_BP } from '../domain/rate.ts';
import type { ItemIds, PlanFacts, RateFact, Reading, ShopIds } from '../domain/reading.ts';
import { GENERAL_PLAN_ID, NO_FACTS, NO_SHOP } from '../domain/reading.ts';
import type { Cell, RateUnit } from './cells.ts';
import { Fault, isBlank, RATE_CELLS, splitHidden, splitPlanName } from './cells.ts';
import type { Column } from './columns.ts';
import { COLUMN_NAMES, COLUMNS, FACT_COLUMNS, WORD_COLUMNS } from './columns.ts';
import type { Problem, ProblemCode } from './findings.ts';
import type { Batch, ReadContext } from './format.ts';
import { noteRateStyle } from './rate-style.ts';
import type { CellsCopy, RowCells } from './row-cells.ts';
import { copyCells, isCopy, plainHundredths, TextCells } from './row-cells.ts';

export interface OwnRow {
  readonly account: string | null;
  readonly capturedMs: number | null;
  readonly reading: Reading;
}

export interface RowRules {
  /** Columns that are not in the file, and what every row has there. */
  readonly fixed?: Partial<Record<Column, string>>;
  /** Columns that must not be blank here. */
  readonly needed?: readonly Column[];
  /** Unit of `rate`; of our own files what the user says, else percent. */
  readonly unit?: RateUnit;
  /** The column as it stands in the file, which is how problems name it. */
  readonly nameOf?: (column: Column) => string | undefined;
}

interface PlanRow {
  readonly planId: string;
  readonly facts: PlanFacts;
}

const PLAN_COLUMNS: readonly Column[] = ['plan_id', ...FACT_COLUMNS.map(([column]) => column)];

/** Reads the rows of a file one after the other. What a row says as other rows did is the same object. */
export class OwnRowReader {
  /** Where each column stands in a row; absent: nowhere. */
  private readonly indexes: Partial<Record<Column, number>> = {};
  private readonly needed: readonly Column[];
  private readonly readRate: Cell<number>;
  private readonly rateName: string;
  private readonly texts = new TextCells();
  private readonly origin: SaidBefore<Pick<OwnRow, 'account' | 'capturedMs'>>;
  private readonly shop: SaidBefore<ShopIds>;
  private readonly item: SaidBefore<ItemIds | null>;
  private readonly plan: SaidBefore<PlanRow>;
  private row: RowCells = this.texts;
  private locator = 0;
  private problems: (Problem & { readonly field: Column })[] = [];
  /** Whether the row above was right, so that cells that are those of that row need not be looked at. */
  private isRightAbove = false;
  /** Whether a rate with a percent sign was met: then another need not be looked at for its style. */
  private hasPercent = false;
  private readonly rateTexts: string[] = [];

  /** `columns`: what the cells of each row stand for, in their order; undefined: for nothing of ours. */
  constructor(
    private readonly context: ReadContext,
    columns: readonly (Column | undefined)[],
    private readonly rules: RowRules = {},
  ) {
    for (const [index, column] of columns.entries()) if (column) this.indexes[column] = index;
    this.needed = rules.needed ?? [];
    this.readRate = RATE_CELLS[rules.unit ?? context.rateUnit ?? 'percent'];
    this.rateName = rules.nameOf?.('rate') ?? 'rate';
    const said = <T>(names: readonly Column[], read: () => T, most = 1) =>
      new SaidBefore(
        names.flatMap((name) => this.indexes[name] ?? []),
        read,
        most,
      );
    this.origin = said(['captured_at', 'account'], () => this.readOrigin());
    this.shop = said(['shop_id', 'other_shop_id', 'shop_name'], () => this.readShop());
    this.item = said(['item_id', 'item_title'], () => this.readItem());
    // Memory must stay flat.
    this.plan = said(PLAN_COLUMNS, () => this.readPlan(), 10_000);
  }

  /** To call for a row that is not read. */
  skip(): void {
    this.isRightAbove = false;
  }

  /** `cells`: in the order of the columns. null: something is wrong with the row, which is noted. */
  read(cells: readonly string[], locator: number): OwnRow | null {
    this.texts.cells = cells;
    return this.readCells(this.texts, locator);
  }

  readCells(row: RowCells, locator: number): OwnRow | null {
    this.row = row;
    this.locator = locator;
    for (const column of this.needed) if (isBlank(this.cell(column))) this.bad('needed', column);
    const { account, capturedMs } = this.look(this.origin);
    const shop = this.look(this.shop);
    const item = this.look(this.item);
    const { planId, facts } = this.look(this.plan);
    const rate = this.rate();
    const sales = this.sales();
    this.checkCommission();
    this.isRightAbove = this.problems.length === 0;
    if (this.isRightAbove) return { account, capturedMs, reading: { locator, shop, item, planId, facts, rate, sales } };
    this.tellProblems();
    return null;
  }

  private look<T>(said: SaidBefore<T>): T {
    const before = said.find(this.row, this.isRightAbove);
    if (before) return before.value;
    const { length } = this.problems;
    const value = said.read();
    if (this.problems.length === length) said.remember(this.row, value);
    return value;
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
    for (const [column, fact] of FACT_COLUMNS) facts[fact] = this.value(column);
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

  /** An empty rate says nothing, as in a list of memberships; `-`, `无` and 0 say that there is none. */
  private rate(): RateFact | null {
    const { findings } = this.context;
    const isPercent = this.readRate === RATE_CELLS.percent;
    const plain = isPercent && this.hasPercent ? plainHundredths(this.row, this.indexes.rate ?? -1, true) : Number.NaN;
    if (plain > 0 && plain <= MAX_RATE_BP) {
      this.rateTexts[plain] ??= `${formatBp(plain)}%`;
      return { measure: 'commission', bp: plain, raw: this.rateTexts[plain] };
    }
    const cell = this.cell('rate');
    const bp = this.readRate(cell);
    if (bp instanceof Fault) this.bad(bp.code, 'rate', bp.expected);
    const raw = cell.trim();
    if (raw === '') return null;
    if (isPercent && this.context.rateUnit === null) noteRateStyle(findings, this.rateName, cell, this.locator);
    this.hasPercent ||= findings.rateStyles.get(this.rateName)?.percent != null;
    return { measure: 'commission', bp: bp instanceof Fault ? null : bp, raw };
  }

  private sales(): number | null {
    const count = plainHundredths(this.row, this.indexes.sales_30d ?? -1) / 100;
    return Number.isInteger(count) ? count : this.value('sales_30d');
  }

  /** Nothing is judged by it, so it is not kept; a wrong one still shows that the row is not what it seems. */
  private checkCommission(): void {
    if (Number.isNaN(plainHundredths(this.row, this.indexes.commission_30d ?? -1))) this.value('commission_30d');
  }

  private cell(column: Column): string {
    const index = this.indexes[column];
    return index === undefined ? (this.rules.fixed?.[column] ?? '') : this.row.text(index);
  }

  private value<K extends Column>(column: K): Value<K> | null {
    const value = COLUMNS[column].cell(this.cell(column));
    return value instanceof Fault ? this.bad(value.code, column, value.expected) : (value as Value<K> | null);
  }

  private bad(code: ProblemCode, field: Column, expected = ''): null {
    const isTold = code === 'needed' && this.problems.some((other) => other.field === field);
    const { locator } = this;
    if (!isTold) this.problems.push({ code, locator, field, found: this.cell(field).slice(0, 200), expected });
    return null;
  }

  private tellProblems(): void {
    const placeOf = ({ field }: { readonly field: Column }) => COLUMN_NAMES.indexOf(field);
    for (const problem of this.problems.sort((a, b) => placeOf(a) - placeOf(b))) {
      const field = this.rules.nameOf?.(problem.field) || problem.field;
      this.context.findings.problems.push({ ...problem, field });
    }
    this.problems = [];
  }
}

type Value<K extends Column> = Exclude<ReturnType<(typeof COLUMNS)[K]['cell']>, Fault | null>;

interface Said<T> {
  readonly cells: CellsCopy;
  readonly value: T;
}

/** What some columns said together, so that it is read once: rows that say it again may stand far apart. */
class SaidBefore<T> {
  private readonly known = new Map<string, Said<T>>();
  private last: Said<T> | null = null;

  /** `most`: so many are remembered at once, by their first cell. */
  constructor(
    private readonly indexes: readonly number[],
    readonly read: () => T,
    private readonly most: number,
  ) {}

  /** `isRightAbove`: the row above was read last. */
  find(row: RowCells, isRightAbove: boolean): Said<T> | null {
    const { last, indexes, most } = this;
    if (last === null) return null;
    if ((isRightAbove && indexes.every((index) => row.isAgain(index))) || isCopy(last.cells, row, indexes)) return last;
    const said = most === 1 ? undefined : this.known.get(row.text(indexes[0] ?? -1));
    if (said === undefined || !isCopy(said.cells, row, indexes)) return null;
    this.last = said;
    return said;
  }

  remember(row: RowCells, value: T): void {
    this.last = {
      cells: this.most === 1 ? this.indexes.map((index) => row.text(index)) : copyCells(row, this.indexes),
      value,
    };
    if (this.most === 1) return;
    if (this.known.size >= this.most) this.known.clear();
    this.known.set(row.text(this.indexes[0] ?? -1), this.last);
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

/** The cells that a row has in the order of all columns, as `OwnRowReader` takes them where a file names them otherwise. */
export function cellsInOrder(cellOf: (column: Column) => string): string[] {
  return COLUMN_NAMES.map(cellOf);
}
