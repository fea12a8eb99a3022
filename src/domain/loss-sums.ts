/** What lines come to for each plan and in all (orders.md §3.5, §3.6). A sum is one of rounded lines; each line is in one bucket. */
import { compareText } from './compare-text.ts';
import { type ShopRef, shopKey } from './ledger.ts';
import { learn, noLessons, type PlanLessons, type RateMoments } from './lessons.ts';
import { BUCKETS, type Bucket, type LossLine } from './loss-line.ts';
import type { PlanRef } from './membership-at.ts';

/** Loss positive, gain negative; null: no line has a figure, where lines of this kind may have none. */
export interface LossSum {
  lines: number;
  amountFen: number;
  lowFen: number | null;
  highFen: number | null;
}

type BucketSums = Readonly<Record<Bucket, LossSum>>;

/** Of a proven loss: no export had said exit at the click; the newest said it; an older one did, and the newest did not. */
const SUM_OF = {
  'before-known': 'beforeKnown',
  'after-verdict': 'afterVerdict',
  'verdict-lifted': 'verdictLifted',
} as const;
type LossMoment = keyof typeof SUM_OF;

/** A line with when its loss came, and whether tkguard had said exit before the click. */
export interface TimedLine {
  readonly line: LossLine;
  readonly moment: LossMoment | null;
  readonly isTold: boolean;
}

export interface PlanLoss {
  readonly account: string;
  readonly shop: ShopRef;
  readonly plan: PlanRef;
  readonly buckets: BucketSums;
  readonly beforeKnown: LossSum;
  readonly afterVerdict: LossSum;
  readonly verdictLifted: LossSum;
  /** Of what came after the verdict: it was said before the click. */
  readonly told: LossSum;
  /** Lines after the exit that were paid at the plan's rate all the same. */
  readonly notEffective: LossSum;
  readonly lessons: PlanLessons;
}

/** Buckets of lines that mostly have no figure: nothing in them is not 0. */
const WITHOUT_FIGURE: readonly Bucket[] = ['other-plan', 'unknown', 'unknown-shop', 'not-comparable', 'void'];

function emptySum(hasFigure: boolean): LossSum {
  return { lines: 0, amountFen: 0, lowFen: hasFigure ? 0 : null, highFen: hasFigure ? 0 : null };
}

function emptySums(): BucketSums {
  const sums: Partial<Record<Bucket, LossSum>> = {};
  for (const bucket of BUCKETS) sums[bucket] = emptySum(!WITHOUT_FIGURE.includes(bucket));
  return sums as BucketSums;
}

function add(sum: LossSum, { amountFen, lowFen, highFen }: LossLine): void {
  if (lowFen !== null && highFen !== null) {
    sum.lowFen = (sum.lowFen ?? 0) + lowFen;
    sum.highFen = (sum.highFen ?? 0) + highFen;
  } else if (sum.lines === 0) {
    [sum.lowFen, sum.highFen] = [null, null];
  }
  sum.lines += 1;
  sum.amountFen += amountFen;
}

/** Adds up lines one by one, in any order. Lines of one shop name it by one object. */
export class LossSums {
  readonly summary = emptySums();
  readonly beforeKnown = emptySum(true);
  readonly afterVerdict = emptySum(true);
  readonly verdictLifted = emptySum(true);
  readonly told = emptySum(true);
  readonly rateMoments: RateMoments = { click: 0, payment: 0 };
  readonly #plans = new Map<ShopRef, PlanLoss[]>();

  add({ line, moment, isTold }: TimedLine): void {
    const own = this.#planOf(line);
    add(this.summary[line.bucket], line);
    if (own) add(own.buckets[line.bucket], line);
    if (own && line.notes.includes('exit-not-effective')) add(own.notEffective, line);
    if (moment) {
      const key = SUM_OF[moment];
      add(this[key], line);
      if (own) add(own[key], line);
    }
    if (isTold) {
      add(this.told, line);
      if (own) add(own.told, line);
    }
    learn(line, this.rateMoments, own?.lessons ?? null);
  }

  #planOf({ account, shop, plan }: LossLine): PlanLoss | null {
    if (!shop || !plan) return null;
    const ofShop = this.#plans.get(shop) ?? [];
    const known = ofShop.find((one) => one.plan.id === plan.id && one.account === account);
    if (known) return known;
    const made = {
      account,
      shop,
      plan,
      buckets: emptySums(),
      lessons: noLessons(),
      beforeKnown: emptySum(true),
      afterVerdict: emptySum(true),
      verdictLifted: emptySum(true),
      told: emptySum(true),
      notEffective: emptySum(true),
    };
    this.#plans.set(shop, [...ofShop, made]);
    return made;
  }

  /** The greatest loss first; what is proven counts before what is not. */
  plans(): PlanLoss[] {
    const weigh = ({ buckets }: PlanLoss) => [
      buckets.proven.highFen ?? 0,
      buckets.pending.highFen ?? 0,
      buckets.estimated.highFen ?? 0,
    ];
    const all = [...this.#plans.values()].flat();
    return all.sort((a, b) => {
      const [own, other] = [weigh(a), weigh(b)];
      const differing = own.findIndex((fen, i) => fen !== other[i]);
      if (differing >= 0) return (other[differing] ?? 0) - (own[differing] ?? 0);
      return (
        compareText(a.account, b.account) ||
        compareText(shopKey(a.shop), shopKey(b.shop)) ||
        compareText(a.plan.id, b.plan.id)
      );
    });
  }
}

/** Gains less losses of what is proven; lowest first. */
export function resultOf({ proven, gain }: BucketSums): readonly [lowFen: number, highFen: number] {
  const [low, high] = [(proven.lowFen ?? 0) + (gain.lowFen ?? 0), (proven.highFen ?? 0) + (gain.highFen ?? 0)];
  return [0 - high, 0 - low];
}
