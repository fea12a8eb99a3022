/** Columns of numbers, in which millions of rows of a snapshot fit into memory: rates take 24 bytes a row. */

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

/** Two rows of one file that cannot both be true. */
export interface Disagreement {
  readonly locator: number;
  readonly field: string;
  readonly found: string;
  readonly earlier: string;
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

function isAscending(rows: Int32Array, items: Int32Array): boolean {
  for (let i = 1; i < rows.length; i++) {
    if ((items[rows[i] as number] as number) < (items[rows[i - 1] as number] as number)) return false;
  }
  return true;
}
