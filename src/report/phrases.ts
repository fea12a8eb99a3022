/** Sentences on plans: what speaks for a verdict, what it costs, and how to exit. */
import { groupBy } from '../domain/group-by.ts';
import { shopLabel } from '../domain/ledger.ts';
import { formatBp } from '../domain/rate.ts';
import { GENERAL_PLAN_ID } from '../domain/reading.ts';
import type { Reason, ReasonCode } from '../domain/reason.ts';
import type { Holes, Translate } from '../words/index.ts';
import type { PlanDocument } from './document-shapes.ts';
import { codeWord, explain, sentence } from './explain.ts';
import type { TextLine } from './report.ts';
import { cleanText } from './sanitize.ts';
import { eitherRate, quoteForShell, severalAccounts, timeText, untilText, yuanText } from './values.ts';

/** Refuses at compile time a reason that lacks an argument of its text. */
type Worded<R extends Reason> = R extends Reason
  ? [Exclude<Holes<`reason.${R['code']}`>, keyof R>] extends [never]
    ? R
    : never
  : never;

/** Clean. */
export function reasonSentence(reason: Worded<Reason>, t: Translate): string {
  const key = `reason.${reason.code}` as const;
  const args = reason.code === 'conflict' ? { ...reason, values: [conflictText(reason, t)] } : reason;
  return explain(key + variantOf(reason), args, t).what;
}

/** What two exports give: `the special rate is 4.25% or 8.25% (item 7)`. */
function conflictText({ of, plan, item, values }: Reason & { code: 'conflict' }, t: Translate): string {
  const wordOf = (value: string | null) => codeWord(of, `${value}`, t) ?? timeText(`${value}`, t);
  const either = of === 'rate' ? eitherRate(values, t) : values.map(wordOf).join(t('conflict.or'));
  const key = of === 'rate' && plan === GENERAL_PLAN_ID ? 'conflict.rate.general' : (`conflict.${of}` as const);
  const said = t(key, { either });
  const what = item === null ? said : t('conflict.item', { what: said, item: cleanText(item) });
  return plan === null || plan === GENERAL_PLAN_ID ? what : t('conflict.plan', { what, plan: cleanText(plan) });
}

/** Where items differ: how many are better off without the plan, what that comes to, and which they are. */
function mixedSentences(mixed: Reason & { code: 'mixed' }, reasons: readonly Reason[], t: Translate): string[] {
  const sum = reasons.find((reason) => reason.code === 'below-general' || reason.code === 'above-general');
  const args = { ...mixed, n: mixed.below + mixed.above, gapBp: sum?.gapBp ?? 0 };
  const key = sum ? (sum.gapBp < 0 ? '.loss' : '.gain') : '';
  const said = explain(`reason.mixed${key}`, args, t).what;
  return mixed.itemsBelow.length === 0 ? [said] : [said, sentence('reason.mixed.items', mixed, t)];
}

/** Some codes have several texts; their arguments decide which. */
function variantOf(reason: Reason): string {
  switch (reason.code) {
    case 'conflict':
      return reason.matters ? '' : '.same';
    case 'missing':
      return reason.captures === 0 ? '.unconfirmed' : reason.captures < reason.needed ? '' : '.gone';
    case 'not-joined':
      return reason.status === null ? '' : '.status';
    case 'average-only':
      return reason.basis === 'mixed' ? '.mixed' : '';
    case 'rate-cut':
    case 'general-raised':
    case 'unit-doubt':
      return reason.item === null ? '' : '.item';
    case 'below-min-gain':
      return reason.gapBp === 0 ? '.even' : '';
    case 'no-general-rate':
      return reason.lastSeenAt === null ? '' : '.gone';
    case 'exited':
      return reason.confirmedAt === null ? '' : '.confirmed';
    default:
      return '';
  }
}

/** When the orders of a report were created; no line where nothing says. */
export function spanLines(
  span: { readonly since: string | null; readonly until: string | null } | null,
  t: Translate,
): string[] {
  if (!span?.since || !span.until) return [];
  return [t('orders.span', { since: timeText(span.since, t), until: timeText(span.until, t) })];
}

export function joinSentences(sentences: readonly string[], t: Translate): string {
  return sentences.filter((sentence) => sentence !== '').join(t('sentence.separator'));
}

/** What both rates, and their sum where items differ, say already. */
export const SAID_BY_RATES: readonly ReasonCode[] = ['below-general', 'above-general', 'no-gain'];

export function reasonSentences(reasons: readonly Reason[], t: Translate): string {
  const mixed = reasons.find((reason) => reason.code === 'mixed');
  const sentences = reasons.flatMap((reason) => {
    if (reason.code === 'mixed') return mixedSentences(reason, reasons, t);
    return mixed && SAID_BY_RATES.includes(reason.code) ? [] : [reasonSentence(reason, t)];
  });
  return joinSentences(sentences, t);
}

/** Reasons that must not be overlooked. */
export function isLoud({ code }: Reason): boolean {
  return code === 'rate-cut' || code === 'exit-not-effective';
}

type Told = Omit<PlanDocument, 'messages'>;

