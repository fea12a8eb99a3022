/** `tkguard check`: the gate before promoting. Its text needs no table library, because a gate must start fast. */
import type { Alternative, GateAnswer } from '../domain/gate.ts';
import type { Policy } from '../domain/policy.ts';
import { formatBp } from '../domain/rate.ts';
import type { Reason } from '../domain/reason.ts';
import { formatIso } from '../domain/time.ts';
import type { Judgement, Verdict } from '../domain/verdict.ts';
import type { Translate } from '../words/index.ts';
import { toneOf, verdictWord } from './diff-report.ts';
import { PLAN_CSV_COLUMNS, planCsvValues, planDocument } from './plan-document.ts';
import type { Column, CsvValue, Report, Row } from './report.ts';
import { cleanText } from './sanitize.ts';
import { isLoud, joinSentences, reasonSentence, reasonSentences } from './sentences.ts';
import { ageText, csvRate, labelOf, percentText, policyDocument, shopDocument, untilText } from './values.ts';

export interface CheckInput {
  readonly query: {
    readonly text: string;
    readonly kind: 'item' | 'plan' | 'shop' | null;
    readonly id: string | null;
  };
  readonly answers: readonly GateAnswer[];
  readonly outcome: Verdict;
  /** The outcome without what is muted: the exit code follows it. */
  readonly counted: Verdict;
  /** Set when nothing at all is known of what was asked for. */
  readonly unknown: 'no-such-id' | null;
  /** Further advice, already worded. */
  readonly hints: readonly string[];
  readonly generatedAtMs: number;
  readonly asOfMs: number;
  readonly policy: Policy;
}

const GATE_EXIT: Readonly<Record<Verdict, 0 | 1 | 3>> = { keep: 0, exit: 1, review: 3 };

export function buildCheckReport(input: CheckInput, t: Translate): Report {
  return {
    get document() {
      return checkDocument(input);
    },
    get records() {
      return input.answers.map(answerDocument);
    },
    columns: checkColumns(t),
    csvColumns: ['answer', ...PLAN_CSV_COLUMNS, 'better_via', 'better_plan_id', 'better_rate', 'better_bp'],
    get rows() {
      return input.answers.flatMap((answer) => checkRows(answer, t));
    },
    notes: [],
    closing: input.hints.map((hint) => t('line.hint', { hint })),
    summary: t('check.summary', { verdict: t(`verdict.${input.outcome}`) }),
    empty: unknownLine(input, t),
    detailHeading: t('heading.why'),
    text: ({ colour }) => renderCheckText(input, t, colour),
  };
}

function checkDocument(input: CheckInput) {
  return {
    schema: 'tkguard.check/1',
    generatedAt: formatIso(input.generatedAtMs),
    asOf: formatIso(input.asOfMs),
    policy: policyDocument(input.policy),
    query: { text: input.query.text, kind: input.query.kind, id: input.query.id },
    verdict: input.outcome,
    reasons: input.unknown === null ? decisiveReasons(input) : [{ code: input.unknown }],
    exitCode: GATE_EXIT[input.counted],
    answers: input.answers.map(answerDocument),
  };
}

/** The reasons of the answers that the outcome stands on, each once. */
function decisiveReasons({ answers, outcome }: CheckInput): Reason[] {
  const reasons = answers
    .filter((answer) => answer.outcome === outcome)
    .flatMap((answer) => [
      ...answer.reasons,
      ...answer.judgements.filter((j) => j.verdict === outcome).flatMap((j) => j.reasons),
    ]);
  return [...new Map(reasons.map((reason) => [JSON.stringify(reason), reason])).values()];
}

function answerDocument({ account, shop, outcome, reasons, judgements, better }: GateAnswer) {
  return {
    account,
    shop: shopDocument(shop),
    verdict: outcome,
    reasons,
    plans: judgements.map((judgement) => planDocument(judgement, false)),
    better: better.map(alternativeDocument),
  };
}

function alternativeDocument({ via, planId, planName, rateBp, atMs, audit }: Alternative) {
  return { via, planId, planName, rateBp, rate: formatBp(rateBp), capturedAt: formatIso(atMs), audit };
}

function checkColumns(t: Translate): Column[] {
  const left = (key: string, heading: string): Column => ({ key, heading, align: 'left', shrinks: true });
  const right = (key: string, heading: string): Column => ({ key, heading, align: 'right', shrinks: false });
  return [
    left('verdict', t('heading.verdict')),
    left('account', t('heading.account')),
    left('shop', t('heading.shop')),
    left('plan', t('heading.plan')),
    right('special', t('heading.special')),
    right('general', t('heading.general')),
    left('better', t('heading.better')),
  ];
}

