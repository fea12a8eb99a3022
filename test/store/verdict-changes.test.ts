/** What an import changes is told as if every shop had been judged in full before and after it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { verdictChanges } from '../../src/commands/verdict-changes.ts';
import { DEFAULT_POLICY } from '../../src/domain/policy.ts';
import { type Judgement, judgeShop } from '../../src/domain/verdict.ts';
import type { ImportSession } from '../../src/store/import.ts';
import type { Db } from '../../src/store/open.ts';
import { openLedgerReader } from '../../src/store/read-ledger.ts';
import { APPLICATION_ID } from '../../src/store/schema.ts';
import { importAll, snapshotsArbitrary, toSnapshots } from '../support/snapshots.ts';

const folder = mkdtempSync(join(tmpdir(), 'tkguard-verdicts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function judgePlainly(db: Db): Map<string, Judgement> {
  const reader = openLedgerReader(db, Number.MAX_SAFE_INTEGER);
  const question = { policy: DEFAULT_POLICY, nowMs: reader.newestCapturedMs() ?? 0, item: null, joinedOnly: true };
  const judgements = reader.shopIds(true).flatMap((id) => reader.readShop(id).flatMap((l) => judgeShop(l, question)));
  return new Map(judgements.map((j) => [JSON.stringify([j.account, j.shop.id, j.shop.keeperId, j.plan.id]), j]));
}

test('verdicts that an import changes', async () => {
  let told = 0;
  await fc.assert(
    fc.asyncProperty(snapshotsArbitrary, fc.nat(), async (drawn, cut) => {
      const snapshots = toSnapshots(drawn);
      const [earlier, later] = [importAll(snapshots.slice(0, cut % (snapshots.length + 1))), importAll(snapshots)];
      earlier.pragma(`application_id = ${APPLICATION_ID}`);
      const path = join(folder, 'a.db');
      writeFileSync(path, earlier.serialize());
      const all = new Set(openLedgerReader(later, Number.MAX_SAFE_INTEGER).shopIds(false));
      const session = { db: later } as ImportSession;
      const { changes } = await verdictChanges(session, path, all, [], { policy: DEFAULT_POLICY, mutes: [], nowMs: 0 });
      const before = judgePlainly(earlier);
      const plainly = [...judgePlainly(later)].flatMap(([key, { account, shop, plan, verdict, reasons }]) => {
        const from = before.get(key)?.verdict ?? null;
        return from === verdict ? [] : [[account, shop.id ?? shop.keeperId, plan.id, from, verdict, reasons]];
      });
      told += plainly.length;
      expect(changes.map((c) => [c.account, c.shopId, c.planId, c.from, c.to, c.reasons])).toEqual(plainly);
    }),
    { numRuns: 100 },
  );
  expect(told).toBeGreaterThan(20);
});
