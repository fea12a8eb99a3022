import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { divideRound, formatYuan, netFen, parseYuan, payoutAt } from '../../src/domain/money.ts';

describe('yuan', () => {
  test.each([
    ['46.56', 4656],
    ['46.5600', 4656],
    ['￥46.56', 4656],
    ['¥ 1,046.5', 104650],
    ['1046.5元', 104650],
    ['４６．５６', 4656],
    ['0.00', 0],
    ['0', 0],
    ['-3.20', -320],
    ['-¥3.20', -320],
    ['-0.00', 0],
    ['0.005', 1],
    ['0.0049999', 0],
    ['900000000000', 90_000_000_000_000],
    ['--', null],
    ['', null],
    ['—', null],
  ])('%s', (text, fen) => expect(parseYuan(text)).toEqual({ ok: true, fen }));

  test.each(['12,34', '1e3', '12.', '.5', 'abc', '1 2', '1.2.3', '12%'])('%s is no money', (text) => {
    expect(parseYuan(text)).toEqual({ ok: false });
  });

  test('is written with two decimals', () => {
    expect([0, 5, 320, -186, -5, 104650].map(formatYuan)).toEqual([
      '0.00',
      '0.05',
      '3.20',
      '-1.86',
      '-0.05',
      '1046.50',
    ]);
  });

  test('is read as it was written', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1 - 1e14, max: 1e14 - 1 }), (fen) => {
        expect(parseYuan(formatYuan(fen))).toEqual({ ok: true, fen: fen + 0 });
      }),
    );
  });
});

/** orders.md §2.3: amount, rate, technical fee, and what the real rows say. */
test.each([
  [380, 3000, 1000, 114, 11],
  [26900, 310, 1000, 834, 83],
  [3780, 700, 1000, 265, 26],
  [4656, 45, 0, 21, 0],
  [100, 135, 0, 1, 0],
  [1980, 910, 1000, 180, 18],
  [26900, 75, 0, 202, 0],
  [280, 500, 1000, 14, 1],
  // expected.md, row 21: exactly half a fen.
  [4620, 750, 1000, 347, 35],
])('%i fen at %i bp', (amountFen, rateBp, feeBp, commissionFen, feeFen) => {
  const terms = { amountFen, serviceFeeBp: 0, shareBp: 10_000, feeBp };
  expect(payoutAt(terms, rateBp)).toEqual({ commissionFen, feeFen });
});

test('a special service fee is taken out of the rate, the share of the commission alone', () => {
  const terms = { amountFen: 10_000, serviceFeeBp: 300, shareBp: 5000, feeBp: 1000 };
  expect(payoutAt(terms, 838)).toEqual({ commissionFen: 269, feeFen: 54 });
  expect(netFen({ ...terms, feeBp: null }, 838)).toBe(269);
});

test('nearest, half up, of any size', () => {
  const money = fc.integer({ min: 0, max: 10 ** 12 });
  const bp = fc.integer({ min: 0, max: 10_000 });
  fc.assert(
    fc.property(money, bp, bp, bp, (amountFen, rateBp, serviceFeeBp, shareBp) => {
      const { commissionFen } = payoutAt({ amountFen, serviceFeeBp, shareBp, feeBp: null }, rateBp);
      // 2x - 1 <= 2 * commission < 2x + 1, in 1/10^8 of a fen and exactly.
      const [twice, two] = [BigInt(amountFen) * BigInt(rateBp - serviceFeeBp) * BigInt(shareBp) * 2n, 10n ** 8n];
      const rounded = BigInt(commissionFen) * 2n * two;
      expect(rounded > twice - two && rounded <= twice + two).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('halves go up on both sides of nothing', () => {
  expect([5, -5, 15, -15, 4, -4].map((n) => divideRound(n, 10))).toEqual([1, 0, 2, -1, 0, 0]);
});
