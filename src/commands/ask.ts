/** Asks the ledger: opened for reading, and closed whatever happens. */
import type { Mute } from '../domain/mute.ts';
import { isTkguardError } from '../errors.ts';
import { readMutes } from '../store/decisions.ts';
import { listSnapshots } from '../store/list-snapshots.ts';
import { unknownId } from '../store/look-up.ts';
import type { Db } from '../store/open.ts';
import { guard, openForReading } from '../store/open.ts';
import type { LedgerReader } from '../store/read-ledger.ts';
import { openLedgerReader } from '../store/read-ledger.ts';
import type { App } from './app.ts';
import { databasePath } from './app.ts';

export interface Ledger {
  readonly db: Db;
  readonly reader: LedgerReader;
  /** Of the database and of the configuration. */
  readonly mutes: readonly Mute[];
}

/**
 * `untilMs`: nothing captured later is seen. Throws `unknown-id` for an account that no snapshot has: mistyped, it must not
 * read as "nothing to exit".
 */
export async function askLedger<T>(
  { account }: { readonly account?: string },
  untilMs: number,
  app: App,
  ask: (ledger: Ledger) => T,
): Promise<T> {
  const path = databasePath(app);
  const db = openForReading(path);
  try {
    return guard(path, () => {
      if (account !== undefined && listSnapshots(db, account).length === 0) throw unknownId(db, 'account', account);
      return ask({
        db,
        reader: openLedgerReader(db, untilMs),
        get mutes() {
          return [...readMutes(db), ...app.config().mutes];
        },
      });
    });
  } catch (error) {
    // What no code of ours expects may stand in a damaged file.
    if (!isTkguardError(error)) (await import('../store/verify.ts')).checkStructure(db, path);
    throw error;
  } finally {
    db.close();
  }
}
