/** `tkguard loss`: what special plans cost or earned, by the account's own orders. */
import { type AtRisk, RISK_MS } from '../domain/at-risk.ts';
import { planKey } from '../domain/ledger.ts';
import { LossSums, type PlanLoss } from '../domain/loss-sums.ts';
import type { OrderScope } from '../domain/order-line.ts';
import { TkguardError } from '../errors.ts';
import type { LossLineDocument } from '../report/documents-of-money.ts';
import { lossLineDocument } from '../report/loss-lines.ts';
import { buildLossReport } from '../report/loss-report.ts';
import { findScope, findTarget, unknownId } from '../store/look-up.ts';
import { readOrderStock } from '../store/order-stock.ts';
import { openLedgerReader } from '../store/read-ledger.ts';
import { hasOrderOf, openRecentOrders } from '../store/recent-orders.ts';
import { policyOf, writeReport } from './app.ts';
import { defineCommand } from './command.ts';
import { readIds } from './ids.ts';
import { compareLines, type JudgedLine, judgeOrders, type LossQuestion } from './judged-orders.ts';
import { askLedger, judgeShops, type Ledger } from './ledger.ts';
import { readId } from './links.ts';
import { OUTPUT } from './options.ts';

export const command = defineCommand({
  options: ['account', 'shop', 'since.orders', 'until.orders', 'lines', 'loss-why', ...OUTPUT],
  argument: { flags: '[plan|shop|item|link...]', name: 'queries' },
  async run(o, app, words) {
    const ids = words.length === 0 ? [] : readIds(words, 'plan|shop|item|link', app).map((word) => readId(word).id);
    const { nowMs: untilMs } = o.until;
    const sinceMs = o.since?.(untilMs) ?? null;
    const policy = policyOf({}, app);
    const withLines = o.lines === true || o.why !== undefined;
    const found = await askLedger(o, Number.MAX_SAFE_INTEGER, app, (ledger) => {
      const target = targetOf(ids, o.shop, ledger);
      const orders: OrderScope = {
        sinceMs,
        untilMs,
        accounts: o.account === undefined ? null : [o.account],
        itemNos: target.itemNos,
        orderNos: o.why === undefined ? null : [o.why],
        withoutTitles: !withLines,
      };
      const question: LossQuestion = { orders, policy, shopIds: target.shopIds };
      const sums = new LossSums();
      const lines: LossLineDocument[] = [];
      const shops = new Set<number>();
      for (const judged of judgeOrders(ledger, question)) {
        if (!target.isWanted(judged)) continue;
        sums.add(judged);
        if (isRecent(judged, untilMs)) shops.add(judged.shopId ?? 0);
        if (withLines) lines.push(lossLineDocument(judged, app.t));
      }
      if (o.why !== undefined && lines.length === 0) throw new TkguardError('unknown-order', { query: o.why });
      const coverage = readOrderStock(ledger.db).filter(({ account }) => account === (o.account ?? account));
      return { sums, coverage, lines, riskOf: risksOf(ledger, [...shops], policy, untilMs) };
    });
    const report = buildLossReport(
      {
        ...found,
        generatedAtMs: app.host.now(),
        sinceMs,
        untilMs,
        isMomentSet: policy.rateMoment !== undefined,
        isOne: o.why !== undefined,
        lines: withLines ? found.lines.sort(compareLines) : null,
      },
      app.t,
    );
    await writeReport(report, o.format, app);
  },
});

interface LossTarget {
  readonly shopIds: ReadonlySet<number> | null;
  /** null: not narrowed to items. */
  readonly itemNos: readonly string[] | null;
  isWanted(judged: JudgedLine): boolean;
}

/** Lines of any of the ids. Throws `unknown-id`. */
function targetOf(ids: readonly string[], shop: string | undefined, { db, reader }: Ledger): LossTarget {
  const within = findScope(db, { shop }, reader.merchants).shopIds;
  const matches = ids.map((id) => {
    const match = findTarget(db, id, ['item', 'plan', 'shop'], reader.merchants);
    // Orders may have items that no export of rates has.
    if (!match && !hasOrderOf(db, id)) throw unknownId(db, 'any', id);
    return { id, ...(match ?? { kind: 'item' as const, shopIds: [] as readonly number[], itemNo: id }) };
  });
  if (matches.length === 0) return { shopIds: within && new Set(within), itemNos: null, isWanted: () => true };
  const items = matches.flatMap(({ itemNo }) => itemNo ?? []);
  const asked =
    items.length > 0 ? within : matches.flatMap((match) => match.shopIds).filter((id) => within?.includes(id) ?? true);
  return {
    shopIds: asked && new Set(asked),
    itemNos: items.length === matches.length ? items : null,
    isWanted: ({ line, shopId }) =>
      matches.some(({ kind, id, shopIds }) => {
        if (kind === 'item') return line.order.itemNo === id;
        return shopIds.includes(shopId ?? 0) && (kind === 'shop' || line.plan?.id === id);
      }),
  };
}

function isRecent({ line: { plan, times }, shopId }: JudgedLine, nowMs: number): boolean {
  return shopId !== null && plan !== null && times !== null && times.atMs > nowMs - RISK_MS && times.atMs <= nowMs;
}

/** What plans cost a day, as of a moment. `shopIds`: of recent orders. */
function risksOf(
  { db, reader: { merchants } }: Ledger,
  shopIds: readonly number[],
  policy: LossQuestion['policy'],
  nowMs: number,
): (plan: PlanLoss) => AtRisk | null {
  const reader = openLedgerReader(db, nowMs, merchants);
  const question = { policy, nowMs, item: null, joinedOnly: true, orders: openRecentOrders(db, merchants, nowMs) };
  const risks = new Map<string, AtRisk>();
  for (const judgement of judgeShops(reader, shopIds, question, { account: null }))
    if (judgement.atRisk) risks.set(planKey(judgement), judgement.atRisk);
  return (plan) => risks.get(planKey(plan)) ?? null;
}
