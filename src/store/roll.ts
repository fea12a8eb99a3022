/**
 * The roll of a stream: what the rows of its newest snapshot are recognised by, and what each was about. A row that
 * comes again byte for byte says again what the ledger holds already, so the next snapshot writes only what changed.
 *
 * A row says more than its rate, and the ledger must not depend on how a row was read. So a row can be recognised only
 * where it says by itself what all rows of its plan, item and shop in the snapshot say together: the facts of the plan,
 * and names that are the ledger's. All others are read every time. Whatever is unusual is read the plain way (`null`).
 */
import { randomInt } from 'node:crypto';
import type { KnownRows, RowMarks } from '../domain/row-marks.ts';
import { makeIntList } from '../domain/row-marks.ts';
import type { KeySet } from './key-set.ts';
import { makeKeySet } from './key-set.ts';
import type { Db } from './open.ts';

/** What a row says, in bits. */
export const SAYS = { rate: 1, knownRate: 2, title: 4, shopName: 8 } as const;

export interface Roll extends KnownRows {
  readonly streamId: number;
  /** When its snapshot was captured. */
  readonly at: number;
  planId(index: number): number;
  /** The item and the measure of its rate, as in RateKey. */
  scope(index: number): number;
  says(index: number): number;
}

/** A row of a snapshot that is being written. */
export interface RollRow {
  readonly line: number;
  readonly planId: number;
  readonly scope: number;
  readonly says: number;
}

export interface Rolls {
  /** One for the whole ledger, drawn by chance: nobody can make two rows that look alike. */
  readonly seed: number;
  recall(print: string): Generator<Roll>;
  /** The roll that these rows are; undefined when they are none of ours. */
  recalled(rows: KnownRows): Roll | undefined;
  /** Writes the roll of a stream anew. `isAlike`: whether a row says what all rows of its plan, item and shop say. */
  write(streamId: number, at: number, marks: RowMarks, rows: RollRows, isAlike: (row: RollRow) => boolean): void;
  /** Forgets the rolls that can no longer be relied on: of a stream, of snapshots captured at a time, or all. */
  forget(which: { readonly streamId: number } | { readonly at: number } | 'all'): void;
}

const PART_BITS = 16;
const PART_ROWS = 1 << PART_BITS;
const BYTES_A_ROW = 17;

export function openRolls(db: Db): Rolls {
  const statements = {
    seed: db.prepare('SELECT seed FROM roll LIMIT 1').pluck(),
    find: db.prepare(
      `SELECT r.stream_id AS streamId, r.at FROM roll r JOIN stream s ON s.id = r.stream_id
       WHERE print = ? AND held = 0 AND r.at = (SELECT max(captured_at) FROM snapshot n WHERE n.stream_id = r.stream_id)
       ORDER BY r.at DESC, r.stream_id DESC LIMIT 8`,
    ),
    parts: db.prepare('SELECT rows FROM roll_part WHERE stream_id = ? ORDER BY part').pluck(),
    add: db.prepare('INSERT INTO roll (stream_id, at, seed, print) VALUES (?, ?, ?, ?)'),
    addPart: db.prepare('INSERT INTO roll_part (stream_id, part, rows) VALUES (?, ?, ?)'),
    forgetStream: db.prepare('DELETE FROM roll WHERE stream_id = ?'),
    forgetTime: db.prepare('DELETE FROM roll WHERE at = ?'),
    forgetAll: db.prepare('DELETE FROM roll'),
    otherTitles: db.prepare('SELECT id FROM item WHERE title_at IS NOT NULL AND title_at <> ?').pluck(),
    otherNames: db
      .prepare('SELECT p.id FROM plan p JOIN shop s ON s.id = p.shop_id WHERE name_at IS NOT NULL AND name_at <> ?')
      .pluck(),
  };
  let seed = statements.seed.get() as number | undefined;
  const keysOf = (rows: Iterable<unknown>): KeySet => {
    const keys = makeKeySet();
    for (const key of rows) keys.add(key as number);
    return keys;
  };

  let last: Roll | undefined;
  const seedOf = () => {
    seed ??= randomInt(1, 2 ** 31);
    return seed;
  };

  return {
    get seed() {
      return seedOf();
    },
    *recall(print) {
      for (const { streamId, at } of statements.find.all(print) as { streamId: number; at: number }[]) {
        const parts = Array.from(statements.parts.iterate(streamId) as Iterable<Buffer>, readPart);
        // Named anew since by another export: a row must be read to see whose name stands.
        const [titles, names] = [keysOf(statements.otherTitles.iterate(at)), keysOf(statements.otherNames.iterate(at))];
        last = makeRoll(streamId, at, parts, titles, names);
        yield last;
      }
    },
    recalled: (rows) => (rows === last ? last : undefined),
    write(streamId, at, marks, rows, isAlike) {
      statements.forgetStream.run(streamId);
      statements.add.run(streamId, at, seedOf(), marks.print);
      const roll = marks.known === last ? last : undefined;
      let written = 0;
      let next = 0;
      const part = makePart(Math.min(PART_ROWS, marks.count));
      const flush = () => {
        if (part.count > 0) statements.addPart.run(streamId, written++, packPart(part));
        part.count = 0;
      };
      for (let i = 0; i < marks.count; i++) {
        const place = marks.place(i);
        let row: RollRow | null = null;
        if (place < 0 && roll) {
          const index = -1 - place;
          row = { line: 0, planId: roll.planId(index), scope: roll.scope(index), says: roll.says(index) };
        } else {
          // A row of blank cells was read, and said nothing.
          while (next < rows.length && rows.line(next) < place) next += 1;
          if (next < rows.length && rows.line(next) === place) row = rows.at(next);
        }
        if (!row) continue;
        const alike = isAlike(row);
        const n = part.count++;
        part.lows[n] = alike ? marks.low(i) : 0;
        part.highs[n] = alike ? marks.high(i) : 0;
        part.plans[n] = row.planId;
        part.scopes[n] = row.scope;
        part.says[n] = row.says;
        if (part.count === PART_ROWS) flush();
      }
      flush();
    },
    forget(which) {
      if (which === 'all') statements.forgetAll.run();
      else if ('at' in which) statements.forgetTime.run(which.at);
      else statements.forgetStream.run(which.streamId);
    },
  };
}

