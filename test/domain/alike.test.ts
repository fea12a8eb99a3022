import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, findAlike } from '../../src/domain/alike.ts';

const KNOWN = ['2616191', '2616192', '728628560', '隆缘裳服饰旗舰店', '全球茶叶公司', 'studio-b'];

test.each([
  ['2616119', ['2616191', '2616192']],
  ['26161', ['2616191', '2616192'].slice(0, 0)],
  ['728628506', ['728628560']],
  ['隆缘裳', ['隆缘裳服饰旗舰店']],
  ['隆原裳服饰旗舰店', ['隆缘裳服饰旗舰店']],
  ['Studio-B', ['studio-b']],
  ['studo-b', ['studio-b']],
  ['x', []],
  ['', []],
])('%s', (word, alike) => {
  expect(findAlike(word, KNOWN)).toEqual(alike);
});

/** By a table of all beginnings of both. */
function plainDistance(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (_, j) => i + j));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      table[i]![j] = Math.min(
        table[i - 1]![j]! + 1,
        table[i]![j - 1]! + 1,
        table[i - 1]![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1),
        isSwapped ? table[i - 2]![j - 2]! + 1 : Number.POSITIVE_INFINITY,
      );
    }
  }
  return table[a.length]![b.length]!;
}

test('the distance is that of a table of all beginnings, up to the most that is asked for', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 9 });
  fc.assert(
    fc.property(word, word, fc.integer({ min: 0, max: 3 }), (a, b, most) => {
      expect(editDistance(a, b, most)).toBe(Math.min(plainDistance(a, b), most + 1));
    }),
    { numRuns: 3000 },
  );
});
