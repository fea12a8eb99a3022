/** What a file said is forgotten, and nothing else: whatever was captured before, between and after. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { discardFiles } from '../../src/store/holds.ts';
import { openInMemory } from '../../src/store/open.ts';
import { importAll, importInto, readingsIn, snapshotsArbitrary, toSnapshots } from '../support/snapshots.ts';

test('a ledger of which a file is discarded is as if it had never been taken in', () => {
  fc.assert(
    fc.property(snapshotsArbitrary, fc.array(fc.nat(2), { minLength: 9, maxLength: 9 }), (drawn, files) => {
      const snapshots = toSnapshots(drawn);
      const db = openInMemory();
      db.pragma('foreign_keys = ON');
      importInto(db, snapshots, (index) => files[index] ?? 0);
      const [first] = db.prepare('SELECT n.id FROM snapshot n ORDER BY n.file_id').pluck().all() as number[];
      discardFiles(db, [String(first)]);
      const others = snapshots.filter((_, index) => files[index] !== files[0]);
      expect(readingsIn(db)).toEqual(readingsIn(importAll(others)));
    }),
    { numRuns: 300 },
  );
});
