/** How rates are written into pages, and looked up in them, while snapshots are taken in. */
import type { RateFact } from '../domain/reading.ts';
import type { DeltaTable } from './delta.ts';
import type { Db } from './open.ts';
import type { RateKey } from './rate-key.ts';
import { keyOfScope, partsOf, scopeOf, scopeOfParts } from './rate-key.ts';
import type { Page, PageEntry } from './rate-page.ts';
import { PageCursor } from './rate-page.ts';
import { entriesOf, openRatePages, scopesOf } from './rate-pages.ts';
import { PageWriter } from './write-rate-page.ts';

/** What holds of a rate. */
export type RateRow = Pick<PageEntry, 'listed' | 'bp' | 'sales' | 'raw'>;

const ABSENT: RateRow = { listed: 0, bp: null, sales: null, raw: null };

export type RateEntry = RateFact & { readonly line: number };

/** What is written, and what is looked up, of one stream at one time. */
interface Sheet {
  readonly streamId: number;
  readonly at: number;
  /** What is not written yet, by plan. */
  readonly waiting: Map<number, PageWriter>;
  /** Of plans that were looked up: what is written, and what was added since, by item and measure. */
  readonly plans: Map<number, PlanRates>;
  /** Of plans in which a row is carried: what stands there, by item and measure. */
  readonly standing: Map<number, Set<number>>;
}

/** What may wait before it is written, in bytes; the rows of a plan may be scattered over a file. A plan takes so many besides its entries. */
const MOST_WAITING = 16 << 20;
const PLAN_BYTES = 400;
/** Plans are looked up again and again while the rows of a shop are read: at least so many are remembered, more while they are small. */
const [FEWEST_PLANS, MOST_BYTES] = [64, 1 << 20];
/** Looked up more often, all rates of a plan are put in a map: mostly one or two have changed, and looking through a page takes a microsecond. */
const FEW_LOOKS = 4;

interface PlanRates {
  readonly pages: readonly Page[];
  /** What was added since, or all. */
  readonly rows: Map<number, RateRow>;
  looks: number;
}

export function rateTable(db: Db): DeltaTable<RateEntry, RateRow> {
  const pages = openRatePages(db);
  const plans = db
    .prepare('SELECT DISTINCT plan_id FROM fact WHERE stream_id = ? AND at <= ? ORDER BY plan_id')
    .pluck();
  const cursor = new PageCursor();
  const sheets = new Map<string, Sheet>();
  let last: Sheet | undefined;
  let [waiting, remembered] = [0, 0];

  function sheetOf(streamId: number, at: number): Sheet {
    if (last?.streamId === streamId && last.at === at) return last;
    const key = `${streamId}/${at}`;
    last = sheets.get(key) ?? { streamId, at, waiting: new Map(), plans: new Map(), standing: new Map() };
    sheets.set(key, last);
    return last;
  }

  function writeOut(sheet: Sheet, planId: number): void {
    const writer = sheet.waiting.get(planId);
    if (writer) pages.add(planId, sheet.streamId, sheet.at, writer.take());
    sheet.waiting.delete(planId);
  }

  function writeAll(): void {
    for (const sheet of sheets.values()) for (const planId of sheet.waiting.keys()) writeOut(sheet, planId);
    waiting = 0;
  }

  function write(sheet: Sheet, planId: number, entry: PageEntry): void {
    let writer = sheet.waiting.get(planId);
    if (!writer) {
      writer = new PageWriter();
      sheet.waiting.set(planId, writer);
      waiting += PLAN_BYTES;
    }
    waiting += writer.add(entry);
    if (waiting >= MOST_WAITING) writeAll();
  }

  function insert(key: RateKey, streamId: number, at: number, row: RateRow, line: number | null): void {
    const { planId, itemId, measureIndex } = partsOf(key);
    const sheet = sheetOf(streamId, at);
    const { listed, bp, sales, raw } = row;
    write(sheet, planId, { itemId, measureIndex, listed, bp, sales, raw, line });
    sheet.plans.get(planId)?.rows.set(scopeOf(key), row);
  }

  function readRows(pages: Iterable<Page>): Map<number, RateRow> {
    const rows = new Map<number, RateRow>();
    for (const entry of entriesOf(pages)) rows.set(scopeOfParts(entry), rowOf(entry));
    return rows;
  }

  function ratesOf(sheet: Sheet, planId: number): PlanRates {
    const known = sheet.plans.get(planId);
    if (known) return known;
    writeOut(sheet, planId);
    for (const [oldest, plan] of sheet.plans) {
      if (remembered < MOST_BYTES || sheet.plans.size < FEWEST_PLANS) break;
      sheet.plans.delete(oldest);
      remembered -= bytesOf(plan.pages);
    }
    const plan = {
      pages: pages.ofStream(planId, sheet.streamId, sheet.at),
      rows: new Map<number, RateRow>(),
      looks: 0,
    };
    remembered += bytesOf(plan.pages);
    sheet.plans.set(planId, plan);
    return plan;
  }

  function lookUp(plan: PlanRates, scope: number): RateRow | undefined {
    const added = plan.rows.get(scope);
    if (added || plan.looks > FEW_LOOKS) return added;
    plan.looks += 1;
    if (plan.looks > FEW_LOOKS) {
      for (const [own, row] of readRows(plan.pages)) if (!plan.rows.has(own)) plan.rows.set(own, row);
      return plan.rows.get(scope);
    }
    let found: RateRow | undefined;
    for (const page of plan.pages) {
      cursor.open(page);
      while (cursor.next()) if (scopeOfParts(cursor) === scope) found = rowOf(cursor);
    }
    return found;
  }

  function forget(): void {
    sheets.clear();
    last = undefined;
    [waiting, remembered] = [0, 0];
  }

  return {
    lastRow(key, streamId, at) {
      return lookUp(ratesOf(sheetOf(streamId, at), partsOf(key).planId), scopeOf(key));
    },
    // The raw cell may be written otherwise ("8.00%", "8.00 %"): that is no change.
    isSame: (row, value) => row.bp === value.bp && row.sales === value.sales,
    insert: (key, streamId, at, { bp, sales, raw, line }) =>
      insert(key, streamId, at, { listed: 1, bp, sales, raw }, line),
    flush() {
      writeAll();
      forget();
    },
    forget,
    carry(key, streamId, at, row) {
      const { planId, itemId, measureIndex } = partsOf(key);
      const sheet = sheetOf(streamId, at);
      let standing = sheet.standing.get(planId);
      if (!standing) {
        writeOut(sheet, planId);
        standing = scopesOf(pages.entriesAt(planId, streamId, at));
        sheet.standing.set(planId, standing);
      }
      if (standing.has(scopeOf(key))) return;
      standing.add(scopeOf(key));
      const { listed, bp, sales, raw } = row ?? ABSENT;
      write(sheet, planId, { itemId, measureIndex, listed, bp, sales, raw, line: null });
    },
    insertAbsent: (key, streamId, at) => insert(key, streamId, at, ABSENT, null),
    *listedRows(streamId, at, known) {
      for (const planId of plans.all(streamId, at) as number[]) {
        for (const [scope, row] of readRows(pages.ofStream(planId, streamId, at))) {
          const key = keyOfScope(planId, scope);
          if (row.listed === 1 && !known.has(key)) yield [key, row];
        }
      }
    },
  };
}

function rowOf({ listed, bp, sales, raw }: PageEntry): RateRow {
  return { listed, bp, sales, raw };
}

function bytesOf(pages: readonly Page[]): number {
  return pages.reduce((sum, { entries }) => sum + entries.length, 0);
}
