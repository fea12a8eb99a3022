/** What a file said is forgotten, and nothing else: whatever was captured before, between and after. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NO_FACTS } from '../../src/domain/reading.ts';
import { discardFiles } from '../../src/store/holds.ts';
import { openInMemory } from '../../src/store/open.ts';
import {
  type Drawn,
  importAll,
  importInto,
  readingsIn,
  snapshotsArbitrary,
  toSnapshots,
} from '../support/snapshots.ts';

/** Mostly in one stream, where one capture is written against another. */
const oneStreamArbitrary = snapshotsArbitrary.map((drawn) =>
  drawn.map((snapshot) => ({ ...snapshot, coverage: 'listed' as const, account: 'x' })),
);

/** The third says what the second said: it is not written again. */
const cutThenSame = [800, 600, 600].map(
  (bp, index): Drawn => ({
    day: index + 1,
    coverage: 'listed',
    account: 'x',
    readings: [
      {
        locator: 1,
        shop: { sellerId: '100', keeperId: null, name: null },
        item: null,
        planId: '11',
        facts: { ...NO_FACTS, kind: 'special' },
        rate: { measure: 'commission', bp, raw: String(bp), sales: null },
      },
    ],
  }),
);

test('a ledger of which a file is discarded is as if it had never been taken in', () => {
  fc.assert(
    fc.property(
      fc.oneof(oneStreamArbitrary, snapshotsArbitrary),
      fc.array(fc.nat(2), { minLength: 9, maxLength: 9 }),
      (drawn, files) => {
        const snapshots = toSnapshots(drawn);
        const db = openInMemory();
        db.pragma('foreign_keys = ON');
        importInto(db, snapshots, (index) => files[index] ?? 0);
        const [first] = db.prepare('SELECT n.id FROM snapshot n ORDER BY n.file_id').pluck().all() as number[];
        discardFiles(db, [String(first)]);
        const others = snapshots.filter((_, index) => files[index] !== files[0]);
        expect(readingsIn(db)).toEqual(readingsIn(importAll(others)));
      },
    ),
    { numRuns: 300, examples: [[cutThenSame, [0, 0, 1]]] },
  );
});
