/** What an import moves of what earlier orders came to: no past sum moves unsaid. */
import { millisecondsInDay } from 'date-fns/constants';
import type { LossLine } from '../domain/loss-line.ts';
import type { OrderScope } from '../domain/order-line.ts';
import type { PolicyRules } from '../domain/policy.ts';
import type { Line } from '../report/report.ts';
import { rangeText } from '../report/values.ts';
import type { Db } from '../store/open.ts';
import { openForReading } from '../store/open.ts';
import { openLedgerReader } from '../store/read-ledger.ts';
import type { Translate } from '../words/index.ts';
import { judgeOrders } from './loss-lines.ts';

/** A capture says something of orders of so long before it. */
const BACK_MS = 31 * millisecondsInDay;

type Figure = Pick<LossLine, 'bucket' | 'lowFen' | 'highFen'>;

/** `after`: with what is imported and not committed; the file at `path` is as it was. `capturedMs`: of what was imported. */
export function movedLines(
  path: string,
  after: Db,
  capturedMs: readonly number[],
  policy: PolicyRules,
  t: Translate,
): Line[] {
  const sinceMs = Math.min(...capturedMs) - BACK_MS;
  const before = openForReading(path);
  try {
    const earlier = provenLines(before, sinceMs, policy);
    const later = provenLines(after, sinceMs, policy);
    const moved = [...later].filter(([key, figure]) => {
      const known = earlier.get(key);
      return known && isProven(known, figure) && !isSame(known, figure);
    });
    if (moved.length === 0) return [];
    const sums = {
      before: sumText(moved.map(([key]) => earlier.get(key) as Figure)),
      after: sumText(moved.map(([, figure]) => figure)),
    };
    return [t('sync.moved', { ...sums, lines: moved.length })];
  } finally {
    before.close();
  }
}

/** By what tells a statement of an order from any other: what a newer report says of an order is no move. */
function provenLines(db: Db, sinceMs: number, policy: PolicyRules): Map<string, Figure> {
  const reader = openLedgerReader(db, Number.MAX_SAFE_INTEGER);
  const orders: OrderScope = {
    ...{ sinceMs, untilMs: null, asOfMs: null },
    ...{ accounts: null, itemNos: null, orderNos: null },
  };
  const figures = new Map<string, Figure>();
  for (const { line } of judgeOrders({ db, reader, mutes: [] }, { orders, policy, shopIds: null })) {
    const { source, refunds } = line.order;
    const key = JSON.stringify([line.account, source.sha256, source.line, refunds.map((one) => one.source.sha256)]);
    figures.set(key, { bucket: line.bucket, lowFen: line.lowFen, highFen: line.highFen });
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
