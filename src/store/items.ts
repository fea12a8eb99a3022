/** Items by the rows that stand for them. */
import { lazy } from './lazy.ts';
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
  /** The id of an item, whether it was read or not. */
  idOf(itemId: number): string;
}

/** Who asks for the ids of items asks for many: so many neighbours are read together, as one text. */
const PAGE = 512;

export function openItems(db: Db): Items {
  const known = new Map<number, Item | null>([[SHOP_ITEM, null]]);
  const pages = new Map<number, string[]>();
  const readItems = lazy(() =>
    prepareVisit(
      db,
      ['id', 'item_no', 'title'],
      'SELECT i.id, i.item_no, i.title FROM json_each(@rows) j CROSS JOIN item i ON i.id = j.value',
      (_total: unknown, row: number, id: string, title: string | null) => void known.set(row, { id, title }),
    ),
  );
  const readPage = lazy(() =>
    db
      .prepare(
        `SELECT json_group_array(id), json_group_array(item_no) FROM item WHERE id >= @first AND id < @first + ${PAGE}`,
      )
      .raw(),
  );

  function pageAt(first: number): string[] {
    const [rows, ids] = (readPage().get({ first }) as [string, string]).map((text) => JSON.parse(text));
    const page: string[] = [];
    for (const [index, row] of (rows as number[]).entries()) page[row - first] = ids[index];
    return page;
  }

  return {
    read(rows) {
      const unknown = new Set<number>();
      for (const { item_id } of rows) if (!known.has(item_id)) unknown.add(item_id);
      if (unknown.size > 0) readItems()({ rows: JSON.stringify([...unknown]) });
    },
    itemOf: (itemId) => known.get(itemId) ?? null,
    idOf(itemId) {
      const place = itemId % PAGE;
      const first = itemId - place;
      const page = pages.get(first) ?? pageAt(first);
      pages.set(first, page);
      return page[place] ?? '';
    },
  };
}
