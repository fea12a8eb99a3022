/** What is left out when a ledger is read must not show in what is judged by it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DEFAULT_POLICY } from '../../src/domain/policy.ts';
import { judgeShop, withoutRates } from '../../src/domain/verdict.ts';
import { openLedgerReader, type ReadOptions } from '../../src/store/read-ledger.ts';
import { importAll, snapshotsArbitrary, toSnapshots } from '../support/snapshots.ts';

test('without sources and without plans that do not matter, joined plans are judged alike', () => {
  fc.assert(
    fc.property(snapshotsArbitrary, fc.integer({ min: 3, max: 12 }), (drawn, day) => {
      const reader = openLedgerReader(importAll(toSnapshots(drawn)), Number.MAX_SAFE_INTEGER);
      const question = { policy: DEFAULT_POLICY, nowMs: day * 86_400_000, item: null, joinedOnly: true };
      const judge = (options: ReadOptions) =>
        reader
          .shopIds(true)
          .flatMap((id) => reader.readShop(id, options))
          .flatMap((ledger) => judgeShop(ledger, question))
          .map((judgement) => ({ ...withoutRates(judgement), basisCount: judgement.comparisons.length }));
      expect(judge({ withoutSources: true, joinedOnly: true })).toEqual(judge({}));
    }),
    { numRuns: 500 },
  );
});