/** Of a plan: that it is muted, what is loud, the other reasons, the context, how to exit, and its own policy. Clean. */
export function planSentences(plan: Told, t: Translate): TextLine[] {
  const { reasons, muted, exit, policy } = plan;
  const others = reasonSentences(
    reasons.filter((reason) => !isLoud(reason)),
    t,
  );
  const lines = [
    { text: muted ? mutedSentence(muted, t) : '' },
    { text: reasonSentences(reasons.filter(isLoud), t), tone: 'loud' },
    { text: riskSentence(plan, t) ?? '' },
    { text: joinSentences([others, ...circumstances(plan, t)], t) },
    { text: exit ? exitSentence(plan, exit.page, t) : '' },
    { text: policy ? sentence('why.policy.own', policy, t) : '' },
  ] as const;
  return lines.filter(({ text }) => text !== '').map((line) => ({ ...line, text: cleanText(line.text) }));
}

/** Fen a day; below half a fen it is not nothing. */
export function costText(fen: number, t: Translate): string {
  return fen === 0 ? t('loss.risk.least') : yuanText(fen);
}

/** What a plan to exit costs a day, in a few words; null: own orders do not say. */
export function shortRisk(
  { atRiskFenPerDay: fen, atRisk }: Pick<Told, 'atRiskFenPerDay' | 'atRisk'>,
  t: Translate,
): string | null {
  if (fen === null || atRisk === null) return null;
  const { lines, days, few } = atRisk;
  const yuan = yuanText(Math.abs(fen));
  const risk = fen === 0 ? costText(fen, t) : t(fen < 0 ? 'loss.risk.more' : 'loss.risk.about', { yuan });
  return t(few ? 'loss.at-risk.few' : 'loss.at-risk.short', { risk, lines, days });
}

/** The same with the turnover, and what it leaves out. */
export function riskSentence(told: Pick<Told, 'atRiskFenPerDay' | 'atRisk'>, t: Translate): string | null {
  const risk = shortRisk(told, t);
  if (risk === null || told.atRisk === null) return null;
  const sentence = t('loss.at-risk', { risk, turnover: yuanText(told.atRisk.amountFen) });
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** The command names the account, for another one may have joined the plan, too. */
function exitSentence({ account, plan, shop }: Told, page: string, t: Translate): string {
  const names = { shop: shopLabel(shop) ?? '—', name: plan.name ?? plan.id, plan: plan.id };
  return t('detail.exit', { ...names, account: quoteForShell(account), page });
}

function mutedSentence({ until, reason }: NonNullable<PlanDocument['muted']>, t: Translate): string {
  const sentence = t('detail.muted', { until: untilText(until, t) });
  return reason === null ? sentence : joinSentences([sentence, t('detail.muted.reason', { reason })], t);
}

function circumstances(plan: Told, t: Translate): string[] {
  const { standing, reasons, gapBp, lastChange, context } = plan;
  const said: string[] = [];
  if (lastChange && lastChange.toBp > lastChange.fromBp) {
    const isOne = lastChange.item !== null;
    said.push(sentence(isOne ? 'detail.rate-raised.item' : 'detail.rate-raised', lastChange, t));
  }
  const status = plan.membership.status;
  const isShut = status === 'removed' || status === 'rejected';
  const isOutside = (standing === 'not-joined' && !isShut) || standing === 'pending';
  const isSaid = reasons.some(({ code }) => code === 'pending-below');
  if (isOutside && !isSaid && gapBp !== null && gapBp !== 0) {
    said.push(t(gapBp > 0 ? 'detail.would-gain' : 'detail.would-lose', { gap: formatBp(Math.abs(gapBp)) }));
  }
  if ((standing === 'not-joined' || standing === 'unknown') && plan.plan.audit !== null) {
    said.push(t(plan.plan.audit ? 'detail.needs-approval' : 'detail.no-approval'));
  }
  if (context.event?.rateBp) said.push(t('detail.event', { rate: formatBp(context.event.rateBp) }));
  if (context.marketing?.rateBp) said.push(t('detail.marketing', { rate: formatBp(context.marketing.rateBp) }));
  return said;
}

/** So many plans are named in a command to copy. */
const NAMED_PLANS = 5;

/** The commands that note exits: one of each account where `all` are of several, of each shop for an id that several have. */
export function exitedCommands(exits: readonly PlanDocument[], all: readonly PlanDocument[]): string[] {
  const withAccount = severalAccounts(all);
  const twins = groupBy(all, ({ account, plan }) => JSON.stringify([account, plan.id]));
  const groups = groupBy(exits, ({ account, shop, plan }) => {
    const isTwin = (twins.get(JSON.stringify([account, plan.id]))?.length ?? 0) > 1;
    const shopNo = isTwin ? (shop.id ?? shop.keeperId) : null;
    return `${withAccount ? ` --account ${quoteForShell(account)}` : ''}${shopNo === null ? '' : ` --shop ${shopNo}`}`;
  });
  return [...groups].map(([scope, of]) => {
    const ids = of.slice(0, NAMED_PLANS).map(({ plan }) => plan.id);
    return `tkguard exited ${[...ids, ...(of.length > ids.length ? ['…'] : [])].join(' ')}${scope}`;
  });
}
