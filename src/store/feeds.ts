/** Which feed a snapshot belongs to. The choice changes how much is stored, never what is answered. */
import type { Coverage } from '../domain/reading.ts';
import type { Db } from './open.ts';

export interface FeedKey {
  readonly accountId: number;
  readonly format: string;
  readonly coverage: Coverage;
  readonly subject: string;
  /** Held: in a feed of its own, which nothing is judged by. */
  readonly held: boolean;
}

/** A place in a feed, between the captures before and after it. */
export interface FeedPlace {
  readonly feedId: number;
  readonly previousAt: number | null;
  readonly nextAt: number | null;
}

/** What a rate is of. */
export interface RateKey {
  readonly planId: number;
  readonly itemId: number;
}

/** SQL: that a format is a table of the user's own or read by a mapping. Its ids and times are what he wrote. */
export function isTyped(format: string): string {
  return `(${format} GLOB 'tkguard-*' OR ${format} GLOB 'map:*')`;
}

/** SQL: that a format is of orders or refunds, which say nothing of plans. */
export function isOfOrders(format: string): string {
  return `(${format} GLOB '*-orders' OR ${format} GLOB '*-refunds')`;
}

export const ADD_FEED = 'INSERT INTO feed (account_id, format, coverage, subject, held) VALUES (?, ?, ?, ?, ?)';
export const ADD_SNAPSHOT =
  'INSERT INTO snapshot (feed_id, captured_at, captured_from, file_id, rows) VALUES (?, ?, ?, ?, ?)';

const CANDIDATES = 8;

/**
 * Gives the place of a snapshot. `taken`: feeds that other snapshots of the same file are being written to. `sample`: what
 * some of the snapshot's rates are of.
 */
export function openPlaces(
  db: Db,
): (key: FeedKey, atMs: number, taken: ReadonlySet<number>, sample: () => readonly RateKey[]) => FeedPlace {
  const candidates = db
    .prepare(
      `SELECT id FROM feed WHERE account_id = ? AND subject = ? AND format = ? AND coverage = ? AND held = 0
         AND NOT EXISTS (SELECT 1 FROM snapshot WHERE feed_id = feed.id AND captured_at = ?)
       ORDER BY id DESC LIMIT ${CANDIDATES}`,
    )
    .pluck();
  const add = db.prepare(ADD_FEED);
  const before = db.prepare('SELECT max(captured_at) FROM snapshot WHERE feed_id = ? AND captured_at < ?').pluck();
  const after = db.prepare('SELECT min(captured_at) FROM snapshot WHERE feed_id = ? AND captured_at > ?').pluck();
  const has = db.prepare('SELECT 1 FROM rate WHERE plan_id = ? AND item_id = ? AND feed_id = ?').pluck();

  /** Of feeds about many things, the one that has at least half of a sample of the snapshot's rates. */
  function mostSimilar(ids: readonly number[], sample: () => readonly RateKey[]): number | undefined {
    if (ids.length === 0) return undefined;
    const keys = sample();
    const hits = (id: number) => keys.filter(({ planId, itemId }) => has.get(planId, itemId, id) === 1).length;
    return ids.find((id) => keys.length > 0 && hits(id) * 2 >= keys.length);
  }

  return ({ accountId, format, coverage, subject, held }, at, taken, sample) => {
    const found = held ? [] : (candidates.all(accountId, subject, format, coverage, at) as number[]);
    const ids = found.filter((id) => !taken.has(id));
    const isAboutOne = subject !== '' || coverage === 'joined-plans' || coverage === 'orders';
    const feedId = isAboutOne ? ids[0] : mostSimilar(ids, sample);
    if (feedId === undefined) {
      const made = add.run(accountId, format, coverage, subject, Number(held));
      return { feedId: Number(made.lastInsertRowid), previousAt: null, nextAt: null };
    }
    return {
      feedId,
      previousAt: before.get(feedId, at) as number | null,
      nextAt: after.get(feedId, at) as number | null,
    };
  };
}
