/** Snapshots that were held (domain/hold.ts): kept in feeds of their own until they are released or discarded. */
import { lazyByKey } from '../domain/lazy.ts';
import type { HeldFile, Hold } from '../domain/snapshot.ts';
import { stateOf } from '../domain/state.ts';
import { TkguardError } from '../errors.ts';
import { openCorrections } from './corrections.ts';
import { type Merchants, openMerchants } from './merchants.ts';
import type { Db } from './open.ts';
import { openLedgerReader } from './read-ledger.ts';
import { openRemoval } from './remove-snapshots.ts';
import { addUntold, shopsOfFile } from './told.ts';

/** A file about which the user decided, with all its snapshots. */
export interface DecidedFile {
  readonly name: string;
  readonly snapshots: readonly { readonly id: number; readonly capturedMs: number }[];
}

/** Notes why a file is held; its snapshots stand in feeds that are. */
export function addHold(db: Db, fileId: number, { code, args }: Hold): void {
  db.prepare('INSERT INTO hold (file_id, reason, args) VALUES (?, ?, ?)').run(fileId, code, JSON.stringify(args));
}

/** Files that are held, as of a moment of capture. `account`: of its exports alone. */
export function readHeld(db: Db, untilMs: number, account: string | null): HeldFile[] {
  const rows = db
    .prepare(
      `SELECT h.file_id AS fileId, min(n.id) AS snapshot, file.name AS file, h.reason AS code, h.args
       FROM hold h JOIN file ON file.id = h.file_id JOIN capture n ON n.file_id = h.file_id
       WHERE h.released_at IS NULL AND n.captured_at <= @untilMs AND (@account IS NULL OR n.account = @account)
       GROUP BY h.file_id ORDER BY snapshot`,
    )
    .all({ untilMs, account }) as (HeldFile & { readonly args: string })[];
  return rows.map((row) => ({ ...row, args: JSON.parse(row.args) }));
}

/**
 * Numbers of held snapshots of the account that touch a merchant: they speak of him, also by what they do not list, and under
 * another number that they alone show to be his.
 */
export function openHeldTouching(db: Db, untilMs: number, { firstOf }: Merchants) {
  const told = openMerchants(db, untilMs, true);
  const bothOf = (row: number) => [firstOf(row), told.firstOf(row)];
  const heldOf = lazyByKey((account: string) =>
    readHeld(db, untilMs, account).map(({ fileId, snapshot }) => ({
      snapshot,
      merchants: new Set([...shopsOfFile(db, fileId)].flatMap(bothOf)),
    })),
  );
  return (account: string, shopId: number): number[] =>
    heldOf(account)
      .filter(({ merchants }) => bothOf(shopId).some((id) => merchants.has(id)))
      .map(({ snapshot }) => snapshot);
}

/**
 * Releases snapshots by number that are held or whose rates are in doubt, or `all` that are held; gives their files. What a
 * released file says of rates is accepted. Throws `not-held` and changes nothing then.
 */
export function releaseFiles(db: Db, ids: readonly string[], nowMs: number): DecidedFile[] {
  return forEachFile(
    db,
    ids,
    (id) => [...heldFiles(db, Number(id)), ...doubtedFile(db, Number(id))],
    (fileId) => {
      releaseFile(db, fileId, nowMs);
      acceptRates(db, fileId, nowMs);
    },
    'not-held',
  );
}

/** The file of a snapshot that says a rate whose unit was in doubt then (domain/unit-doubt.ts). */
function doubtedFile(db: Db, snapshotId: number): number[] {
  const snapshot = db
    .prepare('SELECT file_id AS fileId, captured_at AS atMs, account FROM capture WHERE id = ? AND held = 0')
    .get(snapshotId) as { fileId: number; atMs: number; account: string } | undefined;
  if (!snapshot) return [];
  const { fileId, atMs, account } = snapshot;
  const reader = openLedgerReader(db, atMs);
  const shopIds = new Set([...shopsOfFile(db, fileId)].map(reader.merchants.firstOf));
  for (const [, ledgers] of reader.judged([...shopIds], { account }))
    if (ledgers.some((ledger) => stateOf(ledger).plans.some(({ rates }) => rates.hasDoubtAt(atMs)))) return [fileId];
  return [];
}

/** The user says that the rates of a file are right, however far they moved. */
export function acceptRates(db: Db, fileId: number, nowMs: number): void {
  const { changes } = db
    .prepare('UPDATE file SET accepted_at = ? WHERE id = ? AND accepted_at IS NULL')
    .run(nowMs, fileId);
  if (changes > 0) addUntold(db, shopsOfFile(db, fileId));
}

/** Discards snapshots by number, held or believed; `all` are only the held ones. Gives their files. Throws `no-snapshot` and changes nothing then. */
export function discardFiles(db: Db, ids: readonly string[], nowMs: number): DecidedFile[] {
  const ofSnapshot = db.prepare('SELECT file_id FROM snapshot WHERE id = ?').pluck();
  const remove = openRemoval(db, nowMs);
  return forEachFile(
    db,
    ids,
    (id) => ofSnapshot.all(Number(id)) as number[],
    (file) => remove(file),
    'no-snapshot',
  );
}

function forEachFile(
  db: Db,
  ids: readonly string[],
  filesOf: (id: string) => readonly number[],
  act: (fileId: number) => void,
  notFound: 'not-held' | 'no-snapshot',
): DecidedFile[] {
  const nameOf = db.prepare('SELECT name FROM file WHERE id = ?').pluck();
  const snapshotsOf = db.prepare('SELECT id, captured_at AS capturedMs FROM snapshot WHERE file_id = ? ORDER BY id');
  const run = db.transaction(() => {
    const files = new Set<number>();
    for (const id of ids) {
      const found = id === 'all' ? heldFiles(db, null) : filesOf(id);
      if (id !== 'all' && found.length === 0) throw new TkguardError(notFound, { id });
      for (const fileId of found) files.add(fileId);
    }
    return [...files].map((fileId) => {
      const decided = { name: nameOf.get(fileId), snapshots: snapshotsOf.all(fileId) } as DecidedFile;
      act(fileId);
      return decided;
    });
  });
  return run.immediate();
}

/** Files that are held: that of a snapshot, or all. */
function heldFiles(db: Db, snapshotId: number | null): number[] {
  return db
    .prepare(
      `SELECT DISTINCT file_id FROM hold JOIN snapshot n USING (file_id)
       WHERE released_at IS NULL AND (@id IS NULL OR n.id = @id)`,
    )
    .pluck()
    .all({ id: snapshotId }) as number[];
}

/** From now on the file's snapshots count like any other. They stay in feeds of their own, which changes no answer. */
export function releaseFile(db: Db, fileId: number, nowMs: number): void {
  db.prepare('UPDATE feed SET held = 0 WHERE id IN (SELECT feed_id FROM snapshot WHERE file_id = ?)').run(fileId);
  db.prepare('UPDATE hold SET released_at = ? WHERE file_id = ?').run(nowMs, fileId);
  addUntold(db, shopsOfFile(db, fileId));
  openCorrections(db).settle(fileId, nowMs);
}
