/**
 * A plain model of design.md §3.4, §3.5 and §4, written from its words alone: what one account must be told of the special plans
 * of one shop. Nothing is stored: the captures are searched again and again, and contradictions are played through.
 */
import type { Capture, Row } from './draw.ts';

/**
 * `unsaid`: design.md does not say. The reason is null where several hold, or no code is named; of a plan without verdict it is
 * why it is told all the same (`superseded`, `removed`, `pending-below`).
 */
export interface Judgement {
  readonly verdict: 'exit' | 'keep' | 'review' | 'closed' | 'unsaid' | null;
  readonly reason: string | null;
}

const HOUR = 3_600_000;
const GENERAL = '0';
const unique = <T>(values: readonly T[]) => [...new Set(values)];
const say = (verdict: Judgement['verdict'], reason: string | null = null): Judgement => ({ verdict, reason });

export interface Question {
  readonly asOfMs: number;
  readonly minGainBp: number;
  readonly maxAgeMs: number;
  readonly confirmMissing: number;
  /** Judges what this item pays alone. */
  readonly item?: string;
}

/** What other accounts were told counts for who the merchant is, and for nothing else. null: too many contradictions. */
export function judgeShop(
  own: readonly Capture[],
  everyones: readonly Capture[],
  question: Question,
): Map<string, Judgement> | null {
  const until = (captures: readonly Capture[]) => captures.filter((capture) => capture.atMs <= question.asOfMs);
  const captures = until(own).filter(({ knownBy }) => isTied(until(everyones), knownBy));
  const worlds = worldsOf(captures);
  if (!worlds) return null;
  const judged = worlds.map((world) => judgeWorld(world, question));
  const plans = specialsOf(captures);
  return new Map(plans.map((plan) => [plan, inAllWorlds(judged.map((judgements) => judgements.get(plan)!))]));
}

/** A joined list has seller and keeper in one row; the same special plan under both ties an opaque id. Own tables tie nothing. */
export function isTied(captures: readonly Capture[], number: Capture['knownBy']): boolean {
  if (number === 'seller') return true;
  if (number === 'keeper') return captures.some(({ kind, rows }) => /^joined/.test(kind) && rows.length > 0);
  const plansBy = (by: Capture['knownBy']) =>
    specialsOf(captures.filter(({ knownBy, kind }) => knownBy === by && kind !== 'table' && kind !== 'part'));
  return plansBy('opaque').some((plan) => plansBy('seller').includes(plan));
}

/** A verdict stands if it is the same whichever of the contradicting values is true. */
function inAllWorlds(answers: readonly Judgement[]): Judgement {
  const verdicts = unique(answers.map((answer) => answer.verdict));
  const reasons = unique(answers.map((answer) => answer.reason));
  if (verdicts.includes('unsaid')) return say('unsaid');
  if (verdicts.length > 1) return say('review', 'conflict');
  if (verdicts[0] === null && reasons.length > 1) return say(null, 'unsaid');
  return say(verdicts[0]!, reasons.length === 1 ? reasons[0] : null);
}

const FACTS = ['status', 'state', 'approvedAt', 'joinedAt', 'rateBp'] as const;

/** The captures without a contradiction, in each way in which that can be; null: too many. */
function worldsOf(captures: readonly Capture[]): (readonly Capture[])[] | null {
  let worlds = [captures];
  for (const plan of plansOf(captures))
    for (const fact of FACTS)
      for (const item of fact === 'rateBp' ? scopesOf(captures, plan) : [undefined]) {
        const { atMs, values } = newest(captures, plan, fact, item);
        if (values.length > 1)
          worlds = worlds.flatMap((world) =>
            agreed(values).map((value) =>
              world.map((capture) => (capture.atMs === atMs ? withOnly(capture, plan, item, fact, value) : capture)),
            ),
          );
        if (worlds.length > 64) return null;
      }
  return worlds;
}

/** A date and a time of that day agree: the time says more. */
const agreed = (values: readonly unknown[]) =>
  values.filter((value) => !values.some((other) => other !== value && String(other).startsWith(`${value} `)));

/** Stands for a rate that another of that moment contradicts: it says no more than that it is there. */
const UNTRUE = -1;

const withOnly = (
  capture: Capture,
  plan: string,
  item: string | null | undefined,
  fact: keyof Row,
  value: unknown,
): Capture => ({
  ...capture,
  rows: capture.rows.map((row) =>
    row.plan === plan && (item === undefined || row.item === item) && row[fact] !== value
      ? { ...row, [fact]: fact === 'rateBp' ? UNTRUE : undefined }
      : row,
  ),
});

