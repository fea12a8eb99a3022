/** `tkguard check`: the gate before promoting. Its text needs no table library, because a gate must start fast. */
import type { Alternative, GateAnswer } from '../domain/gate.ts';
import { formatBp } from '../domain/rate.ts';
import type { Reason } from '../domain/reason.ts';
import type { HeldFile } from '../domain/snapshot.ts';
import { formatIso } from '../domain/time.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { ExitCode } from '../errors.ts';
import { gateExitCode } from '../errors.ts';
import type { Translate } from '../words/index.ts';
import type { Answer } from './answers.ts';
import { joinAnswers } from './answers.ts';
import type { Moments } from './document-parts.ts';
import { csvCodes, csvRate, judgedDocument, SHOP_CSV, shopDocument } from './document-parts.ts';
import type { PlanDocument } from './document-shapes.ts';
import type { CheckAnswer } from './documents.ts';
import { heldDocument, heldLines } from './held.ts';
import { planDocument } from './plan-document.ts';
import { PLAN_FIELDS } from './plan-fields.ts';
import type { Csv, CsvValue, Report, Terminal } from './report.ts';
import { csvOf } from './report.ts';
import { cleanText } from './sanitize.ts';
import { isLoud, joinSentences, reasonSentence, reasonSentences } from './sentences.ts';
import { ageText, labelOf, percentText, severalAccounts, shopLabel, untilText } from './values.ts';

export interface CheckInput {
  readonly query: CheckAnswer['query'];
  readonly answers: readonly GateAnswer[];
  readonly outcome: Verdict;
  /** The outcome without what is muted: the exit code follows it. */
  readonly counted: Verdict;
  /** Set when nothing at all is known of what was asked for. */
  readonly unknown: 'no-such-id' | null;
  /** Further advice, already worded. */
  readonly hints: readonly string[];
}

type AnswerDocument = CheckAnswer['accounts'][number];

/** A plan of an answer; null for an answer that stands on none. */
interface AnswerRow {
  readonly answer: AnswerDocument;
  readonly plan: PlanDocument | null;
}

/** Several answers, of which at least one id was read. */
export function buildCheckReport(
  answers: readonly Answer<AnswerRow>[],
  { exitCode, held = [], ...moments }: Moments & { readonly exitCode: ExitCode; readonly held?: readonly HeldFile[] },
  t: Translate,
): Report<AnswerRow> {
  const head = { schema: 'tkguard.check/1', ...judgedDocument(moments), exitCode, held: heldDocument(held) };
  const report = joinAnswers(head, answers, [{ csv: CSV }], t);
  const waiting = heldLines(held, t).map((line) => `${line}\n`);
  return { ...report, text: (terminal) => [report.text?.(terminal) ?? '', ...waiting].join('') };
}

/** One id. */
export function answerCheck(input: CheckInput, t: Translate) {
  const { query, outcome } = input;
  const answers = input.answers.map(answerDocument);
  const document: CheckAnswer = {
    query: { text: query.text, kind: query.kind, id: query.id },
    verdict: outcome,
    reasons: input.unknown === null ? decisiveReasons(answers, outcome) : [{ code: input.unknown }],
    exitCode: gateExitCode([input.counted]),
    accounts: answers,
  };
  const empty = t('check.unknown', { verdict: t(`verdict.${outcome}`), query: query.text });
  const hints = input.hints.map((hint) => t('line.hint', { hint }));
  return {
    document,
    rows: answers.flatMap((answer): AnswerRow[] =>
      answer.plans.length === 0 ? [{ answer, plan: null }] : answer.plans.map((plan) => ({ answer, plan })),
    ),
    // One line an answer, then the hints.
    text: ({ colour }: Terminal) => {
      const lines = input.answers.map((answer, i) =>
        answerLine(answer, answers[i]?.plans ?? [], severalAccounts(answers), t),
      );
      const paint = (line: string, i: number) =>
        colour ? paintVerdict(line, input.answers[i]?.outcome ?? outcome, t) : line;
      return [
        ...(lines.length === 0 ? [empty] : lines).map((line, i) => paint(cleanText(line), i)),
        ...hints.map(cleanText),
        '',
      ].join('\n');
    },
  };
}

/** The reasons of the answers that the outcome stands on, each once. */
function decisiveReasons(answers: readonly AnswerDocument[], outcome: Verdict): Reason[] {
  const reasons = answers
    .filter((answer) => answer.verdict === outcome)
    .flatMap(({ reasons, plans }) => [
      ...reasons,
      ...plans.filter((plan) => plan.verdict === outcome).flatMap((plan) => plan.reasons),
    ]);
  return [...new Map(reasons.map((reason) => [JSON.stringify(reason), reason])).values()];
}

