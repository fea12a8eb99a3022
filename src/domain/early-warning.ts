/** At a new membership: what the merchant, else all merchants, did with earlier ones, and the signs that stood before cuts. */
import { millisecondsInDay } from 'date-fns/constants';
import { brokenOf, type Headline, headlineOf } from './headline.ts';
import type { Lifetime } from './lifetimes.ts';
import { NEW_DAYS, SIGNS } from './signs.ts';
import type { Judgement } from './verdict.ts';

const HORIZON_DAYS = 30;
/** A rate is high from so many times the median on. */
const HIGH = 2;

export const EARLY_SIGNS = ['high-rate', ...SIGNS] as const;

/** Facts with their counts; no score. */
export interface EarlyWarning {
  /** Whose plans `kept` counts: of this merchant, or of all where none of his can be told. */
  readonly of: 'shop' | 'all';
  readonly kept: Headline;
  /** Signs that this membership shows, each with what became of earlier ones that showed it, whoever the merchant was. */
  readonly signs: readonly { readonly code: (typeof EARLY_SIGNS)[number]; readonly kept: Headline }[];
}

/** Approved lately, as far as is known: of one that was approved before the first capture nobody knows when. */
export function isNewMembership({ verdict, plan: { membership } }: Judgement, nowMs: number): boolean {
  if (verdict === null || verdict === 'closed' || !membership) return false;
  const { fromMs, toMs } = membership.approval;
  return Number.isFinite(fromMs) && nowMs - Math.min(toMs, nowMs) <= NEW_DAYS * millisecondsInDay;
}

/** `own`: lifetimes of the merchant, `all`: of all merchants, his among them. Null where nothing can be told of any plan. */
export function earlyWarning(
  { plan: { id, membership } }: Pick<Judgement, 'plan'>,
  own: readonly Lifetime[],
  all: readonly Lifetime[],
): EarlyWarning | null {
  const sinceMs = membership?.approval.fromMs ?? Number.POSITIVE_INFINITY;
  const isThis = (one: Lifetime) => one.plan.id === id && one.approvedMs >= sinceMs;
  const earlier = (some: readonly Lifetime[]) => some.filter((one) => !isThis(one));
  const ofShop = headlineOf(earlier(own), HORIZON_DAYS);
  const others = all.filter((one) => !own.includes(one) || !isThis(one));
  const kept = isTold(ofShop) ? ofShop : headlineOf(others, HORIZON_DAYS);
  if (!isTold(kept)) return null;
  const usualBp = medianOf(others.flatMap(({ specialBp }) => specialBp ?? []));
  const signsOf = ({ signs, specialBp }: Lifetime): readonly (typeof EARLY_SIGNS)[number][] =>
    usualBp !== null && specialBp !== null && specialBp >= HIGH * usualBp ? ['high-rate', ...signs] : signs;
  const shown = own.filter(isThis).flatMap(signsOf);
  const signs = EARLY_SIGNS.filter((code) => shown.includes(code)).map((code) => ({
    code,
    kept: headlineOf(
      others.filter((one) => signsOf(one).includes(code)),
      HORIZON_DAYS,
    ),
  }));
  return { of: kept === ofShop ? 'shop' : 'all', kept, signs };
}

/** Whether earlier plans went bad, or such that showed the same sign. */
export function isWarning({ kept, signs }: EarlyWarning): boolean {
  return brokenOf(kept) > 0 || signs.some((sign) => brokenOf(sign.kept) > 0);
}

function isTold(headline: Headline): boolean {
  return brokenOf(headline) + headline.good > 0;
}

function medianOf(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? null;
}
