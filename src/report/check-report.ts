/** `tkguard check`: the gate before promoting. Its text needs no table library, because a gate must start fast. */
import { type GateAnswer, worstOf } from '../domain/gate.ts';
import { shopLabel } from '../domain/ledger.ts';
import type { Verdict } from '../domain/question.ts';
import type { Reason } from '../domain/reason.ts';
import type { HeldFile } from '../domain/snapshot.ts';
import { type ExitCode, gateExitCode } from '../errors.ts';
import type { Translate } from '../words/index.ts';
import { type Answer, type Answered, joinAnswers } from './answers.ts';
import { betterColumns, betterDocument, betterSentence } from './better-part.ts';
import { heldDocument, judgedDocument, type Moments, pick, planDocument, shopDocument } from './document-parts.ts';
import type { PlanDocument } from './document-shapes.ts';
import type { CheckAnswer } from './documents.ts';
import { JUDGED_FIELDS } from './fields.ts';
import { earlyDocument, earlySentences } from './kept-part.ts';
import { isLoud, joinSentences, reasonSentence, reasonSentences, riskSentence, SAID_BY_RATES } from './phrases.ts';
import { heldLines } from './problems.ts';
import { type CsvColumn, type CsvValue, fieldsOf, type Report } from './report.ts';
import { agoText, comparedText, labelOf, percentText, severalAccounts, untilText } from './values.ts';

export interface CheckInput {
  readonly query: CheckAnswer['query'];
  readonly answers: readonly GateAnswer[];
  /** Further advice, already worded. */
  readonly hints: readonly string[];
}

type AnswerDocument = CheckAnswer['accounts'][number];

/** One plan of an answer; null where the answer has no plan. */
interface AnswerRow {
  readonly answer: AnswerDocument;
  readonly plan: PlanDocument | null;
}

/** The report of all ids of a call. */
export function buildCheckReport(
  answers: readonly Answer<AnswerRow>[],
  { exitCode, held, ...moments }: Moments & { readonly exitCode: ExitCode; readonly held: readonly HeldFile[] },
  t: Translate,
): Report<AnswerRow> {
  const head = { schema: 'tkguard.check/1', ...judgedDocument(moments), exitCode, held: heldDocument(held) };
  const report = joinAnswers(head, answers, FIELDS, t);
  return { ...report, text: [...(report.text ?? []), ...heldLines(held, t)] };
}

/** One id. */
export function answerCheck({ query, hints, ...input }: CheckInput, t: Translate): Answered<AnswerRow> {
  const told = input.answers.map((gate) => ({ gate, answer: answerDocument(gate, t) }));
  const answers = told.map(({ answer }) => answer);
  const outcome = worstOf(answers.map(({ verdict }) => verdict)) ?? 'review';
  const counted = worstOf(input.answers.map((answer) => answer.counted)) ?? 'review';
  const exitCode = gateExitCode([counted]);
  const document: CheckAnswer = {
    query: pick(query, 'text', 'kind', 'id'),
    verdict: outcome,
    reasons: answers.length === 0 ? [{ code: 'no-such-id' }] : decisiveReasons(answers, outcome),
    exitCode,
    accounts: answers,
  };
  const linesOf = (isBrief: boolean) =>
    told.map(({ gate, answer }) => ({
      text: answerLine(gate, answer, { withAccount: severalAccounts(answers), isBrief }, t),
      lead: t(`check.${gate.outcome}`),
      tone: gate.outcome === 'closed' ? ('muted' as const) : gate.outcome,
    }));
  const unknown = [t('check.unknown', { verdict: t(`check.${outcome}`), query: query.id ?? query.text })];
  const advice = answers.length === 0 && hints.length === 0 ? [t('check.unknown.next')] : hints;
  return {
    document,
    rows: answers.flatMap((answer): AnswerRow[] =>
      answer.plans.length === 0 ? [{ answer, plan: null }] : answer.plans.map((plan) => ({ answer, plan })),
    ),
    // One line an answer, then the hints.
    text: [...(answers.length === 0 ? unknown : linesOf(false)), ...advice.map((hint) => t('line.hint', { hint }))],
    brief: answers.length === 0 ? unknown : linesOf(true),
    exitCode,
  };
}

/** The reasons of the answers that decide the outcome, each once. */
function decisiveReasons(answers: readonly AnswerDocument[], outcome: Verdict): Reason[] {
  const reasons = answers
    .filter((answer) => answer.verdict === outcome)
    .flatMap(({ reasons, plans }) => [
      ...reasons,
      ...plans.filter((plan) => plan.verdict === outcome).flatMap((plan) => plan.reasons),
    ]);
  return [...new Map(reasons.map((reason) => [JSON.stringify(reason), reason])).values()];
}

function answerDocument(
  { account, shop, outcome, reasons, judgements, better, early = null }: GateAnswer,
  t: Translate,
): AnswerDocument {
  return {
    account,
    shop: shopDocument(shop),
    verdict: outcome,
    reasons,
    plans: judgements.map((judgement) => planDocument(judgement, false, t)),
    better: betterDocument(better),
    early: earlyDocument(early),
  };
}

/** Columns that a row without a plan fills from its answer. */
const OF_ANSWER: Readonly<Record<string, { of(row: AnswerRow): CsvValue }['of']>> = {
  reasons: ({ answer, plan }) => (plan ?? answer).reasons.map(({ code }) => code).join(' '),
  account: ({ answer }) => answer.account,
  shop_id: ({ answer }) => answer.shop.id,
  shop_keeper_id: ({ answer }) => answer.shop.keeperId,
  shop_name: ({ answer }) => answer.shop.name,
};

