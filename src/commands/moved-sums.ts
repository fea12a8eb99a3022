/** What an import moves of what earlier orders came to: no past sum moves unsaid. */
import { millisecondsInDay } from 'date-fns/constants';
import type { LossLine } from '../domain/loss-line.ts';
import { lineKey } from '../domain/merge-orders.ts';
import { EVERY_ORDER, type OrderFacts, type OrderScope } from '../domain/order-line.ts';
import type { PolicyRules } from '../domain/policy.ts';
import type { SyncDocument } from '../report/sync-report.ts';
import { type Db, openForReading } from '../store/open.ts';
import { openOrderPlaces } from '../store/order-places.ts';
import { restatedOrders } from '../store/orders.ts';
import { openLedgerReader } from '../store/read-ledger.ts';
import { judgeOrders, type LossQuestion } from './judged-orders.ts';
import type { Ledger } from './ledger.ts';

/** A capture says something of orders of so long before it. */
const BACK_MS = 31 * millisecondsInDay;

interface Figure extends Pick<LossLine, 'bucket' | 'lowFen' | 'highFen'> {
  /** Of which merchant its order was before. */
  readonly wasOf: number | null;
}

interface Imported {
  /** Merchants of which it may tell something else. */
  readonly shopRows: readonly number[];
  /** Of captures with rates. */
  readonly capturedMs: readonly number[];
  /** The newest before. */
  readonly lastSnapshot: number;
}

/** `after`: with what is imported and not committed; the file at `path` is as it was. null: nothing moved. */
export function movedSums(
  path: string,
  after: Db,
  { shopRows, capturedMs, lastSnapshot }: Imported,
  policy: PolicyRules,
): SyncDocument['moved'] {
  const orderNos = restatedOrders(after, lastSnapshot);
  if (capturedMs.length === 0 && orderNos.length === 0) return null;
  const before = openForReading(path);
  try {
    const [was, is] = [ledgerOf(before), ledgerOf(after)];
    const { shopOf } = openOrderPlaces(before, was.reader.merchants);
    const figuresOf = (ledger: Ledger, shopIds: LossQuestion['shopIds'], orders: Partial<OrderScope>) =>
      judgedFigures(ledger, { policy, shopIds, orders: { ...EVERY_ORDER, withoutTitles: true, ...orders } }, shopOf);
    const moved = new Map<string, { readonly then: Figure; readonly now: Figure }>();
    const compare = (earlier: ReadonlyMap<string, Figure>, later: ReadonlyMap<string, Figure>) => {
      for (const [key, now] of later) {
        const then = earlier.get(key);
        if (then && isProven(then, now) && !isSame(then, now)) moved.set(key, { then, now });
      }
    };
    if (orderNos.length > 0) compare(figuresOf(was, null, { orderNos }), figuresOf(is, null, { orderNos }));
    if (capturedMs.length > 0) {
      const merchants = [was, is].map(({ reader }) => reader.merchants);
      const rows = shopRows.flatMap((row) => merchants.flatMap(({ rowsOf }) => rowsOf(row)));
      const orders = { sinceMs: Math.min(...capturedMs) - BACK_MS };
      const later = figuresOf(is, new Set([null, ...rows.map(is.reader.merchants.firstOf)]), orders);
      // What is another merchant's now, or first one's at all, was judged elsewhere before.
      compare(figuresOf(was, new Set([...later.values()].map(({ wasOf }) => wasOf)), orders), later);
    }
    if (moved.size === 0) return null;
    const both = [...moved.values()];
    return { lines: moved.size, before: sumOf(both.map(({ then }) => then)), after: sumOf(both.map(({ now }) => now)) };
  } finally {
    before.close();
  }
}

function ledgerOf(db: Db): Ledger {
  return { db, reader: openLedgerReader(db, Number.MAX_SAFE_INTEGER), mutes: [] };
}

function judgedFigures(
  ledger: Ledger,
  question: LossQuestion,
  wasOf: (order: OrderFacts) => number | null,
): Map<string, Figure> {
  const figures = new Map<string, Figure>();
  for (const { line } of judgeOrders(ledger, question)) {
    const { order, bucket, lowFen, highFen } = line;
    figures.set(lineKey(order), { bucket, lowFen, highFen, wasOf: wasOf(order) });
  }
  return figures;
}

function isProven(...figures: readonly Figure[]): boolean {
  return figures.some(({ bucket }) => bucket === 'proven' || bucket === 'gain');
}

function isSame(a: Figure, b: Figure): boolean {
  return a.bucket === b.bucket && a.lowFen === b.lowFen && a.highFen === b.highFen;
}

function sumOf(figures: readonly Figure[]): { lowFen: number; highFen: number } {
  const proven = figures.filter((figure) => isProven(figure));
  const sum = (key: 'lowFen' | 'highFen') => proven.reduce((all, figure) => all + (figure[key] ?? 0), 0);
  return { lowFen: sum('lowFen'), highFen: sum('highFen') };
}
