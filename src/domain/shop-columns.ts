/** Judges a shop by the columns of its rates, where these tell all. */
import type { ShopLedger } from './ledger.ts';
import { policyFor } from './policy.ts';
import { stateOf } from './state.ts';
import type { Tally } from './tally.ts';
import type { IdOf, RateColumns } from './tally-columns.ts';
import { tallyColumns } from './tally-columns.ts';
import type { Judgement, Question, Tallied } from './verdict.ts';
import { judgeState } from './verdict.ts';

/** What is known of a shop in whose one stream of exports the rates of all its plans stand. */
export interface ShopColumns {
  /** Special plans, or those of them that were ever joined, without their rates. */
  readonly ledger: ShopLedger;
  /** By plan id. */
  readonly specials: ReadonlyMap<string, RateColumns>;
  readonly general: RateColumns;
  /** The newest capture of the stream. */
  readonly seenMs: number;
  /** When any plan last listed an item whose rates vanished from a special plan and from the general one together. */
  readonly lastListed: ReadonlyMap<number, number>;
}

/**
 * As `judgeShop`, but without comparisons and at a fraction of the cost; null where only the ledger itself can tell.
 * Without `idOf` there is no last change, and some reasons are not there, or arguments of theirs.
 */
export function judgeColumns(columns: ShopColumns, question: Question, idOf: IdOf | null): Judgement[] | null {
  const tallied = tallyShop(columns, question, idOf);
  return tallied && judgeState(stateOf(columns.ledger), question, tallied);
}

/** Tallies of the special plans; null where only the ledger itself can tell. */
export function tallyShop(
  { ledger, specials, general, seenMs, lastListed }: ShopColumns,
  { policy, nowMs }: Question,
  idOf: IdOf | null,
): Tallied | null {
  const tallies = new Map<string, Tally>();
  for (const [planId, special] of specials) {
    const own = policyFor(policy, ledger.shop, planId);
    if (nowMs - seenMs > own.maxAgeMs) return null;
    const tally = tallyColumns(special, general, { seenMs, lastListed, nowMs, policy: own, idOf });
    if (!tally) return null;
    tallies.set(planId, tally);
  }
  return (plan) => tallies.get(plan.id);
}
