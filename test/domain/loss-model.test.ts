/**
 * orders.md §3 against a plain model: one item, one special plan approved all the time, captures of one feed. The model looks
 * at moments of the window one by one; it knows nothing of spans. Times are hours after the epoch.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openLossJudge } from '../../src/domain/loss.ts';
import { BUCKETS, type LossLine } from '../../src/domain/loss-line.ts';
import { LossSums } from '../../src/domain/loss-sums.ts';
import { DEFAULT_POLICY } from '../../src/domain/policy.ts';
import { APPROVED, type Capture, ledgerOf, scopeOrAll } from '../support/ledger.ts';
import { orderLine } from '../support/order-lines.ts';

const HOUR_MS = 3_600_000;
const [DAY, MAX_AGE, SURE] = [24, 3 * 24, 14 * 24];
const RATES = [700, 750, 800, 838, null];
const JOINED = { ...APPROVED, approvedAt: '1970-01-01' };

interface Reading {
  readonly at: number;
  readonly special: number | null;
  readonly general: number | null;
}

interface Order {
  readonly click: number;
  readonly lasts: number;
  readonly rateBp: number;
  readonly paidFen: number;
  readonly state: 'settled' | 'paid' | 'void';
  readonly feeBp: number;
  readonly serviceFeeBp: number;
}

const readings: fc.Arbitrary<Reading[]> = fc
  .uniqueArray(
    fc.record({
      at: fc.integer({ min: 1, max: 40 }).map((day) => day * DAY),
      special: fc.constantFrom(...RATES),
      general: fc.constantFrom(...RATES),
    }),
    { selector: ({ at }) => at, minLength: 1, maxLength: 8 },
  )
  .map((all) => all.sort((a, b) => a.at - b.at));
const orders: fc.Arbitrary<Order[]> = fc.array(
  fc.record({
    click: fc.integer({ min: 1, max: 45 * DAY }),
    lasts: fc.integer({ min: 0, max: 100 }),
    rateBp: fc.constantFrom(700, 750, 800, 838, 419),
    paidFen: fc.integer({ min: 1, max: 200_000 }),
    state: fc.constantFrom('settled' as const, 'paid' as const, 'void' as const),
    feeBp: fc.constantFrom(0, 1000),
    serviceFeeBp: fc.constantFrom(0, 100),
  }),
  { minLength: 1, maxLength: 12 },
);

function judge(all: readonly Reading[], asked: readonly Order[]): LossLine[] {
  const captures = all.map(
    ({ at, special, general }): Capture => ({
      day: at / DAY,
      plans: { 0: { rates: { a: general } }, 11: { facts: JOINED, rates: { a: special } } },
    }),
  );
  const judgeLine = openLossJudge(ledgerOf(captures), DEFAULT_POLICY);
  return asked.map(({ click, lasts, ...order }) => {
    const paidMs = (click + lasts) * HOUR_MS;
    const times = { clickedMs: click * HOUR_MS, createdMs: paidMs, paidMs };
    return judgeLine(orderLine({ ...order, ...times }), scopeOrAll('a'));
  });
}

/** What one side may have paid at some moment from one hour to another; null among them: nothing tells. */
function possible(all: readonly Reading[], side: 'special' | 'general', from: number, to: number) {
  const found = new Set<number | null>();
  let isAssumed = false;
  // Every stretch in which nothing changes has one of these in it.
  const marks = [from, to, ...all.flatMap(({ at }) => [at, at + 0.5, at + MAX_AGE + 0.5])];
  for (const at of marks.filter((mark) => mark >= from && mark <= to)) {
    const before = all.findLast((reading) => reading.at <= at);
    const after = all.find((reading) => reading.at >= at);
    if (!before) found.add(null);
    else if (!after) found.add(at - before.at > MAX_AGE ? null : before[side]);
    else if (before[side] === null || after[side] === null) found.add(null);
    else {
      found.add(before[side]).add(after[side]);
      isAssumed ||= before[side] === after[side] && after.at - before.at > SURE;
    }
  }
  return { found, isAssumed };
}

/** An amount times two rates in basis points: the digits of whole fen, and the next one, of 5 and more, rounds up. */
function rounded(fen: number, aBp: number, bBp: number): number {
  const digits = (BigInt(fen) * BigInt(aBp) * BigInt(bBp)).toString().padStart(9, '0');
  return Number(digits.slice(0, -8)) + (Number(digits.at(-8)) >= 5 ? 1 : 0);
}

