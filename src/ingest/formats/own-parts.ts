/**
 * Rows of our own format put together from parts that stood in rows before: a row each of whose parts was right in some
 * row is right, since no part is read by what another says.
 *
 * Why: a million rows name two hundred thousand items and twenty thousand plans, and reading every cell of each costs
 * four times as much. What stands in several rows is one object, by which the store sees at once that it is the same.
 * test/ingest/own-parts.test.ts proves that rows come out as if each were read by itself.
 */
import type { ItemIds, PlanFacts, RateFact, ShopIds } from '../../domain/reading.ts';
import { GENERAL_PLAN_ID } from '../../domain/reading.ts';
import { BAD, idCell, isAmount, isBlank, textCell } from '../cells.ts';
import type { TableRow } from '../scan-table.ts';
import type { CellOf, Column, OwnRow } from './own-row.ts';
import { readKind, shopOf } from './own-row.ts';

/** What each column is read for, as bits: no part is read by what a cell of another says. */
const [ORIGIN, SHOP, ITEM, PLAN, FACTS, RATE, SALES, COMMISSION] = [1, 2, 4, 8, 16, 32, 64, 128];
const ALL_PARTS = 255;
const PART_OF: Readonly<Record<Column, number>> = {
  captured_at: ORIGIN,
  account: ORIGIN,
  shop_id: SHOP,
  shop_name: SHOP,
  item_id: ITEM,
  item_title: ITEM,
  plan_id: PLAN,
  plan_name: FACTS,
  plan_type: PLAN | FACTS,
  rate: RATE,
  status: FACTS,
  plan_state: FACTS,
  locked: FACTS,
  audit: FACTS,
  starts_at: FACTS,
  ends_at: FACTS,
  joined_at: FACTS,
  approved_at: FACTS,
  exit_id: FACTS,
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
      places.filter((_, i) => ((parts[i] ?? 0) & bit) !== 0),
      readPart && ((cells) => readPart(cellOf(cells))),
    );
  const origin = partOf<Pick<OwnRow, 'account' | 'capturedMs'>>(ORIGIN);
  const shop = partOf<ShopIds>(SHOP, readPlainShop);
  const item = partOf<ItemIds | null>(ITEM, readPlainItem);
  const plan = partOf<string>(PLAN, readPlainPlan);
  const facts = partOf<PlanFacts>(FACTS);
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
    if (changed & FACTS) facts.recall(cells);
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
    // A mark in a plan's id says something of the plan too.
    if (facts.now === undefined && reading.facts.hidden === null) facts.learn(cells, reading.facts);
    if (rate.now === undefined) rate.learn(cells, reading.rate);
    // Without a rate nobody looks at the sales.
    if (sales.now === undefined && reading.rate) sales.learn(cells, reading.rate.sales);
    if (commission.now === undefined) commission.learn(cells, true);
  }

  function assemble(locator: number): OwnRow | null {
    const rated = rate.now;
    const sold = rated === null ? null : sales.now;
    if (!origin.now || !shop.now || item.now === undefined || !plan.now || !facts.now || !commission.now) return null;
    if (rated === undefined || sold === undefined) return null;
    return {
      account: origin.now.account,
      capturedMs: origin.now.capturedMs,
      reading: {
        locator,
        shop: shop.now,
        item: item.now,
        planId: plan.now,
        facts: facts.now,
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
      own = assemble(line) ?? plain;
    }
    before = cells;
    return own;
  };
}

/** What is new in many rows, and plainly right, is read by itself rather than remembered: it needs no other cell. */
function readPlainShop(cell: CellOf): ShopIds | undefined {
  const read = idCell(cell('shop_id'));
  return 'id' in read && read.id !== null ? shopOf(read.id, textCell(cell('shop_name'))) : undefined;
}

function readPlainItem(cell: CellOf): ItemIds | undefined {
  const read = idCell(cell('item_id'));
  return 'id' in read && read.id !== null ? { id: read.id, title: textCell(cell('item_title')) } : undefined;
}

/** Without a mark that the plan is hidden. */
function readPlainPlan(cell: CellOf): string | undefined {
  const kind = readKind(cell('plan_type'));
  const read = idCell(cell('plan_id'));
  if (kind === null || kind === BAD || 'problem' in read || read.id?.startsWith('-')) return undefined;
  if (kind === 'general') return GENERAL_PLAN_ID;
  return read.id === null || read.id === GENERAL_PLAN_ID ? undefined : read.id;
}

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

/** By the first cell, of each by the second, and so on. */
type Known<T> = Map<string | undefined, Known<T> | Learned<T>>;
interface Learned<T> {
  readonly value: T;
}

/** Of each part; all are forgotten when there are more, so that memory stays flat. */
const MOST = 10_000;

/** Remembers what cells at `indexes` were read as. `readPart`: reads what is plainly right. */
function rememberPart<T>(indexes: readonly number[], readPart?: (cells: Cells) => T | undefined): Part<T> {
  const known: Known<T> = new Map();
  // Where the file has none of the cells, all rows are alike.
  const levels = indexes.length === 0 ? [-1] : indexes;
  let size = 0;
  const part: Part<T> = {
    now: undefined,
    recall(cells) {
      part.now = readPart?.(cells);
      if (part.now !== undefined || size === 0) return;
      let found: Known<T> | Learned<T> | undefined = known;
      for (let i = 0; i < levels.length && found instanceof Map; i++) found = found.get(cells[levels[i] ?? -1]);
      part.now = found instanceof Map ? undefined : found?.value;
    },
    learn(cells, value) {
      if (size >= MOST) {
        known.clear();
        size = 0;
      }
      let level = known;
      for (const index of levels.slice(0, -1)) {
        const next = level.get(cells[index]);
        const under: Known<T> = next instanceof Map ? next : new Map();
        if (under !== next) level.set(cells[index], under);
        level = under;
      }
      level.set(cells[levels.at(-1) ?? -1], { value });
      size += 1;
      part.now = value;
    },
  };
  return part;
}
