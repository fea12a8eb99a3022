/** What is to be sent, by whom, and what became of it. Each function is one short transaction. */
import { millisecondsInDay, millisecondsInHour, millisecondsInMinute } from 'date-fns/constants';
import type { AlertEvent, AlertFacts, AlertKind } from '../domain/alert.ts';
import type { Db } from './open.ts';

export interface Due {
  readonly id: number;
  readonly key: string;
  readonly event: AlertEvent;
  readonly alert: number;
  readonly kind: AlertKind;
  readonly openedMs: number;
  readonly facts: AlertFacts;
}

/** Longer than any channel may take for its parts. */
const LEASE_MS = 2 * millisecondsInMinute;
/** After a refusal nothing changes until the user mends something. */
const REFUSED_MS = 6 * millisecondsInHour;
const BACK_OFF_MS = [1, 5, 15, 60, 180, 360].map((minutes) => minutes * millisecondsInMinute);
/** So long, and so often, it is tried. */
const DEAD_AFTER_MS = 3 * millisecondsInDay;
const FEWEST_ATTEMPTS = 3;

/** No pause is longer: where it is, the clock was wrong. */
const IS_WAITING = `hold_until BETWEEN @nowMs + 1 AND @nowMs + ${2 * millisecondsInDay}`;
const IS_FREE = 'd.lease_until IS NULL OR d.lease_until NOT BETWEEN @nowMs AND @leaseMs';

/** What would be sent on a channel now. Nothing while it waits. */
export function readDue(db: Db, channel: string, nowMs: number): Due[] {
  const of = { channel, nowMs, leaseMs: nowMs + LEASE_MS };
  if (db.prepare(`SELECT 1 FROM channel WHERE name = @channel AND ${IS_WAITING}`).get(of)) return [];
  const rows = db
    .prepare(
      `SELECT d.id, d.key, d.event, a.id AS alert, a.kind, a.opened_at AS openedMs, a.facts
       FROM delivery d JOIN alert a ON a.id = d.alert_id
       WHERE d.channel = @channel AND d.state = 'due' AND d.not_before <= @nowMs AND a.muted = 0 AND (${IS_FREE})
         AND (a.closed_at IS NULL OR d.event IN ('resolved', 'withdrawn')) ORDER BY d.id`,
    )
    .all(of) as (Omit<Due, 'facts'> & { readonly facts: string })[];
  return rows.map(({ facts, ...row }) => ({ ...row, facts: JSON.parse(facts) }));
}

/** Takes it, so that nobody else sends it. */
export function claimDue(db: Db, channel: string, nowMs: number): Due[] {
  const claim = db.transaction(() => {
    // It was being sent when its alert ended, and did not arrive.
    db.prepare(
      `UPDATE delivery AS d SET state = 'void', done_at = @nowMs, lease_until = NULL
       WHERE channel = @channel AND state = 'due' AND event IN ('opened', 'worse') AND (${IS_FREE})
         AND EXISTS (SELECT 1 FROM alert a WHERE a.id = d.alert_id AND a.closed_at IS NOT NULL)`,
    ).run({ channel, nowMs, leaseMs: nowMs + LEASE_MS });
    const due = readDue(db, channel, nowMs);
    const ids = due.map(({ id }) => id);
    setLease(db, ids, nowMs + LEASE_MS);
    return due;
  });
  return claim.immediate();
}

function setLease(db: Db, ids: readonly number[], leaseMs: number | null): void {
  db.prepare('UPDATE delivery SET lease_until = ? WHERE id IN (SELECT value FROM json_each(?))').run(
    leaseMs,
    JSON.stringify(ids),
  );
}

/** Gives back what was not tried. */
export function releaseDue(db: Db, ids: readonly number[]): void {
  setLease(db, ids, null);
}

/** What a channel took: it need not wait any more. */
export function noteSent(db: Db, channel: string, ids: readonly number[], answer: string, nowMs: number): void {
  const note = db.transaction(() => {
    db.prepare(
      `UPDATE delivery SET state = 'sent', done_at = @nowMs, lease_until = NULL, attempts = attempts + 1, answer = @answer
       WHERE id IN (SELECT value FROM json_each(@ids))`,
    ).run({ nowMs, answer, ids: JSON.stringify(ids) });
    noteWell(db, channel, nowMs);
  });
  note.immediate();
}

/** A channel that was mended need not wait any more. */
export function noteWell(db: Db, channel: string, nowMs: number): void {
  db.prepare('INSERT OR REPLACE INTO channel (name, ok_at) VALUES (?, ?)').run(channel, nowMs);
}

export interface Failure {
  readonly answer: string;
  /** For good, as far as the channel says. */
  readonly isRefused: boolean;
  /** How long the channel asks to be left alone; null: it does not say. */
  readonly waitMs: number | null;
  /** So often the channel lets it be tried; null: it does not say. */
  readonly mostTries: number | null;
}

