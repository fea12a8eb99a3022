/** Which stream a snapshot belongs to. The choice changes how much is stored, never what is answered. */
import type { Coverage, Reading } from '../domain/reading.ts';
import type { Db } from './open.ts';
import type { RateKey } from './rate-key.ts';
import { partsOf, scopeOf } from './rate-key.ts';
import { entriesOf, openRatePages, scopesOf } from './rate-pages.ts';

export interface StreamKey {
  readonly accountId: number;
  readonly format: string;
  readonly coverage: Coverage;
  readonly subject: string;
  /** Held back: in a stream of its own, which nothing is judged by. */
  readonly held: boolean;
}

/** A place in a stream, between the captures before and after it. */
export interface StreamPlace {
  readonly streamId: number;
  readonly previousAt: number | null;
  readonly nextAt: number | null;
}

const CANDIDATES = 8;
const SAMPLE = 50;

export interface Streams {
  /**
   * `sample`: readings of the snapshot, `keyOf`: what the rate of one is of, null where the ledger cannot tell. `taken`:
   * streams that other snapshots of the same file are being written to.
   */
  place(
    key: StreamKey,
    atMs: number,
    sample: readonly Reading[],
    keyOf: (reading: Reading) => RateKey | null,
    taken: ReadonlySet<number>,
  ): StreamPlace;
  /** The place after the newest snapshot of a stream; null when this one is older, or of another kind. */
  continueAt(
    key: StreamKey,
    atMs: number,
    newest: { readonly streamId: number; readonly at: number },
  ): StreamPlace | null;
}

export function openStreams(db: Db): Streams {
  const pages = openRatePages(db);
  const statements = {
    candidates: db
      .prepare(
        `SELECT id FROM stream WHERE account_id = ? AND subject = ? AND format = ? AND coverage = ? AND held = 0
           AND NOT EXISTS (SELECT 1 FROM snapshot WHERE stream_id = stream.id AND captured_at = ?)
         ORDER BY id DESC LIMIT ${CANDIDATES}`,
      )
      .pluck(),
    isOfKind: db
      .prepare(
        'SELECT 1 FROM stream WHERE id = @streamId AND account_id = @accountId AND subject = @subject AND format = @format AND coverage = @coverage AND held = @held',
      )
      .pluck(),
    add: db.prepare('INSERT INTO stream (account_id, format, coverage, subject, held) VALUES (?, ?, ?, ?, ?)'),
    before: db.prepare('SELECT max(captured_at) FROM snapshot WHERE stream_id = ? AND captured_at < ?').pluck(),
    after: db.prepare('SELECT min(captured_at) FROM snapshot WHERE stream_id = ? AND captured_at > ?').pluck(),
  };

  /** Of streams about many things, the one that has at least half of a sample of the snapshot's rates. */
  function mostAlike(
    ids: readonly number[],
    sample: readonly Reading[],
    keyOf: (reading: Reading) => RateKey | null,
  ): number | undefined {
    if (ids.length === 0) return undefined;
    const step = Math.max(1, Math.floor(sample.length / SAMPLE));
    const keys = sample.filter((reading, i) => i % step === 0 && reading.rate !== null).map(keyOf);
    const scopes = new Map<string, Set<number>>();
    const holds = (streamId: number, key: RateKey) => {
      const { planId } = partsOf(key);
      const place = `${planId}/${streamId}`;
      const known = scopes.get(place) ?? scopesOf(entriesOf(pages.ofStream(planId, streamId)));
      scopes.set(place, known);
      return known.has(scopeOf(key));
    };
    const hits = (id: number) => keys.filter((key) => key !== null && holds(id, key)).length;
    return ids.find((id) => keys.length > 0 && hits(id) * 2 >= keys.length);
  }

  const addStream = ({ accountId, format, coverage, subject, held }: StreamKey) => ({
    streamId: Number(statements.add.run(accountId, format, coverage, subject, Number(held)).lastInsertRowid),
    previousAt: null,
    nextAt: null,
  });

  return {
    continueAt(key, at, newest) {
      const isOfKind = statements.isOfKind.get({ ...key, held: Number(key.held), streamId: newest.streamId }) === 1;
      return isOfKind && newest.at < at ? { streamId: newest.streamId, previousAt: newest.at, nextAt: null } : null;
    },
    place(key, at, sample, keyOf, taken) {
      if (key.held) return addStream(key);
      const { accountId, subject, format, coverage } = key;
      const found = statements.candidates.all(accountId, subject, format, coverage, at) as number[];
      const ids = found.filter((id) => !taken.has(id));
      const aboutOne = key.subject !== '' || key.coverage === 'joined-plans';
      const streamId = aboutOne ? ids[0] : mostAlike(ids, sample, keyOf);
      if (streamId === undefined) return addStream(key);
      return {
        streamId,
        previousAt: statements.before.get(streamId, at) as number | null,
        nextAt: statements.after.get(streamId, at) as number | null,
      };
    },
  };
}
