/** Whatever is added and taken away, in whatever order of times: a plan's pages tell the rest, by time. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openInMemory } from '../../src/store/open.ts';
import type { PageEntry, TimedEntry } from '../../src/store/rate-page.ts';
import { entriesOf, openRatePages } from '../../src/store/rate-pages.ts';
import { PageWriter } from '../../src/store/write-rate-page.ts';

const DAY = 86_400_000;

/** What is said at a time, of few items or, so that a page overflows, of many; or that a time is taken away. */
const stepArbitrary = fc.record({
  day: fc.integer({ min: 1, max: 9 }),
  items: fc.oneof(
    fc.uniqueArray(fc.integer({ min: 0, max: 5 })),
    fc.nat(300).map((count) => [...Array(count).keys()]),
  ),
  bp: fc.integer({ min: 1, max: 10_000 }),
  kind: fc.constantFrom('add', 'add', 'add', 'missing', 'remove'),
});

const entryOf = (itemId: number, bp: number): PageEntry => ({
  itemId,
  measureIndex: 0,
  listed: 1,
  bp,
  sales: null,
  raw: `${bp} bp`,
  line: itemId + 1,
});

type Told = Pick<TimedEntry, 'at' | 'itemId' | 'bp' | 'raw' | 'line'>;

const inOrder = (a: Told, b: Told) => a.at - b.at || a.itemId - b.itemId;

function toldUntil(known: ReadonlyMap<number, ReadonlyMap<number, number>>, untilMs: number): Told[] {
  const told = [...known].map(([at, items]) =>
    [...items].map(([itemId, bp]): Told => ({ at, itemId, bp, raw: `${bp} bp`, line: itemId + 1 })),
  );
  return told
    .flat()
    .filter(({ at }) => at <= untilMs)
    .sort(inOrder);
}

test('pages tell what was added and not taken away, by time, up to any time', () => {
  fc.assert(
    fc.property(fc.array(stepArbitrary, { maxLength: 25 }), (steps) => {
      const db = openInMemory();
      db.pragma('foreign_keys = OFF');
      const pages = openRatePages(db);
      const known = new Map<number, Map<number, number>>();
      for (const { day, items, bp, kind } of steps) {
        const at = day * DAY;
        const there = known.get(at) ?? new Map<number, number>();
        const missing = items.filter((itemId) => !there.has(itemId));
        if (kind === 'remove') {
          expect(pages.keepOnly(1, 1, (entry) => entry.at !== at)).toBe(there.size);
          known.delete(at);
          continue;
        }
        if (kind === 'missing') {
          pages.addMissing(
            1,
            1,
            at,
            items.map((itemId) => entryOf(itemId, bp)),
          );
        } else {
          const writer = new PageWriter();
          for (const itemId of missing) writer.add(entryOf(itemId, bp));
          pages.add(1, 1, at, writer.take());
        }
        for (const itemId of missing) there.set(itemId, bp);
        known.set(at, there);
      }
      const expectTold = (planId: number) => {
        for (let until = 0; until <= 10 * DAY; until += DAY) {
          const found: Told[] = [];
          for (const { at, itemId, bp, raw, line } of entriesOf(pages.ofStream(planId, 1, until)))
            found.push({ at, itemId, bp, raw, line });
          const times = found.map(({ at }) => at);
          expect(times).toEqual([...times].sort((a, b) => a - b));
          expect(found.sort(inOrder)).toEqual(toldUntil(known, until));
        }
      };
      expectTold(1);
      pages.moveToPlan(1, 2);
      expect(pages.ofStream(1, 1)).toEqual([]);
      expectTold(2);
      db.close();
    }),
    { numRuns: 150 },
  );
});

test('a change a day costs no page of its own', () => {
  const db = openInMemory();
  const pages = openRatePages(db);
  for (let day = 1; day <= 365; day++) {
    const writer = new PageWriter();
    writer.add(entryOf(0, day));
    pages.add(1, 1, day * DAY, writer.take());
  }
  expect(pages.ofStream(1, 1).length).toBeLessThan(15);
});
