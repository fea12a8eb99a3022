/** What is packed into pages is what comes out of them. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DamagedData } from '../../src/store/damage.ts';
import type { PageEntry } from '../../src/store/rate-page.ts';
import { entriesOf, whole } from '../../src/store/rate-pages.ts';
import { PageWriter } from '../../src/store/write-rate-page.ts';

/** Pages of one time. */
const read = (pages: readonly Uint8Array[]) => entriesOf(pages.map((entries) => whole({ at: 0, entries })));

const rawOf = (bp: number | null) =>
  fc.oneof(
    fc.constantFrom(null, '', '-', '无', '0'),
    fc.string({ unit: 'grapheme', maxLength: 2000 }),
    ...(bp === null
      ? []
      : [
          fc.constantFrom(
            `${bp / 100}`,
            `${bp / 100}%`,
            (bp / 100).toFixed(2),
            `${(bp / 100).toFixed(2)}%`,
            `${bp}`,
            `0${bp}`,
            `${(bp / 100).toFixed(2)} %`,
          ),
        ]),
  );

const entryArbitrary: fc.Arbitrary<PageEntry> = fc.option(fc.integer({ min: 1, max: 10_000 })).chain((bp) =>
  fc.record({
    itemId: fc.oneof(fc.nat(5), fc.nat(2 ** 26 - 1)),
    measureIndex: fc.constantFrom(0, 1),
    listed: fc.constantFrom(0 as const, 1 as const),
    bp: fc.constant(bp),
    sales: fc.option(fc.oneof(fc.nat(300), fc.maxSafeNat())),
    raw: rawOf(bp),
    line: fc.option(fc.oneof(fc.nat(300), fc.integer({ min: 1, max: 2 ** 40 }))),
  }),
);

const copyOf = ({ itemId, measureIndex, listed, bp, sales, raw, line }: PageEntry): PageEntry => ({
  itemId,
  measureIndex,
  listed,
  bp,
  sales,
  raw,
  line,
});

test('entries come out as they were put in, over as many pages as it takes', () => {
  fc.assert(
    fc.property(fc.array(entryArbitrary, { maxLength: 300 }), (entries) => {
      const writer = new PageWriter();
      for (const entry of entries) writer.add(entry);
      const pages = writer.take();
      expect([...read(pages)].length).toBe(entries.length);
      const found: PageEntry[] = [];
      for (const entry of read(pages)) found.push(copyOf(entry));
      expect(found).toEqual(entries.map(copyOf));
      expect(writer.take()).toEqual([]);
    }),
    { numRuns: 300 },
  );
});

test('a page of which one byte was changed, or some are missing, is said to be damaged', () => {
  fc.assert(
    fc.property(
      fc.array(entryArbitrary, { minLength: 1, maxLength: 30 }),
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (entries, place, change) => {
        const writer = new PageWriter();
        for (const entry of entries) writer.add(entry);
        const page = writer.take()[0]!;
        const at = place % page.length;
        const altered = Uint8Array.from(page);
        altered[at] = page[at]! ^ change;
        expect(() => [...read([altered])]).toThrow(DamagedData);
      },
    ),
    { numRuns: 1000 },
  );
  expect(() => [...read([new Uint8Array(0)])]).toThrow(DamagedData);
});

test('bytes that were never a page are read to their end, or said to be damaged', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        for (const { bp } of read([bytes])) expect(bp === null || (bp >= 1 && bp <= 10_000)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(DamagedData);
      }
    }),
    { numRuns: 2000 },
  );
});
