/** `tkguard diff`: every joined special plan with its verdict. */
import { compareJudgements } from '../domain/order.ts';
import type { Judgement } from '../domain/verdict.ts';
import { isToldAlways } from '../domain/verdict.ts';
import { gateExitCode } from '../errors.ts';
import { buildDiffReport } from '../report/diff-report.ts';
import { readHeld } from '../store/holds.ts';
import { findScope } from '../store/look-up.ts';
import { openRecentOrders } from '../store/recent-orders.ts';
import { policyOf, writeReport } from './app.ts';
import { defineCommand } from './command.ts';
import { askLedger, judgeShops } from './ledger.ts';
import { OUTPUT, POLICY, SCOPE } from './options.ts';

export const command = defineCommand({
  options: [...SCOPE, 'verdict', 'sort', 'limit', 'items', 'all', 'exit-code', ...POLICY, ...OUTPUT],
  async run(o, app) {
    const policy = policyOf(o, app);
    const { nowMs, untilMs } = o.asOf;
    const isAsked = (j: Judgement) =>
      (o.plan === undefined || j.plan.id === o.plan) &&
      (o.item === undefined || sellsItem(j, o.item)) &&
      (o.all || isToldAlways(j, nowMs));
    const isWanted = (j: Judgement) =>
      o.verdict === undefined || o.verdict.some((verdict) => verdict === (j.verdict ?? j.standing));

    const { asked, held } = await askLedger(o, untilMs, app, ({ db, reader, mutes }) => {
      const shopIds = findScope(db, o, reader.merchants).shopIds ?? reader.shopIds(!o.all);
      const withItems = o.items === true || o.item !== undefined;
      const orders = openRecentOrders(db, reader.merchants, nowMs);
      const question = { policy, nowMs, item: null, mutes, joinedOnly: !o.all, withItems, orders };
      const found: Judgement[] = [];
      for (const judgement of judgeShops(reader, shopIds, question, { account: o.account ?? null }))
        if (isAsked(judgement)) found.push(judgement);
      return { asked: found.sort(compareJudgements(o.sort, nowMs)), held: readHeld(db, untilMs, o.account ?? null) };
    });

    const judgements = asked.filter(isWanted);
    const input = { asked, judgements, held, generatedAtMs: app.host.now(), asOfMs: nowMs, policy };
    const isBrief = o.verdict === undefined && o.limit === undefined;
    const shown = { withItems: o.items === true, limit: o.limit ?? null, isBrief };
    await writeReport(buildDiffReport({ ...input, ...shown }, app.t), o.format, app);
    if (o.exitCode) app.exitCode = gateExitCode(judgements.map((j) => (j.muted ? null : j.verdict)));
  },
});

/** Whether the plan lists the item. A plan without known items applies to the whole shop. */
function sellsItem({ items }: Judgement, itemNo: string): boolean {
  return items.length === 0 || items.includes(itemNo);
}
