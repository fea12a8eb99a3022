/** What a snapshot says in columns of numbers, so that millions of rates fit into memory: 24 bytes a row. */
import { formatBp } from '../domain/rate.ts';
import type { RateFact } from '../domain/reading.ts';

/** Numbers in a list that grows. */
export class NumberList<A extends Int32Array | Float64Array = Int32Array> {
  #values: A;
  length = 0;

  constructor(values: A) {
    this.#values = values;
  }

  push(value: number): void {
    if (this.length === this.#values.length) {
      const grown = new (this.#values.constructor as new (size: number) => A)(this.length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.length++] = value;
  }

  at(index: number): number {
    return this.#values[index] as number;
  }

  /** The values themselves, until the list grows. */
  values(): A {
    return this.#values.subarray(0, this.length) as A;
  }
}

export class IntList extends NumberList {
  constructor() {
    super(new Int32Array(64));
  }
}

/**
 * One number for what is compared of a rate: twice the basis points (0: stated as unknown, -1: nothing is said), and 1 more for
 * an income rate.
 */
type RateCode = number;

/** SQL: the same of a row of `rate`. */
export const RATE_CODE = "ifnull(rate_bp, iif(raw = '', -1, 0)) * 2 + income";

function rateCode({ bp, raw, measure }: RateFact): RateCode {
  return (bp ?? (raw === '' ? -1 : 0)) * 2 + (measure === 'income' ? 1 : 0);
}

export function bpOf(value: RateCode): number | null {
  return value >> 1 > 0 ? value >> 1 : null;
}

/** Whether the row lists the plan and says nothing of the rate. */
export function isSilentValue(value: RateCode): boolean {
  return value < 0;
}

export function incomeOf(value: RateCode): 0 | 1 {
  return (value & 1) as 0 | 1;
}

/** The cell that need not be stored: the rate with two decimals and a percent sign. */
export function plainCell(bp: number): string {
  return `${formatBp(bp)}%`;
}

/** Numbers, each of an owner and an item. */
export class KeyColumns {
  readonly owners = new IntList();
  readonly items = new IntList();
  readonly values: NumberList<Int32Array | Float64Array>;

  /** `values`: an empty list. */
  constructor(values: NumberList<Int32Array | Float64Array> = new IntList()) {
    this.values = values;
  }

  get length(): number {
    return this.owners.length;
  }

  put(ownerId: number, itemId: number, value: number): void {
    this.owners.push(ownerId);
    this.items.push(itemId);
    this.values.push(value);
  }

  isSameKey(a: number, b: number): boolean {
    return this.owners.at(a) === this.owners.at(b) && this.items.at(a) === this.items.at(b);
  }

  /** The rows in the order of owner and item, and of the file within these: by counting, because most files are nearly in order. */
  order(): Int32Array {
    const owners = this.owners.values();
    const items = this.items.values();
    let [least, greatest] = [Number.POSITIVE_INFINITY, 0];
    for (const owner of owners) {
      if (owner < least) least = owner;
      if (owner > greatest) greatest = owner;
    }
    if (owners.length === 0) return new Int32Array(0);
    // Where the rows of each owner begin; then, as they are put there, where they end.
    const ends = new Int32Array(greatest - least + 2);
    for (const owner of owners) ends[owner - least + 1] = (ends[owner - least + 1] as number) + 1;
    for (let i = 1; i < ends.length; i++) ends[i] = (ends[i] as number) + (ends[i - 1] as number);
    const places = new Int32Array(owners.length);
    for (let row = 0; row < owners.length; row++) {
      const owner = (owners[row] as number) - least;
      const place = ends[owner] as number;
      places[place] = row;
      ends[owner] = place + 1;
    }
    let from = 0;
    for (let owner = 0; owner < ends.length - 1; owner++) {
      const ofOwner = places.subarray(from, ends[owner]);
      if (!isAscending(ofOwner, items)) ofOwner.sort((a, b) => (items[a] as number) - (items[b] as number) || a - b);
      from = ends[owner] as number;
    }
    return places;
  }
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
