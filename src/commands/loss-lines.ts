/** Joins order lines to the ledger: reads both, one merchant after the other, and judges each line. */
import { compareText } from '../domain/compare-text.ts';
import { groupBy } from '../domain/group-by.ts';
import type { ShopLedger } from '../domain/ledger.ts';
import type { LossLine } from '../domain/loss.ts';
import { judgeAlone, openLossJudge } from '../domain/loss.ts';
import type { TimedLine } from '../domain/loss-sums.ts';
import type { OrderLine, OrderScope } from '../domain/order-line.ts';
import type { PolicyRules } from '../domain/policy.ts';
import { judgeShop } from '../domain/verdict.ts';
import type { PastVerdicts } from '../domain/verdict-at.ts';
import { openPastVerdicts } from '../domain/verdict-at.ts';
import type { LossLineDocument } from '../report/documents-of-money.ts';
import { openImportTimes } from '../store/import-times.ts';
import { openOrderPlaces } from '../store/order-places.ts';
import { openLedgerReader } from '../store/read-ledger.ts';
import { readOrders } from '../store/read-orders.ts';
import type { Ledger } from './ledger.ts';

export interface LossQuestion {
  readonly orders: OrderScope;
  readonly policy: PolicyRules;
  /** Merchants that are asked about; null: all, and orders of shops that are not known. */
  readonly shopIds: ReadonlySet<number> | null;
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

/** Every line once; merchant after merchant, so that no more than a few ledgers are in memory. */
export function* judgeOrders({ db, reader }: Ledger, question: LossQuestion): Generator<JudgedLine> {
  const orders = [...readOrders(db, question.orders)];
  const places = openOrderPlaces(
    db,
    reader.merchants,
    orders.flatMap(({ itemNo }) => itemNo ?? []),
  );
  const placed = new Map<number, Placed[]>();
  for (const order of orders) {
    const place = places.placeOf(order);
    if (place === null || place === 'unclear') {
      const nowhere = { shopId: null, scope: null, ledger: null, moment: null, isTold: false };
      if (question.shopIds === null) yield { line: judgeAlone(order, place === 'unclear'), ...nowhere };
      continue;
    }
    const own = placed.get(place.shopId);
    if (own) own.push({ order, scope: place.scope });
    else placed.set(place.shopId, [{ order, scope: place.scope }]);
  }
  const shopIds = [...placed.keys()].filter((id) => question.shopIds?.has(id) ?? true).sort((a, b) => a - b);
  const scopesOf = (shopId: number) => new Set((placed.get(shopId) ?? []).flatMap(({ scope }) => scope ?? []));
  const importedMs = openImportTimes(db);

  for (const [shopId, ledgers, isWhole] of reader.joinable(shopIds, scopesOf)) {
    for (const [account, lines] of groupBy(placed.get(shopId) ?? [], ({ order }) => order.account)) {
      const ledger = ledgerOf(ledgers, account);
      const judge = ledger ? openLossJudge(ledger, question.policy) : (order: OrderLine) => judgeAlone(order);
      let verdicts: PastVerdicts | null = null;
      for (const { order, scope } of lines) {
        const line = judge(order, scope);
        if (line.bucket === 'proven') verdicts ??= verdictsOf(shopId, isWhole ? ledger : null, account);
        yield { line, shopId, scope, ledger, ...timingOf(line, verdicts, importedMs) };
      }
    }
  }

  function verdictsOf(shopId: number, ledger: ShopLedger | null, account: string): PastVerdicts {
    const { policy } = question;
    const whole = ledger ?? [...reader.histories([shopId], { account })].flatMap(([, own]) => own)[0];
    return openPastVerdicts(whole ?? EMPTY, policy, (nowMs) => {
      const then = openLedgerReader(db, nowMs, { merchants: reader.merchants });
      const read = [...then.judged([shopId], { account })].flatMap(([, own]) => own);
      return read.flatMap((own) => judgeShop(own, { policy, nowMs, item: null }));
    });
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

/** orders.md §3.6. */
function timingOf(
  { bucket, plan, times }: LossLine,
  verdicts: PastVerdicts | null,
  importedMs: ReturnType<typeof openImportTimes>,
): Pick<TimedLine, 'moment' | 'isTold'> {
  if (bucket !== 'proven' || !plan || !times || !verdicts) return { moment: null, isTold: false };
  const { atMs } = times;
  const past = verdicts.at(plan.id, atMs);
  if (past?.verdict !== 'exit')
    return { moment: verdicts.saidExit(plan.id, atMs) ? null : 'before-known', isTold: false };
  const knownMs = importedMs(past.feedIds, past.capturedMs);
  return { moment: 'after-verdict', isTold: knownMs !== null && knownMs <= atMs };
}

/** By time. */
export function compareLines(a: LossLineDocument, b: LossLineDocument): number {
  const keyOf = (line: LossLineDocument) =>
    [
      line.clickedAt ?? line.createdAt ?? line.paidAt ?? '',
      line.account,
      line.subOrderNo,
      line.orderNo,
      line.itemId,
    ].join(' ');
  return compareText(keyOf(a), keyOf(b)) || a.line - b.line;
}
