/** Cells of a row of tkguard's own format to a reading, or to what is wrong with them. */
import type { ItemIds, PlanFacts, PlanKind, RateFact, Reading, ShopIds } from '../../domain/reading.ts';
import { GENERAL_PLAN_ID } from '../../domain/reading.ts';
import { parseTime } from '../../domain/time.ts';
import {
  BAD,
  cleanCell,
  countCell,
  EMPTY,
  idCell,
  isAmount,
  isBlank,
  KIND_WORDS,
  NOT_PLAIN,
  plainAmount,
  plainCount,
  plainPercent,
  plainRate,
  READ_RATE,
  STATE_WORDS,
  STATUS_WORDS,
  splitHidden,
  splitPlanName,
  textCell,
  timeToSay,
  wordCell,
  YES_NO_WORDS,
} from '../cells.ts';
import type { Problem, ProblemCode } from '../findings.ts';
import type { RateUnit, ReadContext } from '../format.ts';
import { noteRateStyle } from '../rate-style.ts';
import { rememberCells } from '../remember.ts';
import type { RowCells } from '../row-cells.ts';
import { TextCells } from '../row-cells.ts';
import type { PlanRow } from './met-plans.ts';
import { MetPlans } from './met-plans.ts';
import type { Column, OwnRow } from './own-row.ts';
import { COLUMN_NAMES } from './own-row.ts';

const PLACES = Object.fromEntries(COLUMN_NAMES.map((name, place) => [name, place])) as Record<Column, number>;

const readTime = rememberCells((cell) => (isBlank(cleanCell(cell)) ? null : (parseTime(cleanCell(cell)) ?? BAD)));

export interface RowRules {
  /** Columns that are not in the file, and what every row has there. */
  readonly fixed?: Partial<Record<Column, string>>;
  /** Columns that must not be blank here. */
  readonly needed?: readonly Column[];
  /** Unit of `rate`; percent in files of our own. */
  readonly unit?: RateUnit;
  /** The column as it stands in the file, which is how problems name it. */
  readonly nameOf?: (column: Column) => string | undefined;
}

/** Columns that mostly say what they say in the row above, with what is read from them, as bits. */
const [ORIGIN, SHOP, ITEM] = [1, 2, 4];
const ALL = ORIGIN | SHOP | ITEM;
const PART_OF: Readonly<Partial<Record<Column, number>>> = {
  captured_at: ORIGIN,
  account: ORIGIN,
  shop_id: SHOP,
  shop_name: SHOP,
  item_id: ITEM,
  item_title: ITEM,
};
/** Columns from which nothing of a plan is read either. */
const OTHERS: readonly Column[] = ['rate', 'sales_30d', 'commission_30d'];

interface PlanKey {
  readonly kind: PlanKind | null;
  readonly planId: string;
  readonly hidden: true | null;
}

/**
 * Reads the rows of a file one after the other. Shop, item and facts are the objects of the row above while their cells say
 * the same; facts are also those of a row further up.
 */
export class OwnRowReader {
  /** Where each column stands in a row, by place; -1: nowhere. */
  private readonly indexes: number[] = COLUMN_NAMES.map(() => -1);
  private readonly parts: { readonly index: number; readonly part: number }[] = [];
  private readonly unit: RateUnit;
  private readonly needed: readonly Column[];
  private readonly texts = new TextCells();
  private row: RowCells = this.texts;
  /** Cells of the row above from which a part was read, by index. */
  private readonly above: string[] = [];
  /** False where there is no row above, or something was wrong with it: then nothing is taken from it. */
  private isRightAbove = false;
  private hasPercent = false;
  private locator = 0;
  private problems: (Problem & { readonly field: Column })[] = [];
  /** Of the row that was read last. */
  account: string | null = null;
  capturedMs: number | null = null;
  private shop: ShopIds = { sellerId: null, keeperId: null, name: null };
  private item: ItemIds | null = null;
  private readonly plans: MetPlans;
  private bp: number | null = null;
  private raw = '';

