/** Rates: their rows and what is worked out from them, and what a snapshot says of them. */
import { formatBp } from '../domain/rate.ts';
import { isSilent, type RateFact } from '../domain/reading.ts';
import { isHundredth } from '../domain/unit-doubt.ts';
import type { TableShape } from './change-tables.ts';
import { type Disagreement, IntList, KeyColumns } from './columns.ts';
import type { StoredRow } from './delta.ts';
import type { Db } from './open.ts';
import type { SqlValue } from './statements.ts';
import { ChangeWriter } from './write-changes.ts';

export interface StoredRate extends StoredRow {
  /** 1: an income rate. */
  readonly income: 0 | 1;
  /** null: stated as unknown, not listed, or nothing is said of it. */
  readonly bp: number | null;
  /** In the file of the capture; null where a late arrival made the row be written again. */
  readonly line: number | null;
  /** The cell; null: `plainCell`, or none; '' beside no rate: nothing is said of it. */
  readonly raw: string | null;
}

/** What the newest row of a rate has besides: columns `was_bp`, `was_to`, `changed_at`, `leapt`. */
export interface LastChange {
  /** The last known rate before it that is another. */
  readonly wasBp: number | null;
  /** The first capture that no longer had it. */
  readonly wasTo: number | null;
  /** Since when the rate is this one; null also where it is unknown now. */
  readonly changedAt: number | null;
  /** 1: it once moved to a hundredth or a hundredfold. */
  readonly leapt: 1 | null;
}

const NO_CHANGE: LastChange = { wasBp: null, wasTo: null, changedAt: null, leapt: null };

export const RATE_SHAPE: TableShape<StoredRate> = {
  table: 'rate',
  past: 'rate_past',
  owner: 'plan_id',
  item: 'item_id',
  columns: ['listed', 'income', 'rate_bp', 'line', 'raw'],
  derived: ['was_bp', 'was_to', 'changed_at', 'leapt'],
  rowOf: (at, [listed, income, bp, line, raw]) => ({ at, listed, income, bp, line, raw }) as StoredRate,
  valuesOf: ({ ownerId, itemId, feedId }, { at, listed, income, bp, line, raw }) => [
    ownerId,
    itemId,
    feedId,
    at,
    listed,
    income,
    bp,
    line,
    raw,
  ],
  derive: (rows) => changeColumns(changeOf(rows)),
  // The cell may be written otherwise ("8.00%", "8.00 %"): that is no change.
  isSame: (a, b) => a.listed === b.listed && a.income === b.income && a.bp === b.bp && isSilent(a) === isSilent(b),
  absent: (at) => ({ at, listed: 0, income: 0, bp: null, line: null, raw: null }),
  carry: (row, at) => ({ ...row, at, line: null }),
};

function changeColumns({ wasBp, wasTo, changedAt, leapt }: LastChange): readonly SqlValue[] {
  return [wasBp, wasTo, changedAt, leapt];
}

/** From the columns of `RATE_SHAPE.derived`. */
function lastChangeOf([wasBp, wasTo, changedAt, leapt]: readonly SqlValue[]): LastChange {
  return { wasBp, wasTo, changedAt, leapt } as LastChange;
}

/** The rate that is compared with others: an income rate is not. */
function knownBp(row: StoredRate): number | null {
  return row.income === 1 ? null : row.bp;
}

/** Of the newest of these rows, which are all of a key, oldest first. */
export function changeOf(rows: readonly StoredRate[]): LastChange {
  const now = rows.at(-1);
  const nowBp = now ? knownBp(now) : null;
  const index = rows.findLastIndex((row) => knownBp(row) !== null && knownBp(row) !== nowBp);
  const was = rows[index];
  if (!was) return NO_CHANGE;
  const since = rows.slice(index + 1);
  const changedAt = nowBp === null ? null : (since.find((row) => knownBp(row) === nowBp)?.at ?? null);
  const known = rows.flatMap((row) => knownBp(row) ?? []);
  const leapt = known.some((bp, i) => isHundredth(bp, known[i - 1] ?? bp)) ? 1 : null;
  return { wasBp: knownBp(was), wasTo: since[0]?.at ?? null, changedAt, leapt };
}

/** Of `row`, which follows `before`; null: only all rows of the key tell, for it is known again as it was known last. */
function lastChangeAfter(before: StoredRate, known: LastChange, row: StoredRate): LastChange | null {
  const [beforeBp, bp] = [knownBp(before), knownBp(row)];
  const lastBp = beforeBp ?? known.wasBp;
  const leapt = lastBp !== null && bp !== null && isHundredth(lastBp, bp) ? 1 : known.leapt;
  if (beforeBp !== null) return { wasBp: beforeBp, wasTo: row.at, changedAt: bp === null ? null : row.at, leapt };
  if (bp === null) return { ...known, changedAt: null };
  if (known.wasBp === null) return NO_CHANGE;
  return known.wasBp === bp ? null : { ...known, changedAt: row.at, leapt };
}

