/** Items by the rows that stand for them. */
import type { Db } from './open.ts';
import { SHOP_ITEM } from './schema.ts';
import { prepareVisit } from './visit-rows.ts';

export interface Item {
  readonly id: string;
  readonly title: string | null;
}

export interface Items {
  /** Reads the items of these rows, all those not known yet at once: one by one they take six times as long. */
  read(rows: readonly { readonly item_id: number }[]): void;
  /** An item that was read; null: the shop as a whole. */
  itemOf(itemId: number): Item | null;
}

export function openItems(db: Db): Items {
  const known = new Map<number, Item | null>([[SHOP_ITEM, null]]);
  const prepare = () =>
    prepareVisit<{ readonly ids: string }, [itemId: number, id: string, title: string | null]>(
      db,
      ['id', 'item_no', 'title'],
      'SELECT i.id, i.item_no, i.title FROM json_each(@ids) j CROSS JOIN item i ON i.id = j.value',
      (_total, itemId, id, title) => void known.set(itemId, { id, title }),
    );
  let visit: ReturnType<typeof prepare> | null = null;
  return {
    read(rows) {
      const unknown = new Set<number>();
      for (const { item_id } of rows) if (!known.has(item_id)) unknown.add(item_id);
      if (unknown.size === 0) return;
      visit ??= prepare();
      visit({ ids: JSON.stringify([...unknown]) });
    },
    itemOf: (itemId) => known.get(itemId) ?? null,
  };
}
