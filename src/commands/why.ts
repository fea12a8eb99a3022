/** `tkguard why`: verdicts down to file, line and raw cell. */
import { type Judgement, judgeShop } from '../domain/verdict.ts';
import { TkguardError } from '../errors.ts';
import { answerWhy, buildWhyReport, type WhyInput } from '../report/why-report.ts';
import { findScope, type ScopeIds } from '../store/look-up.ts';
import { openRecentOrders } from '../store/recent-orders.ts';
import { policyOf, writeReport } from './app.ts';
import { defineCommand } from './command.ts';
import { answerEach, readIds, tellAnswers } from './ids.ts';
import { type AskedVerdict, askLedger, type Ledger, onlyPlace } from './ledger.ts';
import { OUTPUT, POLICY } from './options.ts';

export const command = defineCommand({
  options: ['account', 'shop', 'item', ...POLICY, ...OUTPUT],
  argument: { flags: '<plan...>', name: 'plans' },
  async run(o, app, words) {
    const { nowMs, untilMs } = o.asOf;
    const scope = { shop: o.shop, item: o.item };
    const question = { policy: policyOf(o, app), nowMs, account: o.account ?? null };
    const plans = readIds(words, 'plan', app);
    const moments = { generatedAtMs: app.host.now(), asOfMs: nowMs, policy: question.policy };
    const found = await askLedger(o, untilMs, app, (ledger) =>
      answerEach(plans, (plan) => answerWhy(explain(plan, scope, question, ledger), moments, app.t)),
    );
    const answers = await tellAnswers(plans, found, app);
    await writeReport(buildWhyReport(answers, moments, app.t), o.format, app);
  },
});

/** Throws `unknown-id`, `not-special`, and `ambiguous-plan` where several shops or accounts have it. */
function explain(plan: string, scope: ScopeIds, question: AskedVerdict, { db, reader, mutes }: Ledger): WhyInput {
  const planId = plan.replace(/^-/, '');
  const { shopIds, itemNo } = findScope(db, { ...scope, plan: planId }, reader.merchants);
  const { account, ...asked } = question;
  const judged: Judgement[][] = [];
  for (const [shopId, ledgers] of reader.histories(shopIds ?? [], { account, item: itemNo, withSales: true })) {
    const item = itemNo === null ? null : reader.scopeOf(shopId, itemNo);
    for (const ledger of ledgers) {
      const orders = openRecentOrders(db, reader.merchants, question.nowMs, ledger);
      judged.push(judgeShop(ledger, { ...asked, item, mutes, withItems: true, orders }));
    }
  }
  const places = judged.flatMap((judgements) => {
    const judgement = judgements.find((j) => j.plan.id === planId);
    return judgement ? [{ ...judgement, judgement, others: judgements.filter((j) => j !== judgement) }] : [];
  });
  const place = onlyPlace(plan, places);
  // The id is known, but it is no special plan.
  if (!place) throw new TkguardError('not-special', { query: plan });
  return place;
}
