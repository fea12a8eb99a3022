/** `tkguard check`: the gate before promoting items, plans or shops. */
import { isNewMembership } from '../domain/early-warning.ts';
import { askedShops, askGate, type GateAnswer, holdBack } from '../domain/gate.ts';
import type { ShopLedger } from '../domain/ledger.ts';
import { isTkguardError } from '../errors.ts';
import { openEarly, openLifetimes } from '../import/early.ts';
import { answerCheck, buildCheckReport, type CheckInput } from '../report/check-report.ts';
import { openHeldTouching, readHeld } from '../store/holds.ts';
import { findItemsWithSameEnd, findNear, findTarget } from '../store/look-up.ts';
import { openRecentOrders } from '../store/recent-orders.ts';
import type { Translate } from '../words/index.ts';
import { policyOf, writeReport } from './app.ts';
import { defineCommand } from './command.ts';
import { answerEach, readIds, readTarget, TARGET_OPTIONS, type Target, tellAnswers } from './ids.ts';
import { type AskedVerdict, askLedger, type Ledger } from './ledger.ts';
import { OUTPUT, POLICY } from './options.ts';

export const command = defineCommand({
  options: [...TARGET_OPTIONS, 'quiet.check', ...POLICY, ...OUTPUT],
  argument: { flags: '<item|link|plan|shop...>', name: 'queries' },
  async run(o, app, words) {
    const { t } = app;
    const { nowMs, untilMs } = o.asOf;
    const question: AskedVerdict = { policy: policyOf(o, app), nowMs, account: o.account ?? null };
    const ids = readIds(words, 'item|link|plan|shop', app);
    const targets = answerEach(ids, (id) => readTarget(id, o));
    const { found, held } = await askLedger(o, untilMs, app, (ledger) => {
      const { db, reader } = ledger;
      const asked = {
        ...ledger,
        heldTouching: openHeldTouching(db, untilMs, reader.merchants),
        earlyOf: openEarly(openLifetimes(db, reader, question.policy)),
      };
      return {
        found: targets.map((target) =>
          isTkguardError(target) ? target : answerCheck(check(target, question, asked, t), t),
        ),
        held: readHeld(db, untilMs, question.account),
      };
    });

    const answers = await tellAnswers(ids, found, app);
    if (o.quiet) return;
    const moments = { generatedAtMs: app.host.now(), asOfMs: nowMs, policy: question.policy };
    await writeReport(buildCheckReport(answers, { ...moments, exitCode: app.exitCode, held }, t), o.format, app);
  },
});

interface Asked extends Ledger {
  readonly heldTouching: ReturnType<typeof openHeldTouching>;
  readonly earlyOf: ReturnType<typeof openEarly>;
}

function check(
  { text, id, kinds }: Target,
  question: AskedVerdict,
  { db, reader, mutes, heldTouching, earlyOf }: Asked,
  t: Translate,
): CheckInput {
  const match = findTarget(db, id, kinds, reader.merchants);
  const shops = [...reader.judged(match?.shopIds ?? [], { account: question.account })];
  const answers = askedShops(shops.flatMap(([shopId, ledgers]) => gatesOf(shopId, ledgers)));
  function gatesOf(shopId: number, ledgers: readonly ShopLedger[]): GateAnswer[] {
    const itemNo = match?.itemNo ?? null;
    const item = itemNo === null ? null : reader.scopeOf(shopId, itemNo);
    const planId = match?.kind === 'plan' ? id : null;
    // Where one account knows the plan, accounts that do not know it are left out.
    const knowing = ledgers.filter(({ plans }) => plans.some((plan) => plan.planId === planId));
    return (knowing.length > 0 ? knowing : ledgers).map((ledger) => {
      const alike = () => reader.alike(shopId, ledger.account);
      const orders = openRecentOrders(db, reader.merchants, question.nowMs, ledger);
      const answer = askGate(ledger, { item, planId }, { ...question, item: null, mutes, orders }, alike);
      const [first] = answer.judgements;
      const early = first && isNewMembership(first, question.nowMs) ? earlyOf(shopId, first) : null;
      return { ...holdBack(answer, heldTouching(ledger.account, shopId)), early };
    });
  }
  return {
    query: { text, kind: match?.kind ?? null, id },
    answers,
    hints: match ? [] : hintsFor(id, kinds, db, t),
  };
}

/** Hints for an unknown id: items with the same end, and plans and shops with a similar name. */
function hintsFor(id: string, kinds: Target['kinds'], db: Ledger['db'], t: Translate): string[] {
  const items = findItemsWithSameEnd(db, id).join(t('list.separator'));
  const names = findNear(db, kinds, id).join(t('list.separator'));
  return [...(items ? [t('check.alike', { items })] : []), ...(names ? [t('check.near', { names })] : [])];
}
