/** Items by the rows that stand for them; null: the shop as a whole. */
import { lazy, lazyByKey } from '../domain/lazy.ts';
import { type Item, SHOP_SCOPE } from '../domain/runs.ts';
import type { Db } from './open.ts';

export interface Items {
  idOf(row: number): string | null;
  itemOf(row: number): Item | null;
}

/** SQL: of a merchant with several numbers each item has a row for each; that with the newest title stands for all. */
export const STANDING_FIRST = 'title_at DESC, title DESC, id';

/** Who asks for items asks for many: so many neighbours are read together, as one text. */
const TOGETHER = 512;

/** To be asked while the database is open. */
export function openItems(db: Db): Items {
  const ids = openTexts(db, 'item_no');
  const titles = openTexts(db, 'title');
  const idOf = (row: number) => (row === SHOP_SCOPE ? null : ids(row));
  return {
    idOf,
    itemOf(row) {
      const id = idOf(row);
      return id === null ? null : { id, title: titles(row) };
    },
  };
}

/** Gives a column of `item` by row. */
function openTexts(db: Db, column: 'item_no' | 'title'): (row: number) => string | null {
  const readPage = lazy(() =>
    db
      .prepare(
        `SELECT json_group_array(id), json_group_array(${column}) FROM item WHERE id >= ? AND id < ? + ${TOGETHER}`,
      )
      .raw(),
  );

  const pageAt = lazyByKey((first: number): readonly (string | null | undefined)[] => {
    const [rows, texts] = (readPage().get(first, first) as [string, string]).map((text) => JSON.parse(text));
    const page: (string | null)[] = [];
    for (const [index, row] of (rows as number[]).entries()) page[row - first] = texts[index];
    return page;
  });

  return (row) => {
    const first = row - (row % TOGETHER);
    return pageAt(first)[row - first] ?? null;
  };
}
