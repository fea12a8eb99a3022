/** Feeds as the domain sees them, up to a moment, and what each said of one thing in consecutive snapshots. */
import { groupBy } from '../domain/group-by.ts';
import { lazyByKey } from '../domain/lazy.ts';
import { COVERAGES, type Coverage } from '../domain/reading.ts';
import { type Feed, indexOfTime, type Run, type Source } from '../domain/runs.ts';
import { DamagedData } from './connect.ts';
import type { Db } from './open.ts';

export interface StoredFeed extends Feed {
  readonly account: string;
  /** It has rates, not memberships alone. */
  readonly isRated: boolean;
}

export interface FeedReader {
  feedOf(id: number): StoredFeed;
  /** Times of the complete joined lists of an account, ascending. */
  joinedTimesOf(account: string): readonly number[];
  /** Nothing of these is seen: they are held. */
  readonly held: ReadonlySet<number>;
}

/** Feeds with their captures until `untilMs`. Throws `DamagedData` for a feed that is not there. */
export function openFeedReader(db: Db, untilMs: number): FeedReader {
  const held = db.prepare('SELECT id FROM feed WHERE held = 1').pluck().all();
  const feed = db.prepare(
    'SELECT f.id, a.name AS account, f.format, f.coverage, f.rated FROM feed f JOIN account a ON a.id = f.account_id WHERE f.id = ?',
  );
  const times = db
    .prepare('SELECT captured_at FROM snapshot WHERE feed_id = ? AND captured_at <= ? ORDER BY captured_at')
    .pluck();
  const file = db
    .prepare('SELECT name FROM snapshot JOIN file ON file.id = file_id WHERE feed_id = ? AND captured_at = ?')
    .pluck();
  // Reports ask when the database is closed.
  const accepted = groupBy(
    db
      .prepare(
        'SELECT feed_id, captured_at FROM file f JOIN snapshot n ON n.file_id = f.id WHERE f.accepted_at IS NOT NULL',
      )
      .raw()
      .all() as [feedId: number, capturedMs: number][],
    ([feedId]) => feedId,
  );
  const joined = db
    .prepare(
      `SELECT DISTINCT captured_at FROM capture
       WHERE coverage = 'joined-plans' AND held = 0 AND account = ? AND captured_at <= ? ORDER BY captured_at`,
    )
    .pluck();

  function read(id: number): StoredFeed {
    interface Row extends Pick<StoredFeed, 'account' | 'format'> {
      readonly coverage: Coverage;
      readonly rated: number;
    }
    const row = feed.get(id) as Row | undefined;
    // The schema does not hold these words to the list.
    if (!row || !COVERAGES.includes(row.coverage))
      throw new DamagedData(`feed ${id} is not there, or of no known coverage`);
    const fileAt = lazyByKey((ms: number) => (file.get(id, ms) as string | undefined) ?? '');
    const { rated, ...known } = row;
    const isAccepted = (ms: number) => accepted.get(id)?.some(([, capturedMs]) => capturedMs === ms) ?? false;
    return { id, ...known, isRated: rated === 1, times: times.all(id, untilMs) as number[], fileAt, isAccepted };
  }

  return {
    held: new Set(held as number[]),
    feedOf: lazyByKey(read),
    joinedTimesOf: lazyByKey((account) => joined.all(account, untilMs) as number[]),
  };
}

/** What every stored change has. */
export interface FeedRow {
  readonly feedId: number;
  readonly at: number;
  /** 1, or 0. */
  readonly listed: number;
  readonly line: number | null;
}

/** What a row says; rows that say nothing of it give undefined. */
export interface RunKind<R extends FeedRow, V> {
  valueOf(row: R): V | undefined;
  isSame(a: V, b: V): boolean;
  /** The cell, where one is kept. */
  rawOf(row: R): string | null;
}

/** Rows of one key, ordered by feed and time. Equal neighbours become one run, first read where the first was. */
export function toRuns<R extends FeedRow, V>(
  rows: readonly R[],
  kind: RunKind<R, V>,
  feedOf: (feedId: number) => Feed,
): Run<V>[] {
  const runs: Run<V>[] = [];
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index];
    const value = row?.listed === 1 ? kind.valueOf(row) : undefined;
    if (!row || value === undefined) continue;
    const feed = feedOf(row.feedId);
    const next = rows[index + 1];
    const end = next?.feedId === row.feedId ? indexOfTime(feed.times, next.at) : feed.times.length;
    const first = captureIndex(feed.times, row.at);
    const before = runs.at(-1);
    if (before && before.feed === feed && before.last + 1 === first && kind.isSame(before.value, value)) {
      runs[runs.length - 1] = { ...before, last: end - 1 };
      continue;
    }
    const source: Source = { file: feed.fileAt(row.at), locator: row.line, raw: kind.rawOf(row) };
    runs.push({ feed, value, first, last: end - 1, source });
  }
  return runs;
}

/** Index of a row's capture in the times of its feed. Throws `DamagedData` where it is none of them. */
function captureIndex(times: readonly number[], at: number): number {
  const index = indexOfTime(times, at);
  if (times[index] !== at) throw new DamagedData('a row is of a capture that is not there');
  return index;
}
