/** Joins order lines to the ledger: reads both, one merchant after the other, and judges each line. */
import { compareText } from '../domain/compare-text.ts';
import { groupBy } from '../domain/group-by.ts';
import type { ShopLedger } from '../domain/ledger.ts';
import { judgeAlone, openLossJudge } from '../domain/loss.ts';
import type { LossLine } from '../domain/loss-line.ts';
import type { TimedLine } from '../domain/loss-sums.ts';
import type { OrderLine, OrderScope } from '../domain/order-line.ts';
import type { PolicyRules } from '../domain/policy.ts';
import { openPastVerdicts, type PastVerdicts } from '../domain/verdict-at.ts';
import type { LossLineDocument } from '../report/documents-of-money.ts';
import { openImportTimes } from '../store/captures.ts';
import { chunksOf } from '../store/ledger-parts.ts';
import { openOrderPlaces } from '../store/order-places.ts';
import { openOrderReader } from '../store/read-orders.ts';
import type { Ledger } from './ledger.ts';

export interface LossQuestion {
  readonly orders: OrderScope;
  readonly policy: PolicyRules;
  /** Merchants that are asked about, `null` among them for orders of shops that are not known; null: all. */
  readonly shopIds: ReadonlySet<number | null> | null;
}

/** A line with the merchant it was found to be of. */
export interface JudgedLine extends TimedLine {
  readonly shopId: number | null;
  /** Of the item in the merchant's ledgers. */
  readonly scope: number | null;
  readonly ledger: ShopLedger | null;
}

interface Placed {
  readonly order: OrderLine;
  readonly scope: number | null;
}

/** Every line once; merchant after merchant, so that no more than a few ledgers and orders are in memory. */
export function* judgeOrders({ db, reader }: Ledger, question: LossQuestion): Generator<JudgedLine> {
  const orders = openOrderReader(db, question.orders);
  const places = openOrderPlaces(db, reader.merchants);
  const isAsked = (shopId: number | null) => question.shopIds?.has(shopId) ?? true;
  const listed = orders.list(places.shopOf);
  if (isAsked(null)) yield* nowhere(listed.get(null) ?? []);
  const shopIds = [...listed.keys()].filter((id) => id !== null);
  const asked = shopIds.filter(isAsked).sort((a, b) => a - b);
  const importedMs = openImportTimes(db);

  for (const some of chunksOf(asked)) {
    const placed = placedIn(some);
    const scopesOf = (shopId: number) => new Set(placed.get(shopId)?.flatMap(({ scope }) => scope ?? []));
    for (const [shopId, ledgers, isWhole] of reader.joinable(some, scopesOf)) {
      for (const [account, lines] of groupBy(placed.get(shopId) ?? [], ({ order }) => order.account)) {
        const ledger = ledgerOf(ledgers, account);
        const judge = ledger ? openLossJudge(ledger, question.policy) : (order: OrderLine) => judgeAlone(order);
        let verdicts: PastVerdicts | null = null;
        for (const { order, scope } of lines) {
          const line = judge(order, scope);
          if (line.bucket === 'proven') verdicts ??= verdictsOf(shopId, isWhole ? ledger : null, account);
          const { moment, isTold } = timingOf(line, verdicts, importedMs);
          yield { line, moment, isTold, shopId, scope, ledger };
        }
      }
    }
  }

  function* nowhere(ids: readonly number[]): Generator<JudgedLine> {
    for (const order of orders.read(ids)) {
      const place = places.placeOf(order);
      if (place !== null && place !== 'unclear') continue;
      const line = judgeAlone(order, place === 'unclear');
      yield { line, ...UNTIMED, shopId: null, scope: null, ledger: null };
    }
  }

  function placedIn(shopIds: readonly number[]): Map<number, Placed[]> {
    const ids = new Set(shopIds.flatMap((shopId) => listed.get(shopId) ?? []));
    const placed = new Map<number, Placed[]>(shopIds.map((shopId) => [shopId, []]));
    for (const order of orders.read([...ids])) {
      const place = places.placeOf(order);
      if (place !== null && place !== 'unclear') placed.get(place.shopId)?.push({ order, scope: place.scope });
    }
    return placed;
  }

  function verdictsOf(shopId: number, ledger: ShopLedger | null, account: string): PastVerdicts {
    const { policy } = question;
    const whole = ledger ?? [...reader.histories([shopId], { account })].flatMap(([, own]) => own)[0];
    return openPastVerdicts(whole ?? EMPTY, policy, () => reader.pastSales(shopId, account));
  }
}

/** An account is judged by its own exports alone: where it has none of the shop, nothing is known. */
function ledgerOf(ledgers: readonly ShopLedger[], account: string): ShopLedger | null {
  const own = ledgers.find((ledger) => ledger.account === account);
  const [other] = ledgers;
  return own ?? (other ? { ...other, account, plans: [], joinedListTimes: [] } : null);
}

const EMPTY: ShopLedger = {
  account: '',
  shop: { id: null, keeperId: null, name: null },
  plans: [],
  sales: new Map(),
  salesBetween: () => [],
  joinedListTimes: [],
  itemOf: () => null,
  idOf: () => null,
};

const UNTIMED: Pick<TimedLine, 'moment' | 'isTold'> = { moment: null, isTold: false };

/** Whether a proven loss came before any export said exit, after the newest said it, or after it no longer did (orders.md §3.6). */
function timingOf(
  { bucket, plan, times }: LossLine,
  verdicts: PastVerdicts | null,
  importedMs: ReturnType<typeof openImportTimes>,
): Pick<TimedLine, 'moment' | 'isTold'> {
  if (bucket !== 'proven' || !plan || !times || !verdicts) return UNTIMED;
  const { atMs } = times;
  const exit = verdicts.exitAt(plan.id, atMs);
  if (!exit) return { moment: verdicts.saidExit(plan.id, atMs) ? 'verdict-lifted' : 'before-known', isTold: false };
  const knownMs = importedMs(exit.feedIds, exit.capturedMs);
  return { moment: 'after-verdict', isTold: knownMs !== null && knownMs <= atMs };
}

/** By time. A line of a partner and an own one may have the same numbers: they stand in different rows or files. */
export function compareLines(a: LossLineDocument, b: LossLineDocument): number {
  const keyOf = (line: LossLineDocument) =>
    [
      line.clickedAt ?? line.createdAt ?? line.paidAt ?? '',
      line.account,
      line.subOrderNo,
      line.orderNo,
      line.itemId,
    ].join(' ');
  return compareText(keyOf(a), keyOf(b)) || a.line - b.line || compareText(a.file, b.file);
}
