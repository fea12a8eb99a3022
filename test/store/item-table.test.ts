/** Items are written many at a time, and are found as if they had been written one by one. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openItemTable } from '../../src/store/item-table.ts';
import { openInMemory } from '../../src/store/open.ts';

const SHOPS = 3;
const stepArbitrary = fc.record({
  item: fc.nat(60).map(String),
  title: fc.constantFrom(null, '甲', '乙'),
  at: fc.integer({ min: 1, max: 5 }),
  shop: fc.integer({ min: 1, max: SHOPS }),
});

test('however many are known already, are new and are remembered, each has one row, its newest title and its shops', () => {
  fc.assert(
    fc.property(fc.array(fc.array(stepArbitrary, { maxLength: 100 }), { maxLength: 4 }), fc.nat(70), (files, most) => {
      const db = openInMemory();
      db.pragma('foreign_keys = ON');
      for (let id = 1; id <= SHOPS; id++) db.prepare('INSERT INTO shop (id, seller_id) VALUES (?, ?)').run(id, `${id}`);
      const expected = new Map<string, { title: string | null; at: number; shops: Set<number> }>();
      const rows = new Map<string, number>();
      for (const steps of files) {
        const items = openItemTable(db, () => {}, most);
        for (const { item, title, at, shop } of steps) {
          const row = items.rowOf(item, title, at, shop);
          expect(rows.get(item) ?? row).toBe(row);
          rows.set(item, row);
          const known = expected.get(item) ?? { title: null, at: 0, shops: new Set() };
          known.shops.add(shop);
          if (title !== null && (known.title === null || at > known.at || (at === known.at && title > known.title)))
            Object.assign(known, { title, at });
          expected.set(item, known);
        }
        items.flush();
      }
      const found = db
        .prepare(
          `SELECT item_no, title, coalesce(title_at, 0) AS at, (SELECT group_concat(shop_id) FROM
             (SELECT shop_id FROM item_shop WHERE item_id = id ORDER BY 1)) AS shops FROM item ORDER BY item_no`,
        )
        .raw()
        .all();
      const wanted = [...expected].map(([item, { title, at, shops }]) => [item, title, at, [...shops].sort().join()]);
      expect(found).toEqual(wanted.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
      db.close();
    }),
    { numRuns: 100 },
  );
});