function expected(
  all: readonly Reading[],
  { click, lasts, rateBp, paidFen, state, feeBp, serviceFeeBp }: Order,
): string {
  if (state === 'void') return 'void null null';
  const applied = rateBp + serviceFeeBp;
  const general = possible(all, 'general', click, click + lasts);
  const special = possible(all, 'special', click, click + lasts);
  const [isGeneral, isSpecial] = [general.found.has(applied), special.found.has(applied)];
  if (general.found.has(null) || (special.found.has(null) && !isGeneral)) return 'unknown null null';
  // The share is the whole commission.
  const net = (bp: number) => rounded(paidFen, bp - serviceFeeBp, 10_000) - rounded(paidFen, bp - serviceFeeBp, feeBp);
  const losses = [...general.found].map((bp) => net(bp ?? 0) - net(applied));
  const [low, high] = [Math.min(...losses), Math.max(...losses)];
  if (isSpecial && isGeneral) return `either ${Math.min(0, low)} ${Math.max(0, high)}`;
  if (isGeneral) return 'general 0 0';
  if (!isSpecial) return `unexplained ${low} ${high}`;
  if (general.isAssumed || special.isAssumed) return `estimated ${low} ${high}`;
  if (state === 'paid') return `pending ${low} ${high}`;
  return `${high < 0 ? 'gain' : 'proven'} ${low} ${high}`;
}

const told = ({ bucket, lowFen, highFen }: LossLine) => `${bucket} ${lowFen} ${highFen}`;

test('every line is where the model puts it, with the same bounds', () => {
  fc.assert(
    fc.property(readings, orders, (all, asked) => {
      expect(judge(all, asked).map(told)).toEqual(asked.map((order) => expected(all, order)));
    }),
    { numRuns: 1000 },
  );
});

function sumsOf(lines: readonly LossLine[]): LossSums {
  const sums = new LossSums();
  for (const line of lines) sums.add({ line, moment: null, isTold: false });
  return sums;
}

test('bounds are in order, counts and amounts add up, and shuffled lines come to the same', () => {
  fc.assert(
    fc.property(readings, orders, fc.infiniteStream(fc.nat()), (all, asked, luck) => {
      const lines = judge(all, asked);
      for (const { lowFen, highFen } of lines) expect((lowFen ?? 0) <= (highFen ?? 0)).toBe(true);
      const { summary } = sumsOf(lines);
      const total = (of: 'lines' | 'amountFen') => BUCKETS.reduce((sum, bucket) => sum + summary[bucket][of], 0);
      expect(total('lines')).toBe(asked.length);
      expect(total('amountFen')).toBe(asked.reduce((sum, { paidFen }) => sum + paidFen, 0));
      const shuffled = [...lines].map((line) => ({ line, key: luck.next().value })).sort((a, b) => a.key - b.key);
      const again = sumsOf(shuffled.map(({ line }) => line));
      expect(again.summary).toEqual(summary);
      expect(again.plans()).toEqual(sumsOf(lines).plans());
    }),
  );
});

test('where both plans pay the same nothing is lost or gained for certain, and nothing at all where they never change', () => {
  fc.assert(
    fc.property(readings, orders, (all, asked) => {
      const equal = all.map((reading) => ({ ...reading, general: reading.special }));
      for (const { bucket } of judge(equal, asked))
        expect(['proven', 'gain', 'pending', 'estimated']).not.toContain(bucket);
      const steady = all.map(({ at }) => ({ at, special: 800, general: 800 }));
      for (const { bucket, lowFen, highFen } of judge(steady, asked))
        if (bucket === 'either') expect([lowFen, highFen]).toEqual([0, 0]);
    }),
  );
});

test('a later capture moves a line only where it says something of its window', () => {
  fc.assert(
    fc.property(
      readings,
      orders,
      fc.constantFrom(...RATES),
      fc.constantFrom(...RATES),
      (all, asked, special, general) => {
        const lastAt = all.at(-1)?.at ?? 0;
        const later = [...all, { at: lastAt + 30 * DAY, special, general }];
        const [before, after] = [judge(all, asked), judge(later, asked)];
        for (const [i, { click, lasts }] of asked.entries())
          if (click + lasts <= lastAt) expect(told(after[i] as LossLine)).toBe(told(before[i] as LossLine));
      },
    ),
  );
});
