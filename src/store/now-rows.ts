/** Rows of `rate` in columns: those of a plan stand together, in the order of scopes and feeds. */
export class NowRows {
  readonly plans: number[] = [];
  readonly scopes: number[] = [];
  readonly feeds: number[] = [];
  /** Since which capture it is listed no longer; 0: it is listed. */
  readonly unlistedAt: number[] = [];
  readonly isIncome: boolean[] = [];
  readonly isZero: boolean[] = [];
  /** Nothing is said of the rate: what was known of it is not in these columns. */
  readonly isSilent: boolean[] = [];
  readonly bps: (number | null)[] = [];
  /** The last other known rate, the capture that no longer had it, and since when it is this one. */
  readonly wasBps: (number | null)[] = [];
  readonly wasTo: (number | null)[] = [];
  readonly changedAt: (number | null)[] = [];
  /** It once moved to a hundredth or a hundredfold. */
  readonly hasLeapt: boolean[] = [];
  readonly #ranges = new Map<number, RowRange>();

  get length(): number {
    return this.plans.length;
  }

  /** The rows of a plan. */
  rangeOf(plan: number): RowRange {
    return this.#ranges.get(plan) ?? NO_RANGE;
  }

  /** To call when rows were added. */
  note(firstAdded: number): void {
    for (let from = firstAdded; from < this.length; ) {
      const plan = this.plans[from] as number;
      let to = from + 1;
      while (to < this.length && this.plans[to] === plan) to += 1;
      this.#ranges.set(plan, { from, to });
      from = to;
    }
  }
}

/** Rows from `from` to before `to`. */
interface RowRange {
  readonly from: number;
  readonly to: number;
}

const NO_RANGE: RowRange = { from: 0, to: 0 };
