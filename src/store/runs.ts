/** From stored changes to runs: what a series said in consecutive snapshots of a stream. */
import type { Run, Source, Stream } from '../domain/ledger.ts';
import { indexOfTime } from '../domain/ledger.ts';
import { DamagedData } from './damage.ts';

/** What every stored change has. */
export interface ChangeRow {
  readonly stream_id: number;
  readonly at: number;
  readonly listed: number;
  readonly line: number | null;
}

export interface RunKind<R extends ChangeRow, V> {
  valueFrom(row: R): V;
  isSame(a: V, b: V): boolean;
  sourceFrom(row: R): Source;
}

/** Rows of one key, ordered by stream and time. Equal neighbours become one run, first read where the first was. */
export function toRuns<R extends ChangeRow, V>(
  rows: readonly R[],
  kind: RunKind<R, V>,
  streamOf: (streamId: number) => Stream,
): Run<V>[] {
  const runs: Run<V>[] = [];
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index];
    if (!row || row.listed === 0) continue;
    const stream = streamOf(row.stream_id);
    const next = rows[index + 1];
    const end = next?.stream_id === row.stream_id ? indexOfTime(stream.times, next.at) : stream.times.length;
    const first = captureIndex(stream.times, row.at);
    const value = kind.valueFrom(row);
    const before = runs.at(-1);
    if (before && before.stream === stream && before.last + 1 === first && kind.isSame(before.value, value)) {
      runs[runs.length - 1] = { ...before, last: end - 1 };
      continue;
    }
    runs.push({ stream, value, first, last: end - 1, source: kind.sourceFrom(row) });
  }
  return runs;
}

/** Index of a row's capture in the times of its stream. Throws `DamagedData` where it is none of them. */
export function captureIndex(times: readonly number[], at: number): number {
  const index = indexOfTime(times, at);
  if (times[index] !== at) throw unknownCapture();
  return index;
}

/** Whatever a stream says it said in one of its captures. */
export function unknownCapture(): DamagedData {
  return new DamagedData('a row is of a capture that is not there');
}
