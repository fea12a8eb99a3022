/**
 * Rows of our own format put together from parts that stood in rows before: a row each of whose parts was right in some
 * row is right, since no part is read by what another says.
 *
 * Why: a million rows name two hundred thousand items and twenty thousand plans, and reading every cell of each costs
 * four times as much. What stands in several rows is one object, by which the store sees at once that it is the same.
 * test/ingest/own-parts.test.ts proves that rows come out as if each were read by itself.
 */
import type { ItemIds, PlanFacts, RateFact, ShopIds } from '../../domain/reading.ts';
import { idCell, isAmount, isBlank, textCell } from '../cells.ts';
import type { TableRow } from '../scan-table.ts';
import type { CellOf, Column, OwnRow } from './own-row.ts';

/** What each column is read for, as one bit: cells of two parts have nothing to do with each other. */
const [ORIGIN, SHOP, ITEM, PLAN, RATE, SALES, COMMISSION] = [1, 2, 4, 8, 16, 32, 64];
const ALL_PARTS = 127;
const PART_OF: Readonly<Record<Column, number>> = {
  captured_at: ORIGIN,
  account: ORIGIN,
  shop_id: SHOP,
  shop_name: SHOP,
  item_id: ITEM,
  item_title: ITEM,
  plan_id: PLAN,
  plan_name: PLAN,
  plan_type: PLAN,
  rate: RATE,
  status: PLAN,
  plan_state: PLAN,
  locked: PLAN,
  audit: PLAN,
  starts_at: PLAN,
  ends_at: PLAN,
  joined_at: PLAN,
  approved_at: PLAN,
  exit_id: PLAN,
  sales_30d: SALES,
  commission_30d: COMMISSION,
};

/** Cells of a row, in the order of its file; a row may be too short for some. */
type Cells = readonly string[];

/**
 * Reads rows as `read` does, and calls it only for those with a part that was not met before. `indexes`: which cell is
 * which column's. What `read` gives must follow from those cells alone, and of a cell without a mistake it must note the
 * same however often it reads it.
 */
