/**
 * The grade of a merchant, from two numbers: b bad plans of n watched ones. The true share of bad plans lies, with 95 %
 * confidence on each side, between the bounds of the Wilson score interval (E. B. Wilson, 1927, JASA 22:209–212):
 *   (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n),  p = b/n, z = 1.645
 * The grade looks at the lower bound, so that one bad plan does not damn a shop.
 */

const Z = 1.645;

/** A plan closed within this many days of joining counts as bad. */
export const SOON_CLOSED_DAYS = 30;

/** In order of trust. `unproven`: too little is known for any other word. */
export const GRADES = ['good', 'fair', 'unproven', 'risky', 'avoid'] as const;
export type Grade = (typeof GRADES)[number];

const AVOID_LOWER = 0.5;
const RISKY_LOWER = 0.3;
const GOOD_UPPER = 0.33;
/** With fewer plans, a bad one proves nothing yet. */
const FAIR_PLANS = 3;

/** What a reader needs to recompute a grade. */
export const GRADE_FORMULA = [
  `bad plan: cut below the general rate, or closed within ${SOON_CLOSED_DAYS} days of joining other than by running to its announced end`,
  'b: bad plans of n watched special plans, watched being seen in two captures at least',
  `lower, upper: bounds of the Wilson score interval, (p + z^2/2n -+ z*sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n), p = b/n, z = ${Z}; 0 and 1 for n = 0`,
  `grade: avoid if lower >= ${AVOID_LOWER}, else risky if lower >= ${RISKY_LOWER}, else good if b = 0 and upper < ${GOOD_UPPER}, else fair if b > 0 and n >= ${FAIR_PLANS}, else unproven`,
].join('; ');

/** `avoid`: surely half or more are bad; `risky`: surely three in ten; `good`: none bad, and surely under one in three; `fair`: some. */
export function gradeOf(bad: number, watched: number): Grade {
  const { lower, upper } = wilson(bad, watched);
  if (lower >= AVOID_LOWER) return 'avoid';
  if (lower >= RISKY_LOWER) return 'risky';
  if (bad === 0) return upper < GOOD_UPPER ? 'good' : 'unproven';
  return watched < FAIR_PLANS ? 'unproven' : 'fair';
}

/** The Wilson score interval of b out of n; from 0 to 1 where nothing was watched. */
export function wilson(b: number, n: number, z = Z): { readonly lower: number; readonly upper: number } {
  if (n === 0) return { lower: 0, upper: 1 };
  const p = b / n;
  const centre = p + z ** 2 / (2 * n);
  const spread = z * Math.sqrt((p * (1 - p)) / n + z ** 2 / (4 * n ** 2));
  const scale = 1 + z ** 2 / n;
  return { lower: Math.max(0, (centre - spread) / scale), upper: Math.min(1, (centre + spread) / scale) };
}