const COLUMNS: readonly CsvColumn<AnswerRow>[] = [
  ['answer', 'answer.verdict'],
  ...JUDGED_FIELDS.flatMap(({ csv }) => csv).map(
    ([name, of]) => [name, OF_ANSWER[name] ?? (({ plan }: AnswerRow) => plan && of(plan))] as const,
  ),
  ...betterColumns<AnswerRow>(({ answer }) => answer.better),
];
const FIELDS = fieldsOf<AnswerRow>([{ csv: COLUMNS }]);

/** `not-joined` without a status is about the whole shop, not about the plan asked for. */
function answerReasons({ reasons, isBound }: GateAnswer, t: Translate): string {
  return joinSentences(
    reasons.flatMap((reason) => {
      if (isBound) return reasonSentence(reason, t);
      if (reason.code === 'not-joined' && reason.status === null) return t('check.nothing-binds');
      const isUnbound = reason.code === 'not-joined' || reason.code === 'exited';
      return [reasonSentence(reason, t), isUnbound ? t('check.nothing-binds') : ''];
    }),
    t,
  );
}

/** Each answer in a line. `isBrief`: of several ids only what decides. */
function answerLine(
  answer: GateAnswer,
  { plans, better, early }: AnswerDocument,
  { withAccount, isBrief }: { readonly withAccount: boolean; readonly isBrief: boolean },
  t: Translate,
): string {
  const { outcome, counted, ageMs } = answer;
  const plan = plans.find(({ verdict }) => verdict === outcome);
  const what = [
    ...(withAccount ? [answer.account] : []),
    shopLabel(answer.shop) ?? '—',
    ...(plan ? [labelOf(plan.plan.name, plan.plan.id)] : []),
  ].join(t('name.separator'));
  const word = t(`check.${outcome}`);
  // Told only where the mute changes what counts.
  const muted = outcome === counted ? null : plan?.muted;
  const reasons = isBrief && plan ? answer.reasons.filter(({ code }) => code === 'whole-plan') : answer.reasons;
  const rest = [
    ...plans.map((one) => overriddenSentence(one, t)),
    plan ? planLine(plan, isBrief, t) : '',
    (plan && riskSentence(plan, t)) ?? '',
    answerReasons({ ...answer, reasons }, t),
    ageMs === null || isBrief ? '' : t('check.age', { ago: agoText(ageMs, t) }),
    ...betterSentences(answer, better, isBrief, t),
    isBrief ? '' : earlySentences(early, t),
  ];
  return t('check.line', {
    verdict: muted ? t('check.muted', { verdict: word, until: untilText(muted.until, t) }) : word,
    what,
    rest: joinSentences(rest, t),
  });
}

/** Of a plan asked about that does not apply: which one does. */
function overriddenSentence({ standing, plan, reasons }: PlanDocument, t: Translate): string {
  const by = reasons.flatMap((reason) => (reason.code === 'superseded' ? reason.by : []));
  if (standing !== 'superseded') return '';
  return t('check.superseded', { plan: labelOf(plan.name, plan.id), by: by.join(t('list.separator')) });
}

/** Where an earlier plan may come back, the general rate is not promised. */
function betterSentences(
  { outcome, returning = [] }: GateAnswer,
  others: AnswerDocument['better'],
  isBrief: boolean,
  t: Translate,
): string[] {
  if (returning.length === 0)
    return others.slice(0, isBrief ? Number(outcome === 'exit') : others.length).map((one) => betterSentence(one, t));
  const plans = returning.map(({ plan, special }) => {
    const rate = special.bp === null ? '' : t('better.traits', { traits: percentText(special.bp) });
    return `${labelOf(plan.name, plan.id)}${rate}`;
  });
  const general = others.filter(({ via }) => via === 'general').map(({ rate }) => t('check.better.else', { rate }));
  const rest = others.filter(
    ({ via, planId }) => via !== 'general' && !returning.some(({ plan }) => plan.id === planId),
  );
  return [
    reasonSentence({ code: 'may-come-back', plans }, t),
    ...general,
    ...(isBrief ? [] : rest.map((one) => betterSentence(one, t))),
  ];
}

/** Both rates and the main reason; what is loud is never left out. */
function planLine({ verdict, special, general, reasons, ageMs }: PlanDocument, isBrief: boolean, t: Translate): string {
  const main = reasons.find((reason) => reason.code !== 'exit-not-effective');
  const isTold = (reason: Reason) => isLoud(reason) || (reason === main && !SAID_BY_RATES.includes(reason.code));
  const told = isBrief && (verdict === 'exit' || verdict === 'keep') ? [] : reasons.filter(isTold);
  const isAgeTold = ageMs === null || isBrief || told.some((reason) => reason.code === 'stale');
  const rates = t('check.rates', { rates: comparedText(special.rateBp, general.rateBp, t) });
  // The rates of a closed plan are of no use to anybody.
  const isKnown = verdict !== 'closed' && (special.rateBp !== null || general.rateBp !== null);
  return joinSentences(
    [isKnown ? rates : '', reasonSentences(told, t), isAgeTold ? '' : t('check.age', { ago: agoText(ageMs, t) })],
    t,
  );
}
