/** Makes sentences of codes and their arguments. */
import { millisecondsInHour } from 'date-fns/constants';
import { groupBy } from '../domain/group-by.ts';
import { shopLabel } from '../domain/ledger.ts';
import { formatBp } from '../domain/rate.ts';
import { GENERAL_PLAN_ID } from '../domain/reading.ts';
import type { Reason } from '../domain/reason.ts';
import { formatMinute } from '../domain/time.ts';
import { type Holes, lookUp, type MessageKey, type Translate } from '../words/index.ts';
import type { PlanDocument } from './document-shapes.ts';
import type { Line } from './report.ts';
import { cleanText } from './sanitize.ts';
import { ageText, agoText, bytesText, percentText, quoteForShell, timeText, untilText, yuanText } from './values.ts';

export interface Explained {
  readonly what: string;
  readonly hint: string | null;
}

type Arguments = Readonly<Record<string, unknown>>;

/** The two lines of an error's, a note's or a finding's words: what happened, and what to do next. Clean. */
export function explain(key: string, args: Arguments, t: Translate): Explained {
  const worded = Object.entries(args).map(([name, value]) => [name, wordOf(name, value, args, t)]);
  const [what = key, hint = null] = lookUp(key, Object.fromEntries(worded), t)?.split('\n') ?? [];
  return { what, hint };
}

/** The text of a key, with values as they stand in a document. Clean. */
export function sentence<K extends MessageKey>(
  key: K,
  args: Readonly<Record<Holes<K>, unknown>>,
  t: Translate,
): string {
  return explain(key, args, t).what;
}

/** Arguments that are codes with words of their own. */
const KEY_OF: Readonly<Record<string, (code: string) => string>> = {
  kind: (code) => (['seller', 'campaign', 'keeper'].includes(code) ? `need.${code}` : `thing.${code}`),
  expected: (code) => `expected.${code}`,
  what: (code) => `limit.${code}`,
  rates: (code) => `kind.${code}`,
  state: (code) => `state.${code}`,
  status: (code) => `membership.${code}`,
  verdict: (code) => `verdict.${code}`,
  standing: (code) => `standing.${code}`,
  rule: (code) => `rule.${code}`,
  relation: (code) => `relation.${code}`,
  basis: (code) => `basis.${code}`,
  coverage: (code) => `coverage.${code}`,
  capturedFrom: (code) => `captured-from.${code}`,
};

const MOST_LISTED = 5;

/** How an argument is written follows from its name, which ends in its unit. */
function wordOf(name: string, value: unknown, args: Arguments, t: Translate): string | number {
  if (value === null) return '—';
  if (Array.isArray(value)) return cleanText(listText(value, t));
  if (typeof value === 'number') {
    if (name === 'atMs') return formatMinute(value, t.zone);
    if (name === 'ageMs') return agoText(value, t);
    if (name.endsWith('Ms')) return ageText(value, t);
    if (name === 'ageHours') return ageText(value * millisecondsInHour, t);
    if (name === 'rateBp') return percentText(value);
    if (name.endsWith('Bp')) return formatBp(Math.abs(value));
    return name.endsWith('Bytes') ? bytesText(value) : value;
  }
  const text = String(value);
  if (name === 'fault' || name === 'cause') {
    const { [name]: _, ...others } = args;
    return explain(`error.${text}`, others, t).what;
  }
  if (name === 'examples')
    return cleanText([...new Set(text.split('; '))].join(t('list.separator')).replaceAll(' > ', '→'));
  if (name === 'plans') return cleanText(text.replaceAll('; ', t('list.separator')));
  if (name === 'known' || name === 'others') return cleanText(text.replaceAll(', ', t('list.separator')));
  if (name === 'columns') return cleanText(columnWords(text, t));
  if (name === 'ids') return cleanText(idWords(text, t));
  if (name === 'reason') return cleanText(reasonText(text, t));
  if (/^at$|(?:At|Before|After)$/.test(name)) return timeText(text, t);
  const word = lookUp(KEY_OF[name]?.(text) ?? '', {}, t);
  if (word === null && name === 'expected') return cleanText(text.replaceAll(', ', t('list.separator')));
  return cleanText(word ?? text);
}

/** When the orders of a report were created; no line where nothing says. */
export function spanLines(
  span: { readonly since: string | null; readonly until: string | null } | null,
  t: Translate,
): string[] {
  if (!span?.since || !span.until) return [];
  return [t('orders.span', { since: timeText(span.since, t), until: timeText(span.until, t) })];
}