export function rememberRows(
  indexes: ReadonlyMap<Column, number>,
  cellOf: (cells: Cells) => CellOf,
  read: (cell: CellOf, locator: number) => OwnRow | null,
): (row: TableRow) => OwnRow | null {
  const places = [...indexes.values()];
  const parts = [...indexes.keys()].map((column) => PART_OF[column]);
  const areNear = places.every((place) => place < 31);
  const near = places.reduce((bits, place) => bits | (1 << place), 0);
  const partAt: number[] = new Array(31).fill(0);
  for (const [i, place] of places.entries()) partAt[place] = parts[i] ?? 0;
  const partOf = <T>(bit: number, readPart?: (cell: CellOf) => T | undefined) =>
    rememberPart<T>(
      places.filter((_, i) => parts[i] === bit),
      (cells) => readPart?.(cellOf(cells)),
    );
  const origin = partOf<Pick<OwnRow, 'account' | 'capturedMs'>>(ORIGIN);
  const shop = partOf<ShopIds>(SHOP);
  const item = partOf<ItemIds | null>(ITEM, readPlainItem);
  const plan = partOf<{ readonly planId: string; readonly facts: PlanFacts }>(PLAN);
  const rate = partOf<RateFact | null>(RATE);
  const sales = partOf<number | null>(SALES);
  const commission = partOf<true>(COMMISSION, readPlainAmount);
  /** The row before, if it was right. */
  let before: Cells | null = null;

  function recall(row: TableRow) {
    const { cells } = row;
    const changed = changesIn(row);
    if (changed & ORIGIN) origin.recall(cells);
    if (changed & SHOP) shop.recall(cells);
    if (changed & ITEM) item.recall(cells);
    if (changed & PLAN) plan.recall(cells);
    if (changed & RATE) rate.recall(cells);
    if (changed & SALES) sales.recall(cells);
    if (changed & COMMISSION) commission.recall(cells);
  }

  function changesIn({ cells, before: other, again }: TableRow): number {
    if (before === null) return ALL_PARTS;
    let changed = 0;
    if (other === before && again !== undefined && areNear) {
      for (let fresh = near & ~again; fresh !== 0; ) {
        const place = 31 - Math.clz32(fresh);
        changed |= partAt[place] ?? 0;
        fresh ^= 1 << place;
      }
      return changed;
    }
    for (let i = 0; i < places.length; i++) {
      const place = places[i] ?? 0;
      if (cells[place] !== before[place]) changed |= parts[i] ?? 0;
    }
    return changed;
  }

  function learn(cells: Cells, { account, capturedMs, reading }: OwnRow) {
    if (origin.now === undefined) origin.learn(cells, { account, capturedMs });
    if (shop.now === undefined) shop.learn(cells, reading.shop);
    if (item.now === undefined) item.learn(cells, reading.item);
    if (plan.now === undefined) plan.learn(cells, { planId: reading.planId, facts: reading.facts });
    if (rate.now === undefined) rate.learn(cells, reading.rate);
    // Without a rate nobody looks at the sales.
    if (sales.now === undefined && reading.rate) sales.learn(cells, reading.rate.sales);
    if (commission.now === undefined) commission.learn(cells, true);
  }

  function assemble(locator: number): OwnRow | null {
    const rated = rate.now;
    const sold = rated === null ? null : sales.now;
    if (!origin.now || !shop.now || item.now === undefined || !plan.now || !commission.now) return null;
    if (rated === undefined || sold === undefined) return null;
    return {
      account: origin.now.account,
      capturedMs: origin.now.capturedMs,
      reading: {
        locator,
        shop: shop.now,
        item: item.now,
        planId: plan.now.planId,
        facts: plan.now.facts,
        rate: rated && { measure: rated.measure, bp: rated.bp, raw: rated.raw, sales: sold },
      },
    };
  }

  return (row) => {
    const { cells, line } = row;
    recall(row);
    before = null;
    let own = assemble(line);
    if (own === null) {
      const plain = read(cellOf(cells), line);
      if (plain === null) return null;
      learn(cells, plain);
      own = assemble(line);
    }
    before = cells;
    return own;
  };
}

/** Items are new in every fifth row or so: what is plainly right about them needs no other cell. */
function readPlainItem(cell: CellOf): ItemIds | undefined {
  const read = idCell(cell('item_id'));
  return 'id' in read && read.id !== null ? { id: read.id, title: textCell(cell('item_title')) } : undefined;
}

/** Amounts are new as often. */
function readPlainAmount(cell: CellOf): true | undefined {
  const amount = cell('commission_30d');
  return amount !== '' && !isBlank(amount) && isAmount(amount) ? true : undefined;
}

interface Part<T> {
  /** What was recalled or learned last; undefined: nothing. */
  now: T | undefined;
  recall(cells: Cells): void;
  learn(cells: Cells, value: T): void;
}

/** Of each part; all are forgotten when there are more, so that memory stays flat. */
const MOST = 10_000;

/** Remembers what cells at `indexes` were read as, by the first of them; of those that are alike in it, the last. */
function rememberPart<T>(indexes: readonly number[], readPart: (cells: Cells) => T | undefined): Part<T> {
  const [key = -1] = indexes;
  const known = new Map<string | undefined, { readonly cells: readonly (string | undefined)[]; readonly value: T }>();

  function isOf(own: readonly (string | undefined)[], cells: Cells): boolean {
    for (let i = 0; i < indexes.length; i++) if (own[i] !== cells[indexes[i] ?? -1]) return false;
    return true;
  }

  const part: Part<T> = {
    now: undefined,
    recall(cells) {
      const entry = known.get(cells[key]);
      part.now = entry && isOf(entry.cells, cells) ? entry.value : undefined;
      // What is new so often is not remembered: it would only make room for others all the time.
      part.now ??= readPart(cells);
    },
    learn(cells, value) {
      if (known.size >= MOST) known.clear();
      const own = indexes.map((index) => cells[index]);
      known.set(own[0], { cells: own, value });
      part.now = value;
    },
  };
  return part;
}
