/** What rates are as of a moment, in columns: as objects those of a million items would fill the memory. */
import { NO_MOVES, type RateMoves, type RateNow } from './runs.ts';

/** Stands for the row of a scope at which there is no rate. */
export const NO_ROW = -1;

const NONE_ABSENT = () => 0;

/** The rates of many plans, in rows. */
export class RateTable {
  readonly scopes: number[] = [];
  /** Basis points; null: listed as unknown, or sources disagree. */
  readonly bps: (number | null)[] = [];
  /** The same where captures since then would have listed it: null. */
  readonly usableBps: (number | null)[] = [];
  readonly atMs: number[] = [];
  /** Of the last change: the rate before (0: there was no other), when it was last seen, and since when it is this one. */
  readonly #from: number[] = [];
  readonly #beforeMs: number[] = [];
  readonly #afterMs: number[] = [];
  /** Moves that must be looked up. */
  readonly #recalls = new Map<number, () => RateMoves>();
  readonly #zeros = new Set<number>();
  /** Rows whose feed does not list all special plans of the scope. */
  readonly #partial = new Set<number>();
  /** Of rates that are listed no longer: how many captures do not. */
  readonly #absent = new Map<number, number>();
  /** Rates that were worked out from several readings. */
  readonly #worked = new Map<number, RateNow>();

  get length(): number {
    return this.scopes.length;
  }

  /** A rate as one feed alone has it. */
  add(scope: number, bp: number | null, atMs: number): void {
    this.scopes.push(scope);
    this.bps.push(bp);
    this.usableBps.push(bp);
    this.atMs.push(atMs);
    this.#from.push(0);
    this.#beforeMs.push(0);
    this.#afterMs.push(0);
  }

  /** The rate that was added last is stated as a literal zero. */
  setZero(): void {
    this.#zeros.add(this.length - 1);
  }

  /** The rate that was added last stands in exports that do not list all special plans there. */
  setPartial(): void {
    this.#partial.add(this.length - 1);
  }

  /** Whether what tells of the rate lists all special plans of its scope. */
  listsSpecials(row: number): boolean {
    return !this.#worked.has(row) && !this.#partial.has(row);
  }

  /** When the rate that was added last was another one. */
  setChange(fromBp: number, lastSeenBeforeMs: number, firstSeenAfterMs: number): void {
    const row = this.length - 1;
    this.#from[row] = fromBp;
    this.#beforeMs[row] = lastSeenBeforeMs;
    this.#afterMs[row] = firstSeenAfterMs;
  }

  setRecall(recall: () => RateMoves): void {
    this.#recalls.set(this.length - 1, recall);
  }

  addWorked(rate: RateNow): void {
    this.add(rate.scope, rate.bp, rate.atMs);
    this.#worked.set(this.length - 1, rate);
    if (rate.absentCaptures > 0) this.usableBps[this.length - 1] = null;
  }

