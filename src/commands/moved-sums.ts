/** What an import moves of what earlier orders came to: no past sum moves unsaid. */
import { millisecondsInDay } from 'date-fns/constants';
import type { LossLine } from '../domain/loss-line.ts';
import type { OrderFacts } from '../domain/order-line.ts';
import type { PolicyRules } from '../domain/policy.ts';
import type { Line } from '../report/report.ts';
import { rangeText } from '../report/values.ts';
import { type Db, openForReading } from '../store/open.ts';
import { openOrderPlaces } from '../store/order-places.ts';
import { openLedgerReader } from '../store/read-ledger.ts';
import type { Translate } from '../words/index.ts';
import type { Ledger } from './ledger.ts';
import { judgeOrders, type LossQuestion } from './loss-lines.ts';

/** A capture says something of orders of so long before it. */
const BACK_MS = 31 * millisecondsInDay;

interface Figure extends Pick<LossLine, 'bucket' | 'lowFen' | 'highFen'> {
  /** Of which merchant its order was before. */
  readonly wasOf: number | null;
}

/**
 * `after`: with what is imported and not committed; the file at `path` is as it was. `shopRows`: of which the import may tell
 * something else; `capturedMs`: of what was imported.
 */
export function movedLines(
  path: string,
  after: Db,
  { shopRows, capturedMs }: { readonly shopRows: readonly number[]; readonly capturedMs: readonly number[] },
  policy: PolicyRules,
  t: Translate,
): Line[] {
  const sinceMs = Math.min(...capturedMs) - BACK_MS;
  const before = openForReading(path);
  try {
    const [was, is] = [ledgerOf(before), ledgerOf(after)];
    const merchants = [was, is].map(({ reader }) => reader.merchants);
    const rows = shopRows.flatMap((row) => merchants.flatMap(({ rowsOf }) => rowsOf(row)));
    // What is another merchant's now, or first one's at all, was judged elsewhere before.
    const { shopOf } = openOrderPlaces(before, was.reader.merchants);
    const figuresOf = (ledger: Ledger, shopIds: Iterable<number | null>) =>
      judgedFigures(ledger, { sinceMs, policy, shopIds: new Set(shopIds) }, shopOf);
    const later = figuresOf(is, [null, ...rows.map(is.reader.merchants.firstOf)]);
    const earlier = figuresOf(
      was,
      [...later.values()].map(({ wasOf }) => wasOf),
    );
    const moved = [...later].flatMap(([key, now]) => {
      const then = earlier.get(key);
      return then && isProven(then, now) && !isSame(then, now) ? [{ then, now }] : [];
    });
    if (moved.length === 0) return [];
    const sums = { before: sumText(moved.map(({ then }) => then)), after: sumText(moved.map(({ now }) => now)) };
    return [t('sync.moved', { ...sums, lines: moved.length })];
  } finally {
    before.close();
  }
}

function ledgerOf(db: Db): Ledger {
  return { db, reader: openLedgerReader(db, Number.MAX_SAFE_INTEGER), mutes: [] };
}

interface Asked extends Pick<LossQuestion, 'policy' | 'shopIds'> {
  readonly sinceMs: number;
}

/** By what tells a statement of an order from any other: what a newer report says of an order is no move. */
function judgedFigures(
  ledger: Ledger,
  { sinceMs, ...asked }: Asked,
  wasOf: (order: OrderFacts) => number | null,
): Map<string, Figure> {
  const orders = { sinceMs, untilMs: null, asOfMs: null, accounts: null, itemNos: null, orderNos: null };
  const figures = new Map<string, Figure>();
  for (const { line } of judgeOrders(ledger, { ...asked, orders })) {
    const { account, order, bucket, lowFen, highFen } = line;
    const { source, refunds } = order;
    const key = JSON.stringify([account, source.sha256, source.line, refunds.map((one) => one.source.sha256)]);
    figures.set(key, { bucket, lowFen, highFen, wasOf: wasOf(order) });
  }
  return figures;
}

function isProven(...figures: readonly Figure[]): boolean {
  return figures.some(({ bucket }) => bucket === 'proven' || bucket === 'gain');
}

function isSame(a: Figure, b: Figure): boolean {
  return a.bucket === b.bucket && a.lowFen === b.lowFen && a.highFen === b.highFen;
}

function sumText(figures: readonly Figure[]): string {
  const proven = figures.filter((figure) => isProven(figure));
  const sum = (key: 'lowFen' | 'highFen') => proven.reduce((all, figure) => all + (figure[key] ?? 0), 0);
  return rangeText(sum('lowFen'), sum('highFen'));
}