  /** `columns`: what the cells of each row stand for, in their order; undefined: for nothing of ours. */
  constructor(
    private readonly context: ReadContext,
    columns: readonly (Column | undefined)[],
    private readonly rules: RowRules = {},
  ) {
    const planIndexes: number[] = [];
    for (const [index, column] of columns.entries()) {
      if (!column) continue;
      this.indexes[PLACES[column]] = index;
      const part = PART_OF[column];
      if (part !== undefined) this.parts.push({ index, part });
      else if (!OTHERS.includes(column)) planIndexes.push(index);
    }
    this.plans = new MetPlans(planIndexes, this.indexes[PLACES.plan_id] as number);
    this.unit = rules.unit ?? 'percent';
    this.needed = rules.needed ?? [];
  }

  /** Reads a row, or notes every bad cell of it and gives null. */
  read(cells: readonly string[], locator: number): OwnRow | null {
    this.texts.cells = cells;
    const reading = this.readCells(this.texts, locator);
    return reading && { account: this.account, capturedMs: this.capturedMs, reading };
  }

  /** To call when a row is not read: the next one may be like it. */
  skip(): void {
    this.isRightAbove = false;
  }

  /** Gives the reading alone, without `account` and `capturedMs`. */
  readCells(row: RowCells, locator: number): Reading | null {
    this.row = row;
    this.locator = locator;
    const changed = this.findChanged();
    for (const column of this.needed) if (isBlank(this.cell(column))) this.bad('needed', column);
    if (changed & ORIGIN) this.readOrigin();
    if (changed & SHOP) this.readShop();
    if (changed & ITEM) this.readItem();
    const met = this.plans.find(row);
    const key = met ?? this.readPlanKey();
    this.readRate();
    this.checkCommission();
    const plan = 'facts' in key ? key : this.readPlan(key);
    // Without a rate nobody looks at the sales.
    const sales = this.raw === '' ? null : this.readSales();
    this.isRightAbove = this.problems.length === 0;
    if (!this.isRightAbove) {
      this.tellProblems();
      return null;
    }
    this.plans.follow(met ?? this.plans.remember(row, plan));
    const { shop, item, bp, raw } = this;
    const { planId, facts } = plan;
    const rate: RateFact | null = raw === '' ? null : { measure: 'commission', bp, raw, sales };
    return { locator, shop, item, planId, facts, rate };
  }

  /** Parts of the row of which a cell is not that of the row above. */
  private findChanged(): number {
    const { row, above, isRightAbove } = this;
    let changed = isRightAbove ? 0 : ALL;
    for (const { index, part } of this.parts) {
      if (isRightAbove && row.isAgain(index)) continue;
      const cell = row.text(index);
      if (cell === above[index]) continue;
      above[index] = cell;
      changed |= part;
    }
    return changed;
  }

  private readOrigin(): void {
    const captured = this.time('captured_at');
    if (captured && captured.ms > this.context.latestMs) this.bad('future-time', 'captured_at');
    this.capturedMs = captured?.ms ?? null;
    this.account = textCell(this.cell('account'));
  }

  private readShop(): void {
    const sellerId = this.id('shop_id');
    if (sellerId === null) this.bad('needed', 'shop_id');
    this.shop = { sellerId, keeperId: null, name: textCell(this.cell('shop_name')) };
  }

  private readItem(): void {
    const id = this.id('item_id');
    this.item = id === null ? null : { id, title: textCell(this.cell('item_title')) };
  }

  private readRate(): void {
    const { unit } = this;
    const bp = unit === 'percent' ? this.plain('rate', plainPercent) : NOT_PLAIN;
    if (bp !== NOT_PLAIN && this.hasPercent) {
      this.bp = bp;
      this.raw = plainRate(bp);
      return;
    }
    const cell = this.cell('rate');
    const rate = READ_RATE[unit](cell);
    const name = this.rules.nameOf?.('rate') ?? 'rate';
    if (unit === 'percent') noteRateStyle(this.context.findings, name, cell, this.locator);
    this.hasPercent ||= bp !== NOT_PLAIN;
    if (!rate.ok) this.bad('bad-rate', 'rate', unit === 'percent' ? '' : unit);
    this.bp = rate.ok ? rate.bp : null;
    // An empty rate says nothing, as in a list of memberships; `-`, `无` and 0 say that there is none.
    this.raw = cell.trim();
  }

