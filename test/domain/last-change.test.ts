import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lastChange } from '../../src/domain/last-change.ts';
import type { Change, Feed, Run } from '../../src/domain/runs.ts';

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

/** As the words of the rule have it: each moment by itself, newest first. */
function changeByMoments(runs: readonly Run<number | null>[]): Change<number> | null {
  const moments: { atMs: number; value: number }[] = [];
  for (let atMs = 12; atMs >= 1; atMs--) {
    const values = new Set<number>();
    for (const { value, feed, first, last } of runs)
      if (value !== null && feed.times.slice(first, last + 1).includes(atMs)) values.add(value);
    const [value] = values;
    if (value !== undefined && values.size === 1) moments.push({ atMs, value });
  }
  const index = moments.findIndex(({ value }) => value !== moments[0]?.value);
  const [before, after, now] = [moments[index], moments[index - 1], moments[0]];
  if (!before || !after || !now) return null;
  return { from: before.value, to: now.value, lastSeenBeforeMs: before.atMs, firstSeenAfterMs: after.atMs };
}

test('the last change is that of the moments, one by one, about which no source disagrees', () => {
  fc.assert(
    fc.property(runs, (all) => {
      expect(lastChange(all, (value) => value)).toEqual(changeByMoments(all));
    }),
    { numRuns: 2000 },
  );
});