/** The rows of a snapshot that were read, in the order of their lines. */
export interface RollRows {
  readonly length: number;
  line(index: number): number;
  at(index: number): RollRow;
  add(line: number, planId: number, scope: number, says: number): void;
}

export function makeRollRows(): RollRows {
  const [lines, plans, scopes] = [makeIntList(), makeIntList(), makeIntList()];
  const says = makeIntList(Uint8Array);
  return {
    get length() {
      return lines.length;
    },
    line: lines.at,
    at: (i) => ({ line: lines.at(i), planId: plans.at(i), scope: scopes.at(i), says: says.at(i) }),
    add(line, planId, scope, bits) {
      lines.add(line);
      plans.add(planId);
      scopes.add(scope);
      says.add(bits);
    },
  };
}

interface Part {
  count: number;
  readonly lows: Int32Array;
  readonly highs: Int32Array;
  readonly plans: Int32Array;
  readonly scopes: Int32Array;
  readonly says: Uint8Array;
}

function makePart(size: number): Part {
  const list = () => new Int32Array(size);
  return { count: 0, lows: list(), highs: list(), plans: list(), scopes: list(), says: new Uint8Array(size) };
}

function packPart({ count, lows, highs, plans, scopes, says }: Part): Buffer {
  const bytes = (list: Int32Array | Uint8Array) =>
    Buffer.from(list.buffer, list.byteOffset, count * list.BYTES_PER_ELEMENT);
  return Buffer.concat([lows, highs, plans, scopes, says].map(bytes));
}

function readPart(bytes: Buffer): Part {
  const count = bytes.length / BYTES_A_ROW;
  // Where it does not begin where numbers of four bytes may begin, a copy does.
  const { buffer, byteOffset } = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
  const list = (n: number) => new Int32Array(buffer, byteOffset + n * count * 4, count);
  return {
    count,
    lows: list(0),
    highs: list(1),
    plans: list(2),
    scopes: list(3),
    says: new Uint8Array(buffer, byteOffset + count * 16, count),
  };
}

/** `titles` and `names`: items and plans whose names, or those of their shops, others gave last. */
function makeRoll(streamId: number, at: number, parts: readonly Part[], titles: KeySet, names: KeySet): Roll {
  const count = parts.reduce((sum, part) => sum + part.count, 0);
  const partOf = (index: number) => parts[index >> PART_BITS];
  const lowOf = (index: number) => partOf(index)?.lows[index & (PART_ROWS - 1)] ?? 0;
  const highOf = (index: number) => partOf(index)?.highs[index & (PART_ROWS - 1)] ?? 0;
  // Each slot holds an index and one more; a mark stands in the first free slot from where its low half leads.
  const slots = new Int32Array(2 ** Math.ceil(Math.log2((4 / 3) * count + 2)));
  const mask = slots.length - 1;
  let index = 0;
  for (const part of parts) {
    for (let i = 0; i < part.count; i++, index++) {
      const [says, plan, scope] = [part.says[i] ?? 0, part.plans[i] ?? 0, part.scopes[i] ?? 0];
      if (((says & SAYS.title) !== 0 && titles.has(scope >> 1)) || ((says & SAYS.shopName) !== 0 && names.has(plan)))
        part.lows[i] = part.highs[i] = 0;
      if (part.lows[i] === 0 && part.highs[i] === 0) continue;
      let slot = (part.lows[i] ?? 0) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = index + 1;
    }
  }
  return {
    streamId,
    at,
    count,
    planId: (i) => partOf(i)?.plans[i & (PART_ROWS - 1)] ?? 0,
    scope: (i) => partOf(i)?.scopes[i & (PART_ROWS - 1)] ?? 0,
    says: (i) => partOf(i)?.says[i & (PART_ROWS - 1)] ?? 0,
    find(low, high, after) {
      const next = after + 1;
      if (next < count && lowOf(next) === low && highOf(next) === high) return next;
      for (let slot = low & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
        const found = (slots[slot] ?? 0) - 1;
        if (lowOf(found) === low && highOf(found) === high) return found;
      }
      return -1;
    },
  };
}