/** Judges captures that do not contradict each other. */
function judgeWorld(captures: readonly Capture[], question: Question): Map<string, Judgement> {
  const { asOfMs, maxAgeMs, confirmMissing, item } = question;
  const plans = specialsOf(captures);
  const told = (plan: string, fact: keyof Row) => newest(captures, plan, fact).values[0] as string | undefined;
  const absence = new Map(plans.map((plan) => [plan, absenceOf(captures, plan, confirmMissing)]));
  /** What was told as active after its end has another end. */
  const isEnded = (plan: string) => {
    const { atMs, values } = newest(captures, plan, 'state');
    const endMs = momentOf(told(plan, 'endsAt') ?? '9999-01-01', true);
    return (values[0] ?? 'active') !== 'active' || (endMs < asOfMs && atMs < endMs);
  };
  const isClosed = (plan: string) => isEnded(plan) || absence.get(plan) === 'gone';
  const isLacked = (plan: string) => ['lacked', 'not-listed'].includes(absence.get(plan) ?? '');
  const isStale = (plan: string) => asOfMs - newest(captures, plan, 'status').atMs > maxAgeMs;
  const spans = new Map(plans.map((plan) => [plan, approvalOf(captures, plan)]));
  const isLater = (a: string, b: string) => spans.get(a)![0] > spans.get(b)![1];
  const open = plans.filter((plan) => told(plan, 'status') === 'approved' && !isClosed(plan));

  function judge(plan: string): Judgement {
    const [others, missing] = [open.filter((other) => other !== plan), absence.get(plan)];
    const status = told(plan, 'status');
    if (status === 'removed') return say(null, isLackedSince(captures, plan) ? null : 'removed');
    if (status === 'pending')
      return isEnded(plan) || missing || isStale(plan) || (item !== undefined && !isListed(captures, plan, item))
        ? say(null)
        : say(null, pendingReason(captures, plan, question));
    if (status !== 'approved') return say(null);
    if (missing === 'unsaid' || (isEnded(plan) && isLacked(plan))) return say('unsaid');
    if (isClosed(plan)) return say('closed');
    const later = others.filter((other) => isLater(other, plan));
    if (later.some((other) => isStale(plan) || !isStale(other))) return say(null, 'superseded');
    // What may have been approved later, and is too old to be known for approved, makes a fresh one doubtful.
    const rivals = others.filter(
      (other) => !isLater(plan, other) && (!isStale(other) || (!isStale(plan) && !isLacked(other))),
    );
    const isOutside = item !== undefined && !isListed(captures, plan, item);
    const obstacles = [
      rivals.length > 0 && 'binding-unknown',
      missing,
      isStale(plan) && 'stale',
      isOutside && 'not-in-plan',
    ];
    const reasons = obstacles.filter(Boolean);
    if (reasons.length === 0) return compareRates(captures, plan, question);
    return say('review', reasons.length > 1 || missing === 'lacked' ? null : (reasons[0] as string));
  }
  return new Map(plans.map((plan) => [plan, judge(plan)]));
}

// --- what captures say

const plansOf = (captures: readonly Capture[]) => unique(captures.flatMap((c) => c.rows.map((row) => row.plan)));
const specialsOf = (captures: readonly Capture[]) => plansOf(captures).filter((plan) => plan.startsWith('8'));
const rowsOf = (capture: Capture, plan: string) => capture.rows.filter((row) => row.plan === plan);
const lists = (capture: Capture, plan: string, item: string | null) =>
  rowsOf(capture, plan).some((row) => row.item === item);
const scopesOf = (captures: readonly Capture[], plan: string) =>
  unique(captures.flatMap((c) => rowsOf(c, plan).flatMap(({ item }) => (item === undefined ? [] : [item]))));
const last = (captures: readonly Capture[]) => Math.max(...captures.map((capture) => capture.atMs));

const states = (captures: readonly Capture[], plan: string, item: string | null) =>
  captures.some((c) => rowsOf(c, plan).some((row) => row.item === item && row.rateBp !== undefined));

/** What was told last of a plan, or of its rate there. Several values contradict each other. */
function newest(captures: readonly Capture[], plan: string, fact: keyof Row, item?: string | null) {
  const told = captures.flatMap(({ atMs, rows }) =>
    rows
      .filter((row) => row.plan === plan && (item === undefined || row.item === item))
      .flatMap(({ [fact]: value }) => (value === undefined || value === UNTRUE ? [] : [{ atMs, value }])),
  );
  const atMs = Math.max(...told.map((one) => one.atMs));
  return { atMs, values: unique(told.filter((one) => one.atMs === atMs).map((one) => one.value)) };
}

// --- absence

/** Whether it lists all plans of the shop, among them the general one, and not this one. */
const lacksInShop = (capture: Capture, plan: string) =>
  ['table', 'shopPage'].includes(capture.kind) &&
  capture.rows.some((row) => row.plan === GENERAL && row.item === null && row.rateBp !== undefined) &&
  rowsOf(capture, plan).length === 0;

