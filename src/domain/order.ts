/** Orders of judgements. */
import type { Judgement } from './verdict.ts';

export const SORTS = ['verdict', 'gap', 'shop', 'age'] as const;
export type Sort = (typeof SORTS)[number];

const RANK: Readonly<Record<string, number>> = { exit: 0, review: 1, keep: 2 };

/** `verdict`: exits first, then review, keep and the rest; within each the worst gap first. Ties fall to the ids, so the order is stable. */
export function compareJudgements(sort: Sort): (a: Judgement, b: Judgement) => number {
  const rank = (j: Judgement) => RANK[j.verdict ?? ''] ?? 3;
  const gap = (j: Judgement) => j.gapBp ?? Number.MAX_SAFE_INTEGER;
  const text = (a: string | null, b: string | null) => ((a ?? '') < (b ?? '') ? -1 : (a ?? '') > (b ?? '') ? 1 : 0);
  const first: Record<Sort, (a: Judgement, b: Judgement) => number> = {
    verdict: (a, b) => rank(a) - rank(b) || gap(a) - gap(b),
    gap: (a, b) => gap(a) - gap(b),
    shop: (a, b) => text(a.shop.name, b.shop.name),
    age: (a, b) => (b.ageMs ?? -1) - (a.ageMs ?? -1),
  };
  return (a, b) =>
    first[sort](a, b) || text(a.account, b.account) || text(a.shop.id, b.shop.id) || text(a.plan.id, b.plan.id);
}