function answerDocument({ account, shop, outcome, reasons, judgements, better }: GateAnswer): AnswerDocument {
  return {
    account,
    shop: shopDocument(shop),
    verdict: outcome,
    reasons,
    plans: judgements.map((judgement) => planDocument(judgement, false)),
    better: better.map(({ via, planId, planName, rateBp, atMs, audit }) => ({
      via,
      planId,
      planName,
      rateBp,
      rate: formatBp(rateBp),
      capturedAt: formatIso(atMs),
      audit,
    })),
  };
}

/** The same columns of a part of the row; empty where the row has no such part. */
function csvOfPart<R, Part>(csv: Csv<Part>, partOf: (row: R) => Part | null): Csv<R> {
  const columns = Object.entries(csv).map(([name, cellOf]) => {
    const value = (row: R): CsvValue => {
      const part = partOf(row);
      return part === null ? null : cellOf(part);
    };
    return [name, value] as const;
  });
  return Object.fromEntries(columns);
}

const CSV: Csv<AnswerRow> = {
  answer: ({ answer }) => answer.verdict,
  ...csvOfPart(csvOf(PLAN_FIELDS), ({ plan }: AnswerRow) => plan),
  reasons: ({ answer, plan }) => csvCodes((plan ?? answer).reasons),
  account: ({ answer }) => answer.account,
  ...csvOfPart(SHOP_CSV, ({ answer }: AnswerRow) => answer),
  better_via: ({ answer: { better } }) => better[0]?.via ?? null,
  better_plan_id: ({ answer: { better } }) => better[0]?.planId ?? null,
  better_rate: ({ answer: { better } }) => csvRate(better[0]?.rateBp ?? null),
  better_bp: ({ answer: { better } }) => better[0]?.rateBp ?? null,
};

/** Nothing joined is said of the shop, not of the one plan asked for. */
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

function betterLine(
  { via, planId, planName, rateBp }: Pick<Alternative, 'via' | 'planId' | 'planName' | 'rateBp'>,
  t: Translate,
): string {
  const args = { via: t(`via.${via}`), rate: formatBp(rateBp), plan: labelOf(planName, planId) };
  return t(via === 'general' ? 'check.better.general' : 'check.better', args);
}

const COLOURS: Readonly<Record<Verdict, number>> = { exit: 31, keep: 32, review: 33, closed: 90 };

function paintVerdict(line: string, verdict: Verdict, t: Translate): string {
  const word = t(`verdict.${verdict}`);
  return line.startsWith(word) ? `\u001b[${COLOURS[verdict]}m${word}\u001b[39m${line.slice(word.length)}` : line;
}

function answerLine(answer: GateAnswer, plans: readonly PlanDocument[], withAccount: boolean, t: Translate): string {
  const { outcome, counted, ageMs, better } = answer;
  const plan = plans.find(({ verdict }) => verdict === outcome);
  const what = [
    ...(withAccount ? [answer.account] : []),
    shopLabel(answer.shop) ?? '—',
    ...(plan ? [labelOf(plan.plan.name, plan.plan.id)] : []),
  ].join(t('list.separator'));
  const word = t(`verdict.${outcome}`);
  // Until when it is muted, where nothing of it counts.
  const muted = outcome === counted ? null : plan?.muted;
  return t('check.line', {
    verdict: muted ? t('check.muted', { verdict: word, until: untilText(muted.until, t) }) : word,
    what,
    rest: joinSentences(
      [
        plan ? planLine(plan, t) : '',
        answerReasons(answer, t),
        ageMs === null ? '' : t('check.age', { age: ageText(ageMs, t) }),
        better[0] ? betterLine(better[0], t) : '',
      ],
      t,
    ),
  });
}

/** Both rates and the main reason; what is loud is never left out. */
function planLine({ special, general, reasons, ageMs }: PlanDocument, t: Translate): string {
  const rates = { special: percentText(special.rateBp), general: percentText(general.rateBp) };
  const main = reasons.find((reason) => reason.code !== 'exit-not-effective');
  const told = reasons.filter((reason) => reason === main || isLoud(reason));
  const isAgeTold = ageMs === null || told.some((reason) => reason.code === 'stale');
  return joinSentences(
    [t('check.rates', rates), reasonSentences(told, t), isAgeTold ? '' : t('check.age', { age: ageText(ageMs, t) })],
    t,
  );
}