/** A row a judgement; one for an answer that stands on none. */
function checkRows(answer: GateAnswer, t: Translate): Row[] {
  const { account, shop, judgements, better } = answer;
  const best = better[0];
  const betterValues: Record<string, CsvValue> = {
    better_via: best?.via ?? null,
    better_plan_id: best?.planId ?? null,
    better_rate: csvRate(best?.rateBp ?? null),
    better_bp: best?.rateBp ?? null,
  };
  const cells = { account, shop: shopName(answer), better: best ? betterLine(best, t) : null };
  if (judgements.length === 0) {
    const reasons = answer.reasons.map((reason) => reason.code).join(' ');
    const shopValues = { account, shop_id: shop.id, shop_keeper_id: shop.keeperId, shop_name: shop.name };
    return [
      {
        cells: { ...cells, verdict: t(`verdict.${answer.outcome}`) },
        values: { answer: answer.outcome, reasons, ...shopValues, ...betterValues },
        details: [{ text: answerReasons(answer.reasons, t), loud: false }],
        tone: toneOf(answer.outcome),
      },
    ];
  }
  return judgements.map((j) => ({
    cells: {
      ...cells,
      verdict: j.verdict === null ? t('verdict.none') : verdictWord(j, t),
      plan: labelOf(j.plan.name, j.plan.id),
      special: j.special.bp === null ? null : percentText(j.special.bp),
      general: j.general.bp === null ? null : percentText(j.general.bp),
    },
    values: { answer: answer.outcome, ...planCsvValues(planDocument(j, false)), ...betterValues },
    details: [{ text: reasonSentences(j.reasons, t), loud: false }],
    tone: toneOf(j.verdict),
  }));
}

function shopName({ shop }: GateAnswer): string {
  return shop.name ?? shop.id ?? shop.keeperId ?? '—';
}

/** Nothing joined is said of the shop, not of the one plan asked for. */
function answerReasons(reasons: readonly Reason[], t: Translate): string {
  return joinSentences(
    reasons.map((reason) =>
      reason.code === 'not-joined' && reason.status === null
        ? t('check.nothing-binds')
        : reason.code === 'not-joined' || reason.code === 'exited'
          ? joinSentences([reasonSentence(reason, t), t('check.nothing-binds')], t)
          : reasonSentence(reason, t),
    ),
    t,
  );
}

function betterLine({ via, planId, planName, rateBp }: Alternative, t: Translate): string {
  const args = { via: t(`via.${via}`), rate: formatBp(rateBp), plan: labelOf(planName, planId) ?? planId };
  return t(via === 'general' ? 'check.better.general' : 'check.better', args);
}

function unknownLine({ query, outcome }: CheckInput, t: Translate): string {
  return t('check.unknown', { verdict: t(`verdict.${outcome}`), query: query.text });
}

const COLOURS: Readonly<Record<Verdict, number>> = { exit: 31, keep: 32, review: 33 };

/** One line an answer, then the hints; clean, and coloured only when asked to. Ends in a newline. */
export function renderCheckText(input: CheckInput, t: Translate, colour: boolean): string {
  const severalAccounts = new Set(input.answers.map((answer) => answer.account)).size > 1;
  const paint = (verdict: Verdict, line: string) => {
    const word = t(`verdict.${verdict}`);
    return colour && line.startsWith(word)
      ? `\u001b[${COLOURS[verdict]}m${word}\u001b[39m${line.slice(word.length)}`
      : line;
  };
  const lines =
    input.answers.length === 0
      ? [paint(input.outcome, cleanText(unknownLine(input, t)))]
      : input.answers.map((answer) => paint(answer.outcome, cleanText(answerLine(answer, severalAccounts, t))));
  for (const hint of input.hints) lines.push(cleanText(t('line.hint', { hint })));
  return `${lines.join('\n')}\n`;
}

function answerLine(answer: GateAnswer, withAccount: boolean, t: Translate): string {
  const judgement = answer.judgements.find((j) => j.verdict === answer.outcome) ?? null;
  const what = [
    ...(withAccount ? [answer.account] : []),
    shopName(answer),
    ...(judgement ? [labelOf(judgement.plan.name, judgement.plan.id) ?? judgement.plan.id] : []),
  ].join(t('list.separator'));
  const better = answer.better[0];
  const rest = joinSentences(
    [
      judgement ? judgementLine(judgement, t) : '',
      answerReasons(answer.reasons, t),
      answer.ageMs === null ? '' : t('check.age', { age: ageText(answer.ageMs, t) }),
      better ? betterLine(better, t) : '',
    ],
    t,
  );
  return t('check.line', { verdict: answerWord(answer, judgement, t), what, rest });
}

/** The outcome; with until when it is muted, where nothing of it counts. */
function answerWord({ outcome, counted }: GateAnswer, judgement: Judgement | null, t: Translate): string {
  const verdict = t(`verdict.${outcome}`);
  if (!judgement?.muted || outcome === counted) return verdict;
  return t('check.muted', { verdict, until: untilText(judgement.muted, t) });
}

/** Both rates and the main reason; what is loud is never left out. */
function judgementLine({ special, general, reasons, ageMs }: Judgement, t: Translate): string {
  const rates = { special: percentText(special.bp), general: percentText(general.bp) };
  const main = reasons.find((reason) => reason.code !== 'exit-not-effective');
  const told = reasons.filter((reason) => reason === main || isLoud(reason));
  const isAgeTold = ageMs === null || told.some((reason) => reason.code === 'stale');
  return joinSentences(
    [t('check.rates', rates), reasonSentences(told, t), isAgeTold ? '' : t('check.age', { age: ageText(ageMs, t) })],
    t,
  );
}
