/** Records of joining: a list of joined plans has one for every time that a plan was joined (formats.md §4). */
import type { Reading } from '../../domain/reading.ts';
import { parseTime } from '../../domain/time.ts';
import type { ReadContext } from '../format.ts';

/**
 * Who left a plan and joined it again has two records of it; the one joined last counts. Records that cannot be put in
 * order and say different things are a problem: choosing one would be a guess. `statusOf`: the status as the file has it.
 */
export function latestOfEachPlan(
  readings: readonly Reading[],
  statusOf: (reading: Reading) => string,
  context: ReadContext,
): Reading[] {
  const plans = new Map<string, Reading[]>();
  for (const reading of readings) {
    const key = `${reading.shop.sellerId ?? reading.shop.keeperId} ${reading.planId}`;
    const records = plans.get(key);
    if (records) records.push(reading);
    else plans.set(key, [reading]);
  }
  return [...plans.values()].flatMap((records) => {
    const lastMs = records.map(joinedMs).reduce((last, ms) => (ms > last ? ms : last), Number.NEGATIVE_INFINITY);
    const [first, ...others] = records.filter((record) => !(joinedMs(record) < lastMs));
    const rivals = others.filter((other) => JSON.stringify(other.facts) !== JSON.stringify(first?.facts));
    if (!first || rivals.length === 0) return first ? [first] : [];
    for (const rival of rivals) {
      const problem = { locator: rival.locator, field: 'status', found: statusOf(rival), expected: statusOf(first) };
      context.findings.problems.push({ code: 'disagrees', ...problem });
    }
    return [];
  });
}

function joinedMs(reading: Reading): number {
  return parseTime(reading.facts.joinedAt ?? '')?.ms ?? Number.NaN;
}
