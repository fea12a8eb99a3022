/** The rates of a snapshot in columns of numbers, 24 bytes a row, so that millions of them fit into memory. */
import { formatBp } from '../domain/rate.ts';
import type { RateFact } from '../domain/reading.ts';

/** Integers of 32 bits, in a list that grows. */
export class IntList {
  #values: Int32Array;
  length = 0;

  constructor(size = 1 << 6) {
    this.#values = new Int32Array(size);
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const grown = new Int32Array(this.length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.length++] = value;
  }

  at(index: number): number {
    return this.#values[index] as number;
  }

  /** The values themselves, until the list grows. */
  values(): Int32Array {
    return this.#values.subarray(0, this.length);
  }
}

/** One number for what is compared of a rate: twice the basis points (0: stated as unknown), and 1 more for an income rate. */
export type RateValue = number;

export function rateValue(bp: number | null, isIncome: boolean): RateValue {
  return (bp ?? 0) * 2 + (isIncome ? 1 : 0);
}

export function bpOf(value: RateValue): number | null {
  return value >> 1 || null;
}

export function incomeOf(value: RateValue): 0 | 1 {
  return (value & 1) as 0 | 1;
}

/** The cell that need not be stored: the rate with two decimals and a percent sign. */
export function plainCell(bp: number): string {
  return `${formatBp(bp)}%`;
}

export class RateColumns {
  readonly plans = new IntList();
  readonly items = new IntList();
  readonly values = new IntList();
  readonly lines = new IntList();
  /** Indexes into the texts of unusual cells; 0: a plain one. */
  readonly #cells = new IntList();
  readonly #texts: (string | null)[] = [null];
  readonly #textIndexes = new Map<string, number>();
  readonly #plainCells: string[] = [];

  get length(): number {
    return this.plans.length;
  }

  add(planId: number, itemId: number, { measure, bp, raw }: RateFact, line: number): void {
    this.plans.push(planId);
    this.items.push(itemId);
    this.values.push(rateValue(bp, measure === 'income'));
    this.lines.push(line);
    this.#cells.push(this.#isPlain(bp, raw) ? 0 : this.#indexOf(raw));
  }

  /** null: the plain cell. */
  rawAt(row: number): string | null {
    return this.#texts[this.#cells.at(row)] ?? null;
  }

  /** The rows in the order of plan and item, and of the file within these: by counting, because most files are nearly in order. */
  order(): Int32Array {
    const plans = this.plans.values();
    const items = this.items.values();
    let [least, greatest] = [Number.POSITIVE_INFINITY, 0];
    for (const plan of plans) {
      if (plan < least) least = plan;
      if (plan > greatest) greatest = plan;
    }
    if (plans.length === 0) return new Int32Array(0);
    // Where the rows of each plan begin; then, as they are put there, where they end.
    const ends = new Int32Array(greatest - least + 2);
    for (const plan of plans) ends[plan - least + 1] = (ends[plan - least + 1] as number) + 1;
    for (let i = 1; i < ends.length; i++) ends[i] = (ends[i] as number) + (ends[i - 1] as number);
    const places = new Int32Array(plans.length);
    for (let row = 0; row < plans.length; row++) {
      const plan = (plans[row] as number) - least;
      const place = ends[plan] as number;
      places[place] = row;
      ends[plan] = place + 1;
    }
    let from = 0;
    for (let plan = 0; plan < ends.length - 1; plan++) {
      const ofPlan = places.subarray(from, ends[plan]);
      if (!isAscending(ofPlan, items)) ofPlan.sort((a, b) => (items[a] as number) - (items[b] as number) || a - b);
      from = ends[plan] as number;
    }
    return places;
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

function isAscending(rows: Int32Array, items: Int32Array): boolean {
  for (let i = 1; i < rows.length; i++) {
    if ((items[rows[i] as number] as number) < (items[rows[i - 1] as number] as number)) return false;
  }
  return true;
}
