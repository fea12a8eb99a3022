/** However a shop is read, the gate gives the same answer. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { askShop } from '../../src/commands/ask-shop.ts';
import { askGate, type GateAnswer, type GateTarget } from '../../src/domain/gate.ts';
import { withoutRates } from '../../src/domain/verdict.ts';
import { readMutes, setDeparture, setMute } from '../../src/store/decisions.ts';
import { findItem, findPlanShops } from '../../src/store/look-up.ts';
import type { Db } from '../../src/store/open.ts';
import { type LedgerReader, openLedgerReader } from '../../src/store/read-ledger.ts';
import { DAY_MS, listsArbitrary, questionArbitrary } from '../support/lists.ts';
import { importAll, toSnapshots } from '../support/snapshots.ts';

const TARGETS: readonly GateTarget[] = [
  ...['a', 'b', 'd'].map((itemId) => ({ itemId, planId: null })),
  ...['11', '12', null].map((planId) => ({ itemId: null, planId })),
];

/** Without the rates at what was not asked for; the comparisons are those at the item that was. */
function asAnswered(answer: GateAnswer, { itemId }: GateTarget) {
  const judgements = answer.judgements.map((judgement) => {
    const { comparisons } = judgement;
    return itemId === null ? withoutRates(judgement) : { ...withoutRates(judgement), comparisons };
  });
  return { ...answer, judgements };
}

interface Decision {
  readonly planNo: string;
  readonly what: 'muted' | 'exited';
}

/** What the user decides of a plan, where it is known. */
function decide(db: Db, { planNo, what }: Decision): void {
  for (const shopId of findPlanShops(db, planNo)) {
    if (!db.prepare("SELECT 1 FROM account WHERE name = 'x'").get()) continue;
    const target = { shopId, planNo, account: 'x' };
    if (what === 'exited') setDeparture(db, target, 2 * DAY_MS);
    else setMute(db, target, { fromMs: 0, untilMs: 9 * DAY_MS, reason: null });
  }
}

/** Counts how often a whole shop was read. */
function countWholes(reader: LedgerReader): LedgerReader & { wholes: number } {
  const counting = {
    ...reader,
    wholes: 0,
    readShop(...[shopId, options]: Parameters<LedgerReader['readShop']>) {
      if (options?.itemId === undefined) counting.wholes += 1;
      return reader.readShop(shopId, options);
    },
  };
  return counting;
}

test('by columns, the gate answers as by the ledger', () => {
  const told = { bound: 0, wholePlan: 0, better: 0, all: 0, plainly: 0 };
  fc.assert(
    fc.property(
      listsArbitrary,
      questionArbitrary,
      fc.constantFrom(null, null, 'x'),
      fc.constantFrom(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 3 * DAY_MS),
      fc.constantFrom<Decision | null>(
        null,
        null,
        { planNo: '11', what: 'muted' },
        { planNo: '11', what: 'exited' },
        { planNo: '12', what: 'exited' },
      ),
      (drawn, { joinedOnly: _, ...asked }, account, untilMs, decided) => {
        const db = importAll(toSnapshots(drawn));
        if (decided) decide(db, decided);
        const question = { ...asked, mutes: readMutes(db) };
        const reader = countWholes(openLedgerReader(db, untilMs));
        for (const shopId of reader.shopIds(false)) {
          const ledgers = reader.readShop(shopId, { account, withoutSources: true });
          for (const target of TARGETS) {
            const itemId = target.itemId === null ? null : (findItem(db, target.itemId)?.itemId ?? null);
            const before = reader.wholes;
            const answers = askShop(reader, shopId, target, question, { account, itemId });
            const plainly = ledgers.map((ledger) => askGate(ledger, target, question));
            expect(answers.map((answer) => asAnswered(answer, target))).toEqual(
              plainly.map((answer) => asAnswered(answer, target)),
            );
            told.all += 1;
            if (reader.wholes > before) told.plainly += 1;
            else
              for (const { judgements, reasons, better } of answers) {
                if (judgements.some(({ standing }) => standing === 'binding')) told.bound += 1;
                if (reasons.some(({ code }) => code === 'whole-plan')) told.wholePlan += 1;
                if (better.length > 0) told.better += 1;
              }
          }
        }
      },
    ),
    { numRuns: Number(process.env.RUNS ?? 200) },
  );
  // The property would hold if every shop were read plainly, or if nothing were ever answered.
  expect(told.plainly / told.all).toBeLessThan(0.9);
  for (const kind of ['bound', 'wholePlan', 'better'] as const) expect(told[kind]).toBeGreaterThan(0);
});
