/**
 * Writes one kind of value (rates by series, facts by plan) of a snapshot as changes against its stream.
 *
 * A value holds from its row until the next row of the same key in the stream. A snapshot that arrives late lands between
 * two others: then the later one must keep saying what it said, so where the newcomer differs from what held before, the
 * old value is written again at the later capture, unless a row stands there already.
 */
import type { StreamPlace } from './stream.ts';

/** How one table is read and written. `V` is what is compared; `Row` is a stored row. */
export interface DeltaTable<V, Row extends { listed: 0 | 1 }> {
  /** The row that holds at `at`: the last one at or before it. */
  lastRow(key: number, streamId: number, at: number): Row | undefined;
  /** Whether a stored row says the same. */
  isSame(row: Row, value: V): boolean;
  insert(key: number, streamId: number, at: number, value: V): void;
  /** Writes a row again at another time, unless one stands there; undefined: "not listed". */
  carry(key: number, streamId: number, at: number, row: Row | undefined): void;
  /** Says from `at` on: not listed. */
  insertAbsent(key: number, streamId: number, at: number): void;
  /** All keys with a row in the stream at or before `at`. */
  keys(streamId: number, at: number): Iterable<number>;
}

export interface DeltaWriter<V, Row> {
  /** Writes a value, once a key. Gives the row that stands for this key in this snapshot already, if there is one. */
  put(key: number, value: V): Row | undefined;
  /** Writes what this snapshot no longer lists. Gives it as it was listed before. */
  finish(): { readonly key: number; readonly before: Row }[];
  /** Whether the snapshot lists this key. */
  lists(key: number): boolean;
  readonly changed: number;
}

/** `onPair` is told of every value whose key the snapshot before listed too. */
export function openDelta<V, Row extends { listed: 0 | 1 }>(
  table: DeltaTable<V, Row>,
  place: StreamPlace,
  at: number,
  onPair: (before: Row, value: V) => void,
): DeltaWriter<V, Row> {
  const { streamId, previousAt, nextAt } = place;
  const seen = makeKeySet();
  let changed = 0;
  return {
    put(key, value) {
      if (!seen.add(key)) return table.lastRow(key, streamId, at);
      const before = previousAt === null ? undefined : table.lastRow(key, streamId, at);
      if (before?.listed === 1) {
        onPair(before, value);
        if (table.isSame(before, value)) return undefined;
      }
      table.insert(key, streamId, at, value);
      if (nextAt !== null) table.carry(key, streamId, nextAt, before);
      changed += 1;
      return undefined;
    },
    finish() {
      // Where nothing came before, the absence of rows says already what is not listed here.
      if (previousAt === null) return [];
      const absent: { key: number; before: Row }[] = [];
      for (const key of [...table.keys(streamId, at)].filter((known) => !seen.has(known))) {
        const before = table.lastRow(key, streamId, at);
        if (before?.listed !== 1) continue;
        absent.push({ key, before });
        table.insertAbsent(key, streamId, at);
        if (nextAt !== null) table.carry(key, streamId, nextAt, before);
      }
      changed += absent.length;
      return absent;
    },
    lists: seen.has,
    get changed() {
      return changed;
    },
  };
}

interface KeySet {
  /** Whether the key is new. */
  add(key: number): boolean;
  has(key: number): boolean;
}

/** Row ids are dense, so a bit for each is enough: a million keys are 125 kB. */
function makeKeySet(): KeySet {
  let bits = new Uint8Array(1024);
  const has = (key: number) => ((bits[key >> 3] ?? 0) & (1 << (key & 7))) !== 0;
  return {
    has,
    add(key) {
      if (has(key)) return false;
      if (key >> 3 >= bits.length) {
        const grown = new Uint8Array(Math.max(bits.length * 2, (key >> 3) + 1));
        grown.set(bits);
        bits = grown;
      }
      bits[key >> 3] = (bits[key >> 3] ?? 0) | (1 << (key & 7));
      return true;
    },
  };
}