  private readSales(): number | null {
    const sales = this.plain('sales_30d', plainCount);
    return sales === EMPTY ? null : sales === NOT_PLAIN ? this.count('sales_30d') : sales;
  }

  /** Nothing is judged by it, so it is not kept; a wrong one still shows that the row is not what it seems. */
  private checkCommission(): void {
    const isPlain = this.plain('commission_30d', plainAmount) !== NOT_PLAIN;
    if (!isPlain && !isAmount(this.cell('commission_30d'))) this.bad('bad-amount', 'commission_30d');
  }

  /** What `read` gives of the bytes of a cell; NOT_PLAIN also where it has none. */
  private plain(column: Column, read: (bytes: Uint8Array, from: number, to: number) => number): number {
    const { row } = this;
    const index = this.indexes[PLACES[column]] as number;
    if (row.bytes === null || index < 0 || index >= row.count) return NOT_PLAIN;
    return read(row.bytes, row.startOf(index), row.endOf(index));
  }

  private readPlanKey(): PlanKey {
    const kind = this.word('plan_type', KIND_WORDS);
    if (kind === null) this.bad('needed', 'plan_type', [...KIND_WORDS.keys()].join(' '));
    const { id, hidden } = splitHidden(this.id('plan_id') ?? '');
    const isGiven = id !== '' && id !== GENERAL_PLAN_ID;
    if (kind !== null && kind !== 'general' && !isGiven) this.bad('needed', 'plan_id');
    return { kind, planId: kind === 'general' ? GENERAL_PLAN_ID : id, hidden: hidden ? true : null };
  }

  private readPlan({ kind, planId, hidden }: PlanKey): PlanRow {
    const { name, state: stateInName } = splitPlanName(this.cell('plan_name'));
    const state = this.word('plan_state', STATE_WORDS);
    const facts: PlanFacts = {
      kind,
      name,
      state: stateInName ?? state,
      status: this.word('status', STATUS_WORDS),
      joinedAt: this.time('joined_at')?.text ?? null,
      approvedAt: this.time('approved_at')?.text ?? null,
      exitId: this.id('exit_id'),
      locked: this.word('locked', YES_NO_WORDS),
      audit: this.word('audit', YES_NO_WORDS),
      hidden,
      startsAt: this.time('starts_at')?.text ?? null,
      endsAt: this.time('ends_at')?.text ?? null,
    };
    return { planId, facts };
  }

  private cell(column: Column): string {
    const index = this.indexes[PLACES[column]] as number;
    return index < 0 ? (this.rules.fixed?.[column] ?? '') : this.row.text(index);
  }

  private id(column: Column): string | null {
    const result = idCell(this.cell(column));
    return 'problem' in result ? this.bad(result.problem, column) : result.id;
  }

  private word<T>(column: Column, words: ReadonlyMap<string, T>): T | null {
    const value = wordCell(this.cell(column), words);
    return value === BAD ? this.bad('bad-word', column, [...words.keys()].join(' ')) : value;
  }

  private time(column: Column) {
    const value = readTime(this.cell(column));
    return value === BAD ? this.bad('bad-time', column, timeToSay(this.cell(column))) : value;
  }

  private count(column: Column): number | null {
    const value = countCell(this.cell(column));
    return value === BAD ? this.bad('bad-number', column) : value;
  }

  private bad(code: ProblemCode, field: Column, expected = ''): null {
    const isTold = code === 'needed' && this.problems.some((other) => other.field === field);
    const { locator } = this;
    if (!isTold) this.problems.push({ code, locator, field, found: this.cell(field).slice(0, 200), expected });
    return null;
  }

  private tellProblems(): void {
    for (const problem of this.problems) {
      const field = this.rules.nameOf?.(problem.field) || problem.field;
      this.context.findings.problems.push({ ...problem, field });
    }
    this.problems = [];
  }
}