const lacks = (capture: Capture, plan: string, item: string | null) =>
  lacksThere(capture, plan, item) || lacksInShop(capture, plan);

/** Whether it would have listed the plan there, and does not. What tells no rate there speaks for no other plan. */
function lacksThere(capture: Capture, plan: string, item: string | null): boolean {
  if (lists(capture, plan, item)) return false;
  const isThere = capture.rows.some((row) => row.item === item && row.rateBp !== undefined);
  switch (capture.kind) {
    case 'table':
    case 'search':
    case 'shopPage':
      return isThere;
    case 'itemPlans':
      return plan !== GENERAL && isThere;
    case 'planItems':
      return item !== null && rowsOf(capture, plan).length > 0;
    default:
      return false;
  }
}

/** Whether a complete joined list since its status was told has it no more. */
function isLackedSince(captures: readonly Capture[], plan: string): boolean {
  return last(captures.filter(({ kind }) => kind === 'joined')) > newest(captures, plan, 'status').atMs;
}

function isListed(captures: readonly Capture[], plan: string, item: string | null): boolean {
  const listing = captures.filter((capture) => lists(capture, plan, item));
  // An item that never was listed has not left the plan with a page of the shop that lacks the plan: it may have begun later.
  if (listing.length === 0) return !captures.some((capture) => lacksThere(capture, plan, item));
  return !captures.some((capture) => capture.atMs > last(listing) && lacks(capture, plan, item));
}

/**
 * `gone` for good · `missing` · `not-listed` where the joined list had it · `lacked` by a joined list that never had it ·
 * `unsaid`: lacked by the list, and told as approved elsewhere since · null: there.
 */
function absenceOf(captures: readonly Capture[], plan: string, confirmMissing: number) {
  const statusMs = newest(captures, plan, 'status').atMs;
  const joined = captures.filter((capture) => capture.kind === 'joined');
  const entry = joined.filter((list) => list.atMs === last(joined)).flatMap((list) => rowsOf(list, plan))[0];
  if (entry?.status === 'approved' && entry.state === 'active') return null;
  if (joined.length > 0 && !entry) {
    const isLackedLast = last(joined) > statusMs;
    if (joined.some((list) => rowsOf(list, plan).some((row) => row.status === 'approved')))
      return isLackedLast ? 'not-listed' : 'unsaid';
    if (isLackedLast) return 'lacked';
  }
  const seenMs = last(captures.filter((capture) => rowsOf(capture, plan).length > 0));
  const without = captures.filter((c) => c.atMs > seenMs && lacksInShop(c, plan)).map((c) => c.atMs);
  if (without.length === 0) {
    const scopes = scopesOf(captures, plan);
    return scopes.length > 0 && !scopes.some((item) => isListed(captures, plan, item)) ? 'missing' : null;
  }
  let [count, lastMs] = [0, Number.NEGATIVE_INFINITY];
  for (const atMs of without.sort((a, b) => a - b)) if (atMs - lastMs >= 6 * HOUR) [count, lastMs] = [count + 1, atMs];
  return count >= confirmMissing ? 'gone' : 'missing';
}

// --- the order of approval

/** Between which moments the membership was approved. */
function approvalOf(captures: readonly Capture[], plan: string): readonly [number, number] {
  const approvedAt = newest(captures, plan, 'approvedAt').values[0] as string | undefined;
  if (approvedAt !== undefined) return [momentOf(approvedAt), momentOf(approvedAt, true)];
  const told = captures.flatMap((c) => rowsOf(c, plan).flatMap(({ status }) => (status ? [{ status, ...c }] : [])));
  const notMs = last(told.filter(({ status }) => status !== 'approved'));
  const joinedAt = newest(captures, plan, 'joinedAt').values[0] as string | undefined;
  const joinedMs = joinedAt ? momentOf(joinedAt) : Number.NEGATIVE_INFINITY;
  // What was seen before a later joining was another approval.
  const seen = told.filter(({ status, atMs }) => status === 'approved' && atMs > notMs && atMs >= joinedMs);
  return [Math.max(notMs, joinedMs), Math.min(...seen.map((c) => c.atMs))];
}

/** Of `2026-11-03` or `2026-11-03 09:30`, China's time; of a bare date its beginning or its end. */
function momentOf(text: string, atEnd = false): number {
  const [date, time] = text.split(' ');
  return Date.parse(`${date}T${time ?? '00:00'}:00+08:00`) + (atEnd && !time ? 24 * HOUR - 1 : 0);
}

// --- rates

/** Whether once approved it would pay less; `unsaid`: by less than a basis point, or with a gap that is not known for certain. */
function pendingReason(captures: readonly Capture[], plan: string, question: Question): string | null {
  const { verdict } = compareRates(captures, plan, { ...question, minGainBp: 0 });
  const sure = compareRates(captures, plan, { ...question, minGainBp: -1 });
  if (sure.verdict === 'exit') return 'pending-below';
  return verdict === 'exit' || verdict === 'unsaid' ? 'unsaid' : null;
}

