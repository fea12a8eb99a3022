import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Change, Feed, Run } from '../../src/domain/runs.ts';
import { stepsOf } from '../../src/domain/steps.ts';
import { rateMoves } from '../../src/domain/unit-doubt.ts';

const NO_SOURCE = { file: '', locator: null, raw: null };

/** Up to four streams over few moments, so that they meet; in each, runs of few values or of none, and gaps. */
const runs = fc
  .array(
    fc.tuple(
      fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 }),
      fc.array(fc.constantFrom<number | null | 'absent'>(1, 2, 3, null, 'absent'), { minLength: 8, maxLength: 8 }),
    ),
    { minLength: 1, maxLength: 4 },
  )
  .map((streams) =>
    streams.flatMap(([times, said], id) =>
      runsOf(
        id,
        times.sort((a, b) => a - b),
        said,
      ),
    ),
  );

function runsOf(
  id: number,
  times: readonly number[],
  said: readonly (number | null | 'absent')[],
): Run<number | null>[] {
  const feed: Feed = { id, format: 'f', coverage: 'shop-plans', times, fileAt: () => '', isAccepted: () => false };
  const found: Run<number | null>[] = [];
  for (const index of times.keys()) {
    const value = said[index] ?? null;
    const open = found.at(-1);
    if (value === 'absent') continue;
    if (open?.last === index - 1 && open.value === value) found[found.length - 1] = { ...open, last: index };
    else found.push({ feed, value, first: index, last: index, source: NO_SOURCE });
  }
  return found;
}

/** As the words of the rule have it: each moment by itself, about which no source disagrees. */
function momentsOf(runs: readonly Run<number | null>[]): { readonly atMs: number; readonly value: number }[] {
  const moments: { atMs: number; value: number }[] = [];
  for (let atMs = 1; atMs <= 12; atMs++) {
    const values = new Set<number>();
    for (const { value, feed, first, last } of runs)
      if (value !== null && feed.times.slice(first, last + 1).includes(atMs)) values.add(value);
    const [value] = values;
    if (value !== undefined && values.size === 1) moments.push({ atMs, value });
  }
  return moments;
}

test('steps, and the last change, are those of the moments, one by one', () => {
  fc.assert(
    fc.property(runs, (all) => {
      const moments = momentsOf(all);
      const firsts = moments.filter(({ value }, i) => value !== moments[i - 1]?.value);
      const lasts = moments.filter(({ value }, i) => value !== moments[i + 1]?.value);
      const steps = stepsOf(all, (value) => value);
      expect(steps.map(({ value, firstSeenMs, lastSeenMs }) => [value, firstSeenMs, lastSeenMs])).toEqual(
        firsts.map(({ value, atMs }, i) => [value, atMs, lasts[i]?.atMs]),
      );
      const [before, now] = [lasts.at(-2), firsts.at(-1)];
      const change: Change<number> | null =
        before && now
          ? { from: before.value, to: now.value, lastSeenBeforeMs: before.atMs, firstSeenAfterMs: now.atMs }
          : null;
      expect(rateMoves(all).change).toEqual(change);
    }),
    { numRuns: 2000 },
  );
});