/** The channel waits, longer each time; `jitter` is from -1 to 1. What was tried long enough is dead. Gives how many died. */
export function noteFailed(
  db: Db,
  channel: string,
  ids: readonly number[],
  { answer, isRefused, waitMs, mostTries }: Failure,
  { nowMs, jitter }: { readonly nowMs: number; readonly jitter: number },
): number {
  const note = db.transaction(() => {
    const fails = (db.prepare('SELECT fails FROM channel WHERE name = ?').pluck().get(channel) ?? 0) as number;
    const backOff = BACK_OFF_MS[Math.min(fails, BACK_OFF_MS.length - 1)] ?? 0;
    const pauseMs = waitMs ?? (isRefused ? REFUSED_MS : Math.round(backOff * (1 + jitter / 5)));
    db.prepare(
      `INSERT INTO channel (name, hold_until, fails, refused) VALUES (@channel, @holdMs, 1, @refused)
       ON CONFLICT (name) DO UPDATE SET hold_until = excluded.hold_until, fails = fails + 1, refused = excluded.refused`,
    ).run({ channel, holdMs: nowMs + pauseMs, refused: isRefused ? answer : null });
    db.prepare(
      `UPDATE delivery SET lease_until = NULL, attempts = attempts + 1, answer = ? WHERE id IN (SELECT value FROM json_each(?))`,
    ).run(answer, JSON.stringify(ids));
    if (isRefused) return 0;
    return db
      .prepare(
        `UPDATE delivery SET state = 'dead', done_at = @nowMs WHERE id IN (SELECT value FROM json_each(@ids))
         AND (attempts >= @mostTries OR (attempts >= ${FEWEST_ATTEMPTS} AND not_before <= @nowMs - ${DEAD_AFTER_MS}))`,
      )
      .run({ nowMs, mostTries, ids: JSON.stringify(ids) }).changes;
  });
  return note.immediate();
}

/** What could not be delivered, by channel: for a message of `channel` what died since its last. */
export function countDead(db: Db, channel: string | null = null): { readonly channel: string; readonly n: number }[] {
  return db
    .prepare(
      `SELECT channel, count(*) AS n FROM delivery WHERE state = 'dead'
       AND done_at > coalesce((SELECT ok_at FROM channel WHERE name = ?), -1) GROUP BY channel ORDER BY channel`,
    )
    .all(channel) as { channel: string; n: number }[];
}

/** What is due on channels that are none of these: nothing sends it. */
export function countStranded(db: Db, channels: readonly string[]): { readonly channel: string; readonly n: number }[] {
  return db
    .prepare(
      `SELECT channel, count(*) AS n FROM delivery WHERE state = 'due' AND channel NOT IN (SELECT value FROM json_each(?))
       GROUP BY channel ORDER BY channel`,
    )
    .all(JSON.stringify(channels)) as { channel: string; n: number }[];
}

/** Channels that take nothing until the user mends something, and what they said. */
export function readRefusals(db: Db): { readonly channel: string; readonly answer: string }[] {
  return db.prepare('SELECT name AS channel, refused AS answer FROM channel WHERE refused IS NOT NULL').all() as {
    channel: string;
    answer: string;
  }[];
}

export interface Delivery {
  readonly id: number;
  readonly alert: number;
  readonly channel: string;
  readonly event: AlertEvent;
  /** `dead`: given up; `void`: nobody need be told any more. */
  readonly state: 'due' | 'sent' | 'dead' | 'void';
  readonly attempts: number;
  readonly notBeforeMs: number;
  readonly answer: string | null;
}

/** Those of open alerts, and those that are not done with. */
export function readDeliveries(db: Db): Delivery[] {
  return db
    .prepare(
      `SELECT d.id, d.alert_id AS alert, d.channel, d.event, d.state, d.attempts, d.answer,
              max(d.not_before, iif(d.state = 'due', coalesce(c.hold_until, 0), 0)) AS notBeforeMs
       FROM delivery d JOIN alert a ON a.id = d.alert_id LEFT JOIN channel c ON c.name = d.channel
       WHERE a.closed_at IS NULL OR d.state = 'due' OR d.state = 'dead' ORDER BY d.id`,
    )
    .all() as Delivery[];
}

/** `retry`: to be sent at once; `drop`: never. `all`: what is due or dead. Gives the numbers that it changed. */
export function decideDeliveries(db: Db, what: 'retry' | 'drop', ids: readonly string[], nowMs: number): number[] {
  const set =
    what === 'retry'
      ? "state = 'due', not_before = @nowMs, attempts = 0, lease_until = NULL"
      : "state = 'void', done_at = @nowMs";
  const rows = db
    .prepare(
      `UPDATE delivery SET ${set} WHERE (state = 'due' OR state = 'dead')
       AND (@all = 1 OR id IN (SELECT value FROM json_each(@ids))) RETURNING id, channel`,
    )
    .all({ nowMs, all: Number(ids.includes('all')), ids: JSON.stringify(ids.map(Number)) }) as {
    id: number;
    channel: string;
  }[];
  if (what === 'retry')
    for (const { channel } of rows) db.prepare('UPDATE channel SET hold_until = 0 WHERE name = ?').run(channel);
  return rows.map(({ id }) => id).sort((a, b) => a - b);
}