function compareRates(captures: readonly Capture[], plan: string, question: Question): Judgement {
  const { asOfMs, minGainBp, maxAgeMs, item: only } = question;
  const rateOf = (of: string, item: string | null) => {
    const { atMs, values } = newest(captures, of, 'rateBp', item);
    const bp = values[0];
    if (typeof bp !== 'number' || !isListed(captures, of, item)) return null;
    return { bp, isFresh: asOfMs - atMs <= maxAgeMs, doubt: doubtOf(captures, of, item) };
  };
  const scopes = only ? [only, null] : unique([...scopesOf(captures, plan), ...scopesOf(captures, GENERAL)]);
  const pairs = scopes.flatMap((item) => {
    const [special, general] = [rateOf(plan, item), rateOf(GENERAL, item)];
    if (!special || !general) return [];
    const [gap, isFresh] = [special.bp - general.bp - minGainBp, special.isFresh && general.isFresh];
    return [{ item, gap, isFresh, doubts: [special.doubt, general.doubt] }];
  });
  const items = pairs.filter((pair) => pair.item !== null);
  const freshItems = items.filter((pair) => pair.isFresh);
  const counting = freshItems.length > 0 ? freshItems : pairs.filter((pair) => pair.item === null && pair.isFresh);
  if (counting.length === 0) {
    if (pairs.length > 0) return say('review', 'stale');
    const isAgainstAverage = (of: string, other: string, item: string | null) =>
      rateOf(of, item)?.isFresh && !states(captures, other, item) && rateOf(other, null)?.isFresh;
    const isMixed = scopes.some(
      (item) => item !== null && (isAgainstAverage(plan, GENERAL, item) || isAgainstAverage(GENERAL, plan, item)),
    );
    return say('review', isMixed ? 'average-only' : null);
  }
  const doubts = counting.flatMap((pair) => pair.doubts);
  if (doubts.includes(true)) return say('review', 'unit-doubt');
  if (doubts.includes(null)) return say('unsaid');
  const sales = counting.map((pair) => (pair.item === null ? 1 : salesOf(captures, pair.item)));
  const isWeighed = sales.every((n) => n !== null) && sales.some((n) => n !== 0);
  const sum = counting.reduce((total, pair, n) => total + pair.gap * (isWeighed ? sales[n]! : 1), 0);
  const below = counting.filter((pair) => pair.gap < 0).length;
  if (below === counting.length || (below > 0 && sum < 0)) return say('exit');
  const isForbidden =
    items.some((pair) => !pair.isFresh && pair.gap < 0) || (items.length > 0 && freshItems.length === 0);
  return isForbidden ? say('review', 'stale') : say('keep');
}

/**
 * Whether the newest rate is a hundredth or a hundredfold of the one that was believed, and no other format says the same. null:
 * it depends on which of two contradicting rates was believed before.
 */
function doubtOf(captures: readonly Capture[], plan: string, item: string | null): boolean | null {
  const told = captures.flatMap(({ atMs, kind, rows }) =>
    rows
      .filter(
        (row) => row.plan === plan && row.item === item && typeof row.rateBp === 'number' && row.rateBp !== UNTRUE,
      )
      .map((row) => ({ atMs, kind, bp: row.rateBp! })),
  );
  const [up, down] = [1, -1].map((sign) => isInDoubt(told.toSorted((a, b) => a.atMs - b.atMs || (a.bp - b.bp) * sign)));
  return up === down ? up! : null;
}

function isInDoubt(told: readonly { readonly kind: string; readonly bp: number }[]): boolean {
  let [believed, inDoubt] = [told[0]!.bp, false];
  const saying = new Map<number, Set<string>>();
  for (const { kind, bp } of told) {
    const kinds = (saying.get(bp) ?? new Set()).add(kind);
    inDoubt = Math.abs(Math.min(believed, bp) * 100 - Math.max(believed, bp)) <= 50 && kinds.size === 1;
    if (inDoubt) saying.set(bp, kinds);
    else if (believed !== bp) {
      believed = bp;
      saying.clear();
    }
  }
  return inDoubt;
}

/** Of the newest capture that tells them in any row of the item, of one moment the greatest. */
function salesOf(captures: readonly Capture[], item: string): number | null {
  const told = captures.flatMap(({ atMs, rows }) =>
    rows.flatMap((row) => (row.item === item && row.sales !== undefined ? [{ atMs, sales: row.sales }] : [])),
  );
  const lastMs = Math.max(...told.map((row) => row.atMs));
  return told.length > 0 ? Math.max(...told.filter((row) => row.atMs === lastMs).map((row) => row.sales)) : null;
}