export function listText(list: readonly unknown[], t: Translate): string {
  const listed = list.slice(0, MOST_LISTED).map(String);
  if (list.length > MOST_LISTED) listed.push(t('list.more', { n: list.length - MOST_LISTED }));
  return listed.join(t('list.separator'));
}

/** `rate (佣金比率), plan_id (计划ID)`: our name of each column, and the Chinese one. */
function columnWords(columns: string, t: Translate): string {
  const named = columns.replace(/(?<=^|, )([a-z0-9_]+) \(([^)]*)\)/g, (_, column: string, name: string) =>
    t('column.named', { column, name }),
  );
  return named.replaceAll(', ', t('list.separator'));
}

/** Kinds of ids that are missing: `seller, item`; ids themselves stay. */
function idWords(ids: string, t: Translate): string {
  const words = ids.split(', ').map((id) => lookUp(`need.${id}`, {}, t) ?? id);
  return words.join(t('list.separator'));
}

/** Translates what the system and parsers say in English, as far as the catalogue has words for it. */
function reasonText(reason: string, t: Translate): string {
  const [, code] = /^(E[A-Z]+)\b/.exec(reason) ?? [];
  const [, n] = /\bposition (\d+)/.exec(reason) ?? [];
  if (/\bend of (?:JSON )?input\b/i.test(reason)) return t('reason-of.cut-off');
  return n === undefined
    ? (lookUp(`reason-of.${code}`, {}, t) ?? reason)
    : t('reason-of.position', { n: Number(n) + 1 });
}

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
  const wordOf = (value: string | null) => {
    if (of === 'rate') return value === null ? t('loss.rate.unknown') : `${value}%`;
    return lookUp(KEY_OF[of]?.(`${value}`) ?? '', {}, t) ?? timeText(`${value}`, t);
  };
  const key = of === 'rate' && plan === GENERAL_PLAN_ID ? 'conflict.rate.general' : (`conflict.${of}` as const);
  const said = t(key, { either: values.map(wordOf).join(t('conflict.or')) });
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

export function joinSentences(sentences: readonly string[], t: Translate): string {
  return sentences.filter((sentence) => sentence !== '').join(t('sentence.separator'));
}

export function reasonSentences(reasons: readonly Reason[], t: Translate): string {
  const mixed = reasons.find((reason) => reason.code === 'mixed');
  const isInMixed = ({ code }: Reason) => code === 'below-general' || code === 'above-general' || code === 'no-gain';
  const sentences = reasons.flatMap((reason) => {
    if (reason.code === 'mixed') return mixedSentences(reason, reasons, t);
    return mixed && isInMixed(reason) ? [] : [reasonSentence(reason, t)];
  });
  return joinSentences(sentences, t);
}

/** Reasons that must not be overlooked. */
export function isLoud({ code }: Reason): boolean {
  return code === 'rate-cut' || code === 'exit-not-effective';
}

type Told = Omit<PlanDocument, 'messages'>;

export function lineText(line: Line): string {
  return typeof line === 'string' ? line : line.text;
}

/** Of a plan: that it is muted, what is loud, the other reasons, the context, how to exit, and its own policy. Clean. */
export function planSentences(plan: Told, t: Translate): Line[] {
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
function riskText(fen: number, t: Translate): string {
  return fen === 0 ? t('loss.risk.least') : t('loss.risk.about', { yuan: yuanText(fen) });
}

/** What a plan to exit costs a day, in a few words; null: own orders do not say. */
export function shortRisk(
  { atRiskFenPerDay: fen, atRisk }: Pick<Told, 'atRiskFenPerDay' | 'atRisk'>,
  t: Translate,
): string | null {
  if (fen === null || atRisk === null) return null;
  const { lines, days, few } = atRisk;
  return t(few ? 'loss.at-risk.few' : 'loss.at-risk.short', { risk: riskText(fen, t), lines, days });
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
  const isOneAccount = new Set(all.map(({ account }) => account)).size < 2;
  const twins = groupBy(all, ({ account, plan }) => JSON.stringify([account, plan.id]));
  const groups = groupBy(exits, ({ account, shop, plan }) => {
    const isTwin = (twins.get(JSON.stringify([account, plan.id]))?.length ?? 0) > 1;
    const shopNo = isTwin ? (shop.id ?? shop.keeperId) : null;
    return `${isOneAccount ? '' : ` --account ${quoteForShell(account)}`}${shopNo === null ? '' : ` --shop ${shopNo}`}`;
  });
  return [...groups].map(([scope, of]) => {
    const ids = of.slice(0, NAMED_PLANS).map(({ plan }) => plan.id);
    return `tkguard exited ${[...ids, ...(of.length > ids.length ? ['…'] : [])].join(' ')}${scope}`;
  });
}