  /** `absentOf`: how many captures since a moment would list it. */
  addRow(from: RateTable, row: number, absentOf: (seenMs: number) => number = NONE_ABSENT): void {
    const worked = from.#worked.get(row);
    if (worked) {
      this.addWorked(worked);
      return;
    }
    this.add(from.scopes[row] as number, from.bps[row] as number | null, from.atMs[row] as number);
    const absent = from.#absent.get(row) ?? absentOf(from.atMs[row] as number);
    if (absent > 0) {
      this.#absent.set(this.length - 1, absent);
      this.usableBps[this.length - 1] = null;
    }
    if (from.isZero(row)) this.setZero();
    if (from.#partial.has(row)) this.setPartial();
    const recall = from.#recalls.get(row);
    if (recall) this.setRecall(recall);
    this.setChange(from.#from[row] as number, from.#beforeMs[row] as number, from.#afterMs[row] as number);
  }

  isZero(row: number): boolean {
    return this.#zeros.has(row) || this.#worked.get(row)?.zero === true;
  }

  isStated(row: number): boolean {
    return this.#worked.get(row)?.isStated ?? true;
  }

  /** None also where it was never another known rate. */
  moves(row: number): RateMoves {
    const from = this.#from[row] as number;
    const to = this.bps[row] as number | null;
    if (from !== 0 && to !== null) {
      const [lastSeenBeforeMs, firstSeenAfterMs] = [this.#beforeMs[row] as number, this.#afterMs[row] as number];
      return { change: { from, to, lastSeenBeforeMs, firstSeenAfterMs }, doubt: null };
    }
    if (this.#worked.size === 0 && this.#recalls.size === 0) return NO_MOVES;
    const worked = this.#worked.get(row);
    return worked ? worked.moves() : (this.#recalls.get(row)?.() ?? NO_MOVES);
  }

  rateAt(row: number): RateNow {
    return (
      this.#worked.get(row) ?? {
        scope: this.scopes[row] as number,
        bp: this.bps[row] as number | null,
        atMs: this.atMs[row] as number,
        isStated: true,
        zero: this.isZero(row),
        conflict: false,
        absentCaptures: this.#absent.get(row) ?? 0,
        series: null,
        moves: () => this.moves(row),
      }
    );
  }
}

interface SeenSpan {
  readonly oldestMs: number;
  readonly newestMs: number;
}

/** The rates of a plan: the rows from `from` to before `to`, a row for each scope, ascending. */
export class Rates {
  readonly table: RateTable;
  readonly from: number;
  readonly to: number;
  /** Where the last scope that was asked for stands: scopes are mostly asked for in order. */
  #next: number;
  #seen: SeenSpan | null = null;

  constructor(table: RateTable, from: number, to: number) {
    this.table = table;
    this.from = from;
    this.to = to;
    this.#next = from;
  }

  /** The row of a scope, or `NO_ROW`. */
  find(scope: number): number {
    const { scopes } = this.table;
    let row = this.#next;
    if (row < this.to && (scopes[row] as number) < scope) row += 1;
    if (row >= this.to || scopes[row] !== scope) row = this.#search(scope);
    if (row >= this.to) return NO_ROW;
    this.#next = row;
    return scopes[row] === scope ? row : NO_ROW;
  }

  #search(scope: number): number {
    const { scopes } = this.table;
    let [low, high] = [this.from, this.to];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((scopes[middle] as number) < scope) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The rate of a row where it is known and still listed. */
  usableBp(row: number): number | null {
    return row === NO_ROW ? null : (this.table.usableBps[row] as number | null);
  }

  /** Whether a row says what the rate is, or that it is unknown; one that only lists the plan says neither. */
  isStated(row: number): boolean {
    return row !== NO_ROW && this.table.isStated(row);
  }

  /** When a row was last seen; null where there is none. */
  seenMs(row: number): number | null {
    return row === NO_ROW ? null : (this.table.atMs[row] as number);
  }

  /** When the rate that was last seen longest ago, and the newest, were last seen. */
  seen(): SeenSpan {
    if (this.#seen) return this.#seen;
    let [oldestMs, newestMs] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (let row = this.from; row < this.to; row++) {
      const atMs = this.table.atMs[row] as number;
      if (atMs < oldestMs) oldestMs = atMs;
      if (atMs > newestMs) newestMs = atMs;
    }
    this.#seen = { oldestMs, newestMs };
    return this.#seen;
  }

  moves(row: number): RateMoves {
    return row === NO_ROW ? NO_MOVES : this.table.moves(row);
  }

  /** Whether a rate that was last seen at a moment is in doubt (unit-doubt.ts). */
  hasDoubtAt(atMs: number): boolean {
    for (let row = this.from; row < this.to; row++)
      if (this.seenMs(row) === atMs && this.moves(row).doubt !== null) return true;
    return false;
  }

  rateAt(row: number): RateNow | null {
    return row === NO_ROW ? null : this.table.rateAt(row);
  }

  /** The same rates, but for these, by scope. */
  withRates(rates: ReadonlyMap<number, RateNow>): Rates {
    const table = new RateTable();
    for (let row = this.from; row < this.to; row++) {
      const rate = rates.get(this.table.scopes[row] as number);
      if (rate) table.addWorked(rate);
      else table.addRow(this.table, row);
    }
    return new Rates(table, 0, table.length);
  }

  at(scope: number): RateNow | null {
    return this.rateAt(this.find(scope));
  }

  scopes(): number[] {
    return this.table.scopes.slice(this.from, this.to);
  }
}

export const NO_RATES = new Rates(new RateTable(), 0, 0);

/** The rows of `plain` and the rates that were worked out, of other scopes, together. `absentOf`: of a row last seen then, how many captures list it no longer; null: each still is. */
export function mergeRates(
  plain: Rates,
  worked: readonly RateNow[],
  table: RateTable,
  absentOf: ((seenMs: number) => number) | null,
): Rates {
  if (worked.length === 0 && !absentOf) return plain;
  const from = table.length;
  let row = plain.from;
  for (const rate of worked.toSorted((a, b) => a.scope - b.scope)) {
    for (; row < plain.to && (plain.table.scopes[row] as number) < rate.scope; row++)
      table.addRow(plain.table, row, absentOf ?? NONE_ABSENT);
    table.addWorked(rate);
  }
  for (; row < plain.to; row++) table.addRow(plain.table, row, absentOf ?? NONE_ABSENT);
  return new Rates(table, from, table.length);
}