/** The cell as it stood in the export; null: it is not known, or there was none. */
export function cellOf({ bp, raw }: Pick<StoredRate, 'bp' | 'raw'>): string | null {
  return raw ?? (bp === null ? null : plainCell(bp));
}

/**
 * One number for what is compared of a rate: twice the basis points (0: stated as unknown, -1: nothing is said), and 1 more for
 * an income rate.
 */
type RateCode = number;

/** SQL: the same of a row of `rate`. */
const RATE_CODE = "ifnull(rate_bp, iif(raw = '', -1, 0)) * 2 + income";

function rateCode({ bp, raw, measure }: RateFact): RateCode {
  return (bp ?? (raw === '' ? -1 : 0)) * 2 + (measure === 'income' ? 1 : 0);
}

function bpOf(value: RateCode): number | null {
  return value >> 1 > 0 ? value >> 1 : null;
}

function incomeOf(value: RateCode): 0 | 1 {
  return (value & 1) as 0 | 1;
}

/** The cell that need not be stored: the rate with two decimals and a percent sign. */
function plainCell(bp: number): string {
  return `${formatBp(bp)}%`;
}

/** Rates of plans and items; `values`: see `rateCode`. */
export class RateColumns extends KeyColumns {
  readonly lines = new IntList();
  /** Indexes into the texts of unusual cells; 0: a plain one. */
  readonly #cells = new IntList();
  readonly #texts: (string | null)[] = [null];
  readonly #textIndexes = new Map<string, number>();
  readonly #plainCells: string[] = [];

  add(planId: number, itemId: number, rate: RateFact, line: number): void {
    this.put(planId, itemId, rateCode(rate));
    this.lines.push(line);
    this.#cells.push(this.#isPlain(rate.bp, rate.raw) ? 0 : this.#indexOf(rate.raw));
  }

  /** null: the plain cell. */
  rawAt(row: number): string | null {
    return this.#texts[this.#cells.at(row)] ?? null;
  }

  /** The rows ordered by key, each key once. Two rows of one key must say the same; one that says nothing gives way. */
  distinct(): { readonly rows: Int32Array; readonly disagreements: readonly Disagreement[] } {
    const rows = this.order();
    const disagreements: Disagreement[] = [];
    const cell = (row: number) => this.rawAt(row) ?? plainCell(bpOf(this.values.at(row)) ?? 0);
    let count = 0;
    let last = -1;
    for (const row of rows) {
      const isTwin = last >= 0 && this.isSameKey(last, row);
      if (isTwin && this.isSilentAt(row)) continue;
      if (!isTwin || this.isSilentAt(last)) {
        if (isTwin) count -= 1;
        rows[count++] = row;
        last = row;
      } else if (this.values.at(row) !== this.values.at(last))
        disagreements.push({ locator: this.lines.at(row), field: 'rate', found: cell(row), earlier: cell(last) });
    }
    disagreements.sort((a, b) => a.locator - b.locator);
    return { rows: rows.subarray(0, count), disagreements };
  }

  /** Whether the row lists the plan and says nothing of the rate. */
  isSilentAt(row: number): boolean {
    return this.values.at(row) < 0;
  }

  #isPlain(bp: number | null, raw: string): boolean {
    if (bp === null) return false;
    const plain = this.#plainCells[bp] ?? plainCell(bp);
    this.#plainCells[bp] = plain;
    return raw === plain;
  }

  #indexOf(raw: string): number {
    const known = this.#textIndexes.get(raw);
    if (known !== undefined) return known;
    const index = this.#texts.push(raw) - 1;
    this.#textIndexes.set(raw, index);
    return index;
  }
}

/** Writes what snapshots say of rates. */
export function openRates(db: Db): ChangeWriter<StoredRate, RateColumns> {
  return new ChangeWriter<StoredRate, RateColumns>(db, {
    shape: RATE_SHAPE,
    listed: 'listed',
    values: [RATE_CODE],
    owners: 'SELECT plan_id FROM fact WHERE feed_id = @feedId',
    isSame: (columns, index, values) => columns.values.at(index) === values[0],
    rowAt(columns, index, at) {
      const value = columns.values.at(index);
      const [income, bp] = [incomeOf(value), bpOf(value)];
      return { at, listed: 1, income, bp, line: columns.lines.at(index), raw: columns.rawAt(index) };
    },
    deriveAfter(before, derived, row) {
      const change = lastChangeAfter(before, lastChangeOf(derived), row);
      return change && changeColumns(change);
    },
  });
}
