/**
 * What rows of a table are recognised by: 64 bits of a seeded hash of their bytes, without the cell that says when they
 * were captured. Ingest fills it while it reads, the store keeps it until the next export of the same kind.
 */

/** Rows of the snapshot before, in the order of its file. */
export interface KnownRows {
  readonly count: number;
  /** Index of the row with this mark, -1 for none. `after`: the row found last; rows mostly keep their order. */
  find(low: number, high: number, after: number): number;
}

/** Rows of the file that is being read, in its order, blank ones left out. */
export interface RowMarks {
  /** How cells are found and read: a row means the same only where this is the same. */
  readonly print: string;
  readonly seed: number;
  /** null: every row is read. */
  readonly known: KnownRows | null;
  readonly count: number;
  /** All rows have the same captured time, as far as bytes can tell. */
  readonly isOneCapture: boolean;
  add(low: number, high: number, place: number): void;
  setMixed(): void;
  /** What stands at `index`: `place` is the line of a row that was read, or `-1 - n` for one that is row `n` of `known`. */
  low(index: number): number;
  high(index: number): number;
  place(index: number): number;
}

export function makeRowMarks(print: string, seed: number, known: KnownRows | null): RowMarks {
  const [lows, highs, places] = [makeIntList(), makeIntList(), makeIntList()];
  let isOneCapture = true;
  return {
    print,
    seed,
    known,
    get count() {
      return places.length;
    },
    get isOneCapture() {
      return isOneCapture;
    },
    add(low, high, place) {
      lows.add(low);
      highs.add(high);
      places.add(place);
    },
    setMixed() {
      isOneCapture = false;
    },
    low: lows.at,
    high: highs.at,
    place: places.at,
  };
}

/** Whole numbers, of 32 bits unless said otherwise, in a list that grows without being copied. */
export interface IntList {
  readonly length: number;
  add(value: number): void;
  at(index: number): number;
}

const PART_BITS = 16;
const EMPTY = new Int32Array(0);

export function makeIntList(Part: Int32ArrayConstructor | Uint8ArrayConstructor = Int32Array): IntList {
  const parts: (Int32Array | Uint8Array)[] = [];
  let last: Int32Array | Uint8Array = EMPTY;
  let length = 0;
  return {
    get length() {
      return length;
    },
    add(value) {
      const place = length & ((1 << PART_BITS) - 1);
      if (place === 0) {
        last = new Part(1 << PART_BITS);
        parts.push(last);
      }
      last[place] = value;
      length += 1;
    },
    at: (index) => parts[index >> PART_BITS]?.[index & ((1 << PART_BITS) - 1)] ?? 0,
  };
}
