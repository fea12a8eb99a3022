/** Items: from the ids of exports to the rows that stand for them. New rows are written many at a time. */
import type { Db } from './open.ts';
import { writeInBatches } from './write-in-batches.ts';

export interface ItemTable {
  /** The row of an item, made where there is none; `shopId`: in whose export it stands. */
  rowOf(itemNo: string, title: string | null, atMs: number, shopId: number): number;
  /** Items whose title another export gave otherwise. */
  readonly renamed: ReadonlySet<number>;
  /** The titles of these, given `fromMs`, were given again at `atMs`. */
  confirm(items: Iterable<number>, fromMs: number, atMs: number): void;
  /** Writes what is waiting. */
  flush(): void;
  /** To call when a transaction is rolled back: rows that it made are gone. */
  forget(): void;
}

interface KnownItem {
  readonly id: number;
  title: string | null;
  titleAt: number | null;
  /** The last shop that it was linked to by this import. */
  shopId: number | null;
}

/** Remembered at once, 40 MB of them: rows of an item may stand far apart, and memory must stay flat. */
const MOST_ITEMS = 250_000;

/** `onOtherName` is told when two exports of one time give an item different titles. */
export function openItemTable(db: Db, onOtherName: (atMs: number) => void, mostItems = MOST_ITEMS): ItemTable {
  const statements = {
    find: db.prepare('SELECT id, title, title_at AS titleAt, NULL AS shopId FROM item WHERE item_no = ?'),
    lastId: db.prepare('SELECT coalesce(max(id), 0) FROM item').pluck(),
    confirm: db.prepare('UPDATE item SET title_at = ? WHERE id = ? AND title_at = ?'),
    confirmRange: db.prepare('UPDATE item SET title_at = ? WHERE id BETWEEN ? AND ? AND title_at = ?'),
    // The newest name stands; of two with one time the greater, so that the order of import cannot show.
    name: db.prepare(
      'UPDATE item SET title = @name, title_at = @at WHERE id = @id AND (title_at IS NULL OR title_at < @at OR (title_at = @at AND title < @name))',
    ),
  };
  const rows = writeInBatches(db, 'INSERT INTO item (id, item_no, suffix, title, title_at)', 5);
  const links = writeInBatches(db, 'INSERT OR IGNORE INTO item_shop (item_id, shop_id)', 2, rows.flush);
  const items = new Map<string, KnownItem>();
  const renamed = new Set<number>();
  let lastId: number | null = null;
  // In most exports rows of one item stand together.
  let last: { readonly itemNo: string; readonly item: KnownItem } | null = null;

  // New rows go before their links.
  const { flush } = links;

  function meet(itemNo: string, title: string | null, at: number): KnownItem {
    if (items.size >= mostItems) {
      flush();
      items.clear();
    }
    const met =
      (statements.find.get(itemNo) as KnownItem | undefined) ?? make(itemNo, title, title === null ? null : at);
    items.set(itemNo, met);
    return met;
  }

  function make(itemNo: string, title: string | null, titleAt: number | null): KnownItem {
    lastId ??= statements.lastId.get() as number;
    rows.add(++lastId, itemNo, suffixOf(itemNo), title, titleAt);
    return { id: lastId, title, titleAt, shopId: null };
  }

  /** The title was given later than the one that is known, or is another. */
  function giveTitle(itemNo: string, item: KnownItem, title: string, at: number): void {
    flush();
    if (item.title === title && item.titleAt !== null) {
      statements.confirm.run(at, item.id, item.titleAt);
      item.titleAt = at;
      return;
    }
    if (item.title !== null) {
      renamed.add(item.id);
      if (item.titleAt === at) onOtherName(at);
    }
    statements.name.run({ id: item.id, name: title, at });
    const { title: standing, titleAt } = statements.find.get(itemNo) as KnownItem;
    item.title = standing;
    item.titleAt = titleAt;
  }

  return {
    rowOf(itemNo, title, at, shopId) {
      const item = last?.itemNo === itemNo ? last.item : (items.get(itemNo) ?? meet(itemNo, title, at));
      if (last?.item !== item) last = { itemNo, item };
      if (title !== null && (title !== item.title || item.titleAt === null || item.titleAt < at))
        giveTitle(itemNo, item, title, at);
      if (item.shopId !== shopId) links.add(item.id, shopId);
      item.shopId = shopId;
      return item.id;
    },
    renamed,
    confirm(ids, from, at) {
      flush();
      for (const [first, last] of rangesOf(ids)) statements.confirmRange.run(at, first, last, from);
    },
    flush,
    forget() {
      rows.forget();
      links.forget();
      items.clear();
      lastId = null;
      last = null;
    },
  };
}

/** The part of an opaque item id after its last `-`; null for the old all-digit ids. */
export function suffixOf(itemNo: string): string | null {
  const dash = itemNo.lastIndexOf('-');
  return /^\d+$/.test(itemNo) || dash < 0 ? null : itemNo.slice(dash + 1) || null;
}

/** Neighbours together: most rows of items were made one after the other. */
function* rangesOf(ids: Iterable<number>): Generator<[first: number, last: number]> {
  const sorted = Float64Array.from(ids).sort();
  let first = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (sorted[i + 1] === (sorted[i] ?? 0) + 1) continue;
    yield [sorted[first] ?? 0, sorted[i] ?? 0];
    first = i + 1;
  }
}
