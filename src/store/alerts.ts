/** Alerts as they stand: written in the transaction that changes the ledger. What is sent of them: deliveries.ts. */
import type { AlertEvent, AlertFacts, OpenAlert } from '../domain/alert.ts';
import { lazy } from '../domain/lazy.ts';
import type { Db } from './open.ts';

/** `planRow` 0: the account as a whole. */
export interface StoredAlert extends OpenAlert {
  readonly account: string;
  readonly planRow: number;
  readonly key: string;
  readonly openedMs: number;
  readonly closedMs: number | null;
  readonly isMuted: boolean;
  readonly facts: AlertFacts;
}

type AlertRow = Omit<StoredAlert, 'isMuted' | 'facts'> & { readonly muted: number; readonly facts: string };

/** The open ones, the oldest first; `withUndelivered`: also those that are over, and have something due or dead. */
export function readAlerts(db: Db, withUndelivered = false): StoredAlert[] {
  const orUndelivered = withUndelivered
    ? "OR t.id IN (SELECT alert_id FROM delivery WHERE state = 'due' OR state = 'dead')"
    : '';
  const rows = db
    .prepare(
      `SELECT t.id, a.name AS account, t.plan_id AS planRow, t.kind, t.key, t.opened_at AS openedMs, t.closed_at AS closedMs, t.muted,
              t.told_bp AS toldBp, t.told_fen AS toldFen, t.facts
       FROM alert t JOIN account a ON a.id = t.account_id WHERE t.closed_at IS NULL ${orUndelivered} ORDER BY t.id`,
    )
    .all() as AlertRow[];
  return rows.map(({ muted, facts, ...row }) => ({ ...row, isMuted: muted === 1, facts: JSON.parse(facts) }));
}

/** How many files of each account are held. */
export function countHeld(db: Db): ReadonlyMap<string, number> {
  const rows = db
    .prepare(
      `SELECT n.account, count(DISTINCT h.file_id) FROM hold h JOIN capture n ON n.file_id = h.file_id
       WHERE h.released_at IS NULL GROUP BY n.account`,
    )
    .raw()
    .all() as [string, number][];
  return new Map(rows);
}

export interface NewAlert extends Pick<StoredAlert, 'account' | 'planRow' | 'kind' | 'facts'> {
  readonly openedMs: number;
  /** Made of what came before it: how many alerts of the same account, plan and kind there were. */
  keyOf(before: number): string;
}

/** Writes alerts, and what is to be sent of them. To be used within a transaction. */
export function openAlertStore(db: Db) {
  const statement = (sql: string) => lazy(() => db.prepare(sql));
  const count = statement(
    'SELECT count(*) FROM alert WHERE account_id = (SELECT id FROM account WHERE name = ?) AND plan_id = ? AND kind = ?',
  );
  const insert = statement(
    `INSERT INTO alert (account_id, plan_id, kind, key, opened_at, told_bp, told_fen, facts)
     VALUES ((SELECT id FROM account WHERE name = @account), @planRow, @kind, @key, @openedMs, @bp, @fen, @facts)`,
  );
  // What was not known when it was told is told now by the facts alone.
  const revise = statement(
    'UPDATE alert SET facts = @facts, muted = 0, told_bp = coalesce(told_bp, @bp), told_fen = coalesce(told_fen, @fen) WHERE id = @id',
  );
  const worsen = statement(
    'UPDATE alert SET told_bp = min(coalesce(told_bp, @bp), coalesce(@bp, told_bp)), told_fen = max(coalesce(told_fen, @fen), coalesce(@fen, told_fen)) WHERE id = @id',
  );
  const mute = statement('UPDATE alert SET muted = ? WHERE id = ?');
  const close = statement('UPDATE alert SET closed_at = ? WHERE id = ?');
  const withdraw = statement(
    "UPDATE delivery SET state = 'void', done_at = ? WHERE alert_id = ? AND state = 'due' AND lease_until IS NULL",
  );
  const heard = statement(
    `SELECT DISTINCT channel FROM delivery WHERE alert_id = ?
     AND (state = 'sent' OR (state = 'due' AND lease_until IS NOT NULL)) ORDER BY channel`,
  );
  const opened = statement("SELECT channel FROM delivery WHERE alert_id = ? AND event = 'opened'");
  const deliver = statement(
    `INSERT INTO delivery (alert_id, channel, event, key, not_before) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (channel, key) DO NOTHING`,
  );
  const values = (facts: AlertFacts) => ({ bp: facts.gapBp, fen: facts.fenPerDay, facts: JSON.stringify(facts) });

  return {
    add({ account, planRow, kind, facts, openedMs, keyOf }: NewAlert): StoredAlert {
      const key = keyOf(count().pluck().get(account, planRow, kind) as number);
      const { lastInsertRowid } = insert().run({ account, planRow, kind, key, openedMs, ...values(facts) });
      const told = { toldBp: facts.gapBp, toldFen: facts.fenPerDay };
      return {
        id: Number(lastInsertRowid),
        account,
        planRow,
        kind,
        key,
        openedMs,
        closedMs: null,
        isMuted: false,
        facts,
        ...told,
      };
    },
    revise: (id: number, facts: AlertFacts) => void revise().run({ id, ...values(facts) }),
    worsen: (id: number, { gapBp, fenPerDay }: AlertFacts) => void worsen().run({ id, bp: gapBp, fen: fenPerDay }),
    mute: (id: number, isMuted: boolean) => void mute().run(Number(isMuted), id),
    /** What is still due of it need not be told any more. Gives the channels that were told of it, or may have been. */
    close(id: number, atMs: number): string[] {
      const channels = heard().pluck().all(id) as string[];
      withdraw().run(atMs, id);
      close().run(atMs, id);
      return channels;
    },
    /** Channels that were told that it opened, or are to be. */
    channelsOf: (id: number) => new Set(opened().pluck().all(id) as string[]),
    deliver({ id, key }: StoredAlert, event: AlertEvent, channel: string, notBeforeMs: number, level = ''): void {
      deliver().run(id, channel, event, `${key}-${event}${level}`, notBeforeMs);
    },
  };
}
