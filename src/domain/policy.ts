/** What the user decides about verdicts (design.md §4.5). */
export interface Policy {
  /** The special rate must exceed the general one by at least this many basis points to be kept; 0: equal is kept. */
  readonly minGainBp: number;
  /** Data older than this is not judged. Milliseconds. */
  readonly maxAgeMs: number;
  /** A vanished plan counts as gone when this many captures that would list it did not. */
  readonly confirmMissing: number;
}

const DAY_MS = 86_400_000;

export const DEFAULT_POLICY: Policy = { minGainBp: 0, maxAgeMs: 3 * DAY_MS, confirmMissing: 2 };

/** A plan that ends within this time is named with `ends-soon`. */
export const ENDS_SOON_MS = 7 * DAY_MS;

/** The alliance purges dead joined records after 30 days (formats.md §4, R9): after that a vanished record says nothing. */
export const PURGE_MS = 30 * DAY_MS;
