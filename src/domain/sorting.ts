/** Orders of judgements and of merchants. */
import { compareText } from './compare-text.ts';
import { GRADES } from './grade.ts';
import { shopKey } from './ledger.ts';
import type { MerchantRecord } from './merchant.ts';
import { VERDICTS } from './question.ts';
import { isToldAlways, type Judgement } from './verdict.ts';

export const SORTS = ['verdict', 'gap', 'loss', 'shop', 'age'] as const;
export type Sort = (typeof SORTS)[number];

/**
 * `verdict`: exits first, then review, closed, keep and the rest, of which what is told always comes after review; within each
 * the worst gap first. Ties fall to the ids, so the order is stable.
 */
export function compareJudgements(sort: Sort, nowMs: number): (a: Judgement, b: Judgement) => number {
  const gap = (j: Judgement) => j.gapBp ?? Number.MAX_SAFE_INTEGER;
  const first: Record<Sort, (a: Judgement, b: Judgement) => number> = {
    verdict: (a, b) => rankOf(a, nowMs) - rankOf(b, nowMs) || gap(a) - gap(b),
    gap: (a, b) => gap(a) - gap(b),
    // What costs most a day comes first, what is not known last.
    loss: (a, b) => costOf(b) - costOf(a) || rankOf(a, nowMs) - rankOf(b, nowMs) || gap(a) - gap(b),
    shop: (a, b) => compareText(a.shop.name, b.shop.name),
    age: (a, b) => (b.ageMs ?? -1) - (a.ageMs ?? -1),
  };
  const compareFirst = first[sort];
  return (a, b) =>
    compareFirst(a, b) ||
    compareText(a.account, b.account) ||
    compareText(shopKey(a.shop), shopKey(b.shop)) ||
    compareText(a.plan.id, b.plan.id);
}

function costOf({ atRisk }: Judgement): number {
  return atRisk?.fenPerDay ?? Number.NEGATIVE_INFINITY;
}

function rankOf(judged: Judgement, nowMs: number): number {
  const { verdict, standing } = judged;
  const isNews = verdict === null && standing !== 'superseded' && isToldAlways(judged, nowMs);
  return isNews ? VERDICTS.indexOf('review') + 0.5 : ([...VERDICTS, null] as const).indexOf(verdict);
}

export const SHOP_SORTS = ['grade', 'cuts', 'name'] as const;
export type ShopSort = (typeof SHOP_SORTS)[number];

/** `grade`: the least trusted first, within a grade the surest first; `cuts`: most cuts first. Ties fall to name and id. */
export function compareMerchants(sort: ShopSort): (a: MerchantRecord, b: MerchantRecord) => number {
  const first: Record<ShopSort, (a: MerchantRecord, b: MerchantRecord) => number> = {
    grade: (a, b) =>
      GRADES.indexOf(b.grade) - GRADES.indexOf(a.grade) ||
      b.lowerPermille - a.lowerPermille ||
      b.upperPermille - a.upperPermille,
    cuts: (a, b) => b.cuts - a.cuts || b.crossedBelow - a.crossedBelow,
    name: () => 0,
  };
  return (a, b) =>
    first[sort](a, b) || compareText(a.shop.name, b.shop.name) || compareText(shopKey(a.shop), shopKey(b.shop));
}
