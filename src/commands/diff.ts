/** `tkguard diff`: every joined special plan with its verdict. */
import { type Alternative, betterChoices } from '../domain/better.ts';
import { planKey } from '../domain/ledger.ts';
import type { Question } from '../domain/question.ts';
import { compareJudgements } from '../domain/sorting.ts';
import { stateOf } from '../domain/state.ts';
import { isToldAlways, type Judgement, judgeShop, judgeState } from '../domain/verdict.ts';
import { gateExitCode } from '../errors.ts';
import { buildDiffReport, type WhyEmpty } from '../report/diff-report.ts';
import { readHeld } from '../store/holds.ts';
import { findScope } from '../store/look-up.ts';
import type { LedgerReader } from '../store/read-ledger.ts';
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
    const account = o.account ?? null;
    const isAsked = (j: Judgement) =>
      (o.plan === undefined || j.plan.id === o.plan) &&
      (o.item === undefined || sellsItem(j, o.item)) &&
      (o.all || isToldAlways(j, nowMs));
    const isWanted = (j: Judgement) =>
      o.verdict === undefined || o.verdict.some((verdict) => verdict === (j.verdict ?? j.standing));

    const { asked, held, better, empty } = await askLedger(o, untilMs, app, ({ db, reader, mutes }) => {
      const shopIds = findScope(db, o, reader.merchants).shopIds ?? reader.shopIds(!o.all);
      const withItems = o.items === true || o.item !== undefined;
      const orders = openRecentOrders(db, reader.merchants, nowMs);
      const plain = { policy, nowMs, item: null };
      const question = { ...plain, mutes, joinedOnly: !o.all, withItems, orders };
      const found: Judgement[] = [];
      const exits = new Set<number>();
      // One merchant after the other, so that memory stays flat.
      for (const [shopId, ledgers] of reader.judged(shopIds, { account, joinedOnly: !o.all })) {
        const judgements = ledgers.flatMap((ledger) => judgeShop(ledger, question)).filter(isAsked);
        found.push(...judgements);
        if (judgements.some(({ verdict }) => verdict === 'exit')) exits.add(shopId);
      }
      found.sort(compareJudgements(o.sort, nowMs));
      const better = betterOfExits(reader, [...exits], plain, account);
      const empty = found.length === 0 ? whyEmpty(reader, shopIds, o.plan, plain, account) : 'diff.empty';
      return { asked: found, held: readHeld(db, untilMs, account), better, empty };
    });

    const judgements = asked.filter(isWanted);
    const betterOf = (judgement: Judgement) => better.get(planKey(judgement)) ?? [];
    const input = { asked, empty, judgements, held, betterOf, generatedAtMs: app.host.now(), asOfMs: nowMs, policy };
    const isBrief = o.verdict === undefined && o.limit === undefined;
    const shown = { withItems: o.items === true, limit: o.limit ?? null, isBrief };
    await writeReport(buildDiffReport({ ...input, ...shown }, app.t), o.format, app);
    if (o.exitCode) app.exitCode = gateExitCode(judgements.map((j) => (j.muted ? null : j.verdict)));
  },
});

/** What else one may have in these shops: only there plans that are not joined are read, too. */
function betterOfExits(
  reader: LedgerReader,
  shopIds: readonly number[],
  question: Question,
  account: string | null,
): ReadonlyMap<string, readonly Alternative[]> {
  const better = new Map<string, readonly Alternative[]>();
  for (const [, ledgers] of reader.judged(shopIds, { account })) {
    for (const ledger of ledgers) {
      const shop = stateOf(ledger);
      const all = judgeState(shop, question);
      for (const one of all.filter(({ verdict }) => verdict === 'exit'))
        better.set(planKey(one), betterChoices(shop, all, one, question));
    }
  }
  return better;
}

/** Nothing was found: the plan asked for was left, nothing matches, or no joined plan is known at all. */
function whyEmpty(
  reader: LedgerReader,
  shopIds: readonly number[],
  plan: string | undefined,
  question: Question,
  account: string | null,
): WhyEmpty {
  const isLeft = (j: Judgement) => j.plan.id === plan && j.plan.reportedExit !== null;
  if (plan !== undefined && [...judgeShops(reader, shopIds, question, { account })].some(isLeft))
    return 'diff.empty.exited';
  const isKnown = reader.newestCapturedMs(account) !== null && reader.shopIds(true).length > 0;
  return isKnown ? 'diff.empty' : 'diff.empty.unknown';
}

/** Whether the plan lists the item. A plan without known items applies to the whole shop. */
function sellsItem({ items }: Judgement, itemNo: string): boolean {
  return items.length === 0 || items.includes(itemNo);
}
