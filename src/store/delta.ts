/**
 * Writes one kind of value (rates, facts of plans) of a snapshot as changes against its stream.
 *
 * A value holds from its row until the next row of the same key in the stream. A snapshot that arrives late lands between
 * two others: then the later one must keep saying what it said, so where the newcomer differs from what held before, the
 * old value is written again at the later capture, unless a row stands there already.
 */
import type { KeySet } from './key-set.ts';
import { makeKeySet } from './key-set.ts';
import type { StreamPlace } from './stream.ts';

/** How one table is read and written. `V` is what is compared; `Row` is a stored row. */
export interface DeltaTable<V, Row extends { listed: 0 | 1 }> {
  /** The row that holds at `at`: the last one at or before it, those that are waiting among them. */
  lastRow(key: number, streamId: number, at: number): Row | undefined;
  /** Whether a stored row says the same. */
  isSame(row: Row, value: V): boolean;
  /** May keep the row waiting until `flush`. */
  insert(key: number, streamId: number, at: number, value: V): void;
  /** Writes what is waiting, and forgets what was looked up. */
  flush(): void;
  /** Gives up what is waiting: the transaction is rolled back. */
  forget(): void;
  /** Writes a row again at another time, unless one stands there; undefined: "not listed". */
  carry(key: number, streamId: number, at: number, row: Row | undefined): void;
  /** Says from `at` on: not listed. */
  insertAbsent(key: number, streamId: number, at: number): void;
  /** Every key that is written as listed by the stream as of `at`, but for those that are `known`, with the row that holds then. */
  listedRows(
    streamId: number,
    at: number,
    known: { has(key: number): boolean },
  ): Iterable<readonly [key: number, row: Row]>;
}

export interface DeltaWriter<V, Row> {
  /** Writes a value, once a key. Gives the row that stands for this key in this snapshot already, if there is one. */
  put(key: number, value: V): Row | undefined;
  /** Lists a key as the snapshot before lists it, unread. False: it is listed already. */
  keep(key: number): boolean;
  /** Writes what this snapshot no longer lists. Gives it as it was listed before. `lost`: which keys these are, where it is known. */
  finish(lost?: Iterable<number>): readonly (readonly [key: number, before: Row])[];
  /** Keys that were put or kept. */
  readonly listed: KeySet;
  readonly counts: DeltaCounts;
}

/** Of the values of a snapshot: against the one before it. */
export interface DeltaCounts {
  readonly added: number;
  readonly changed: number;
  readonly gone: number;
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
  const counts = { added: 0, changed: 0, gone: 0 };

  function listedAmong(lost: Iterable<number>): [key: number, before: Row][] {
    const found: [key: number, before: Row][] = [];
    for (const key of lost) {
      const before = table.lastRow(key, streamId, at);
      if (before?.listed === 1) found.push([key, before]);
    }
    return found;
  }

  function noLongerListed(): (readonly [key: number, before: Row])[] {
    table.flush();
    return [...table.listedRows(streamId, at, seen)];
  }

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
      counts[before?.listed === 1 ? 'changed' : 'added'] += 1;
      return undefined;
    },
    keep: seen.add,
    finish(lost) {
      // Where nothing came before, the absence of rows says already what is not listed here.
      const absent = previousAt === null ? [] : lost ? listedAmong(lost) : noLongerListed();
      for (const [key, before] of absent) {
        table.insertAbsent(key, streamId, at);
        if (nextAt !== null) table.carry(key, streamId, nextAt, before);
      }
      table.flush();
      counts.gone += absent.length;
      return absent;
    },
    listed: seen,
    counts,
  };
}
