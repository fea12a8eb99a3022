/**
 * Which rates of a merchant changed since a moment, where nothing but rates can have changed: what is left out can change
 * nothing of them, for whatever lists one of the two rates of a scope would list the other.
 */
import { groupBy } from '../domain/group-by.ts';
import { coversKind, GENERAL_PLAN_ID, isSilent, type PlanFacts } from '../domain/reading.ts';
import { indexOfTime } from '../domain/runs.ts';
import { plansOf } from './ledger-parts.ts';
import { accountPlanKey } from './merchants.ts';
import type { FactRow, MerchantRows } from './read-plans.ts';
import type { ByPlan, RateReader, RateRow } from './read-rates.ts';
import type { FeedReader, StoredFeed } from './runs.ts';

interface Parts {
  readonly feeds: FeedReader;
  readonly rates: RateReader;
  /** When the user left which plans. */
  exits(): ReadonlyMap<string, number>;
}

/** Gives of merchants all rows of the scopes that changed since; null where more than rates may have. */
export function openChangedReader({ feeds, rates, exits }: Parts) {
  const { feedOf, joinedTimesOf } = feeds;

  return (
    merchants: ReadonlyMap<number, MerchantRows>,
    sinceMs: number,
    account: string | null,
  ): ((merchant: MerchantRows) => ByPlan<RateRow> | null) => {
    const steady = [...merchants.values()].filter((merchant) => isSteady(merchant, sinceMs, account));
    const merchantOf = new Map(
      steady.flatMap((merchant) => plansOf(merchant).map((plan) => [plan, merchant] as const)),
    );
    const changed = groupBy(rates.changedScopes([...merchantOf.keys()], sinceMs), ([plan]) => merchantOf.get(plan));
    const asked = steady.flatMap((merchant) => {
      const scopes = new Set((changed.get(merchant) ?? []).map(([, scope]) => scope));
      return plansOf(merchant).flatMap((plan) => [...scopes].map((scope) => ({ plan, scope })));
    });
    const rows = rates.readPast(asked);
    const known = new Set(steady);
    return (merchant) => {
      const own = plansOf(merchant).flatMap((row): [number, readonly RateRow[]][] => {
        const ofPlan = rows.get(row);
        return ofPlan ? [[row, ofPlan]] : [];
      });
      // A row that says nothing of its rate does not speak for the other rate of its scope.
      const isComplete = known.has(merchant) && !own.some(([, ofPlan]) => ofPlan.some(isSilent));
      return isComplete ? new Map(own) : null;
    };
  };

  /** Whether one feed tells all rates of a merchant, and nothing was newly said of his plans. */
  function isSteady(merchant: MerchantRows, sinceMs: number, account: string | null): boolean {
    const feed = feedOfRates(merchant);
    if (!feed || (account !== null && account !== feed.account)) return false;
    return merchant.plans.every((plan) => {
      const [facts = []] = plan.facts;
      const isExited = plan.rows.some((row) => exits().has(accountPlanKey(row, feed.account)));
      return !isExited && isUnchanged(facts, feed.id, sinceMs) && standsInEach(facts, feed.account);
    });
  }

  /** The one feed that lists all plans of a merchant who has one number and neither events nor marketing plans; null: there is none. */
  function feedOfRates({ rows, plans, feedIds }: MerchantRows): StoredFeed | null {
    const told = feedIds.map(feedOf);
    const [feed, ...others] = told.filter(({ isRated }) => isRated);
    if (!feed || others.length > 0 || rows.length > 1 || told.some(({ account }) => account !== feed.account))
      return null;
    const listsAll = coversKind(feed.coverage, 'general') && coversKind(feed.coverage, 'special');
    const hasContext = plans.some(({ facts }) =>
      facts.some((all) => all.some((row) => row.facts.kind === 'event' || row.facts.kind === 'marketing')),
    );
    return listsAll && !hasContext && plans.some(({ planId }) => planId === GENERAL_PLAN_ID) ? feed : null;
  }

  /** Whether nothing is said of a membership, or it is in each of the joined lists from one on that had it. */
  function standsInEach(facts: readonly FactRow[], account: string): boolean {
    const joinedTimes = joinedTimesOf(account);
    if (joinedTimes.length === 0 || facts.every((row) => row.facts.status === null)) return true;
    return facts.some((row, index) => {
      const { coverage, times } = feedOf(row.feedId);
      if (coverage !== 'joined-plans' || row.listed === 0 || row.facts.status === null) return false;
      const isLast = facts[index + 1]?.feedId !== row.feedId;
      const since = (all: readonly number[]) => all.length - indexOfTime(all, row.at);
      // Its own times are among them.
      return isLast && since(times) === since(joinedTimes);
    });
  }
}

/**
 * Whether nothing was newly said of a plan since a moment, its feed listed it from before then on, and it never had
 * another name, state, status or lock: then it did not open, close or go missing, and its rates crossed at rows of theirs.
 */
function isUnchanged(rows: readonly FactRow[], feedId: number, sinceMs: number): boolean {
  let isListed = false;
  for (const row of rows) {
    if (row.at >= sinceMs) return false;
    if (row.feedId === feedId) isListed = row.listed === 1;
  }
  return isListed && (['name', 'state', 'status', 'locked'] as const).every((key) => isOne(rows, key));
}

/** Whether a fact never had two values. */
function isOne(rows: readonly FactRow[], key: keyof PlanFacts): boolean {
  const values = new Set(rows.flatMap(({ facts }) => facts[key] ?? []));
  return values.size <= 1;
}
