/** Opens the database to read or to change it, and always closes it. */
import type { ShopRef } from '../domain/ledger.ts';
import type { Mute } from '../domain/mute.ts';
import type { PolicyRules } from '../domain/policy.ts';
import type { Question } from '../domain/question.ts';
import { GENERAL_PLAN_ID } from '../domain/reading.ts';
import { type Judgement, judgeShop } from '../domain/verdict.ts';
import { isTkguardError, TkguardError } from '../errors.ts';
import { quoteForShell } from '../report/values.ts';
import { hasSnapshots } from '../store/captures.ts';
import { readMutes } from '../store/decisions.ts';
import { unknownId } from '../store/look-up.ts';
import { type Db, guard, openForReading, openForWriting } from '../store/open.ts';
import { type LedgerReader, openLedgerReader } from '../store/read-ledger.ts';
import { type App, databasePath } from './app.ts';

/** What a verdict is asked with; `account` null: each, by its own exports. */
export interface AskedVerdict {
  readonly policy: PolicyRules;
  readonly nowMs: number;
  readonly account: string | null;
}

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
      if (account !== undefined && !hasSnapshots(db, account)) throw unknownId(db, 'account', account);
      return ask({
        db,
        reader: openLedgerReader(db, untilMs),
        get mutes() {
          return [...readMutes(db), ...app.config().mutes];
        },
      });
    });
  } catch (error) {
    // An error that our code does not expect may come from a damaged file.
    if (!isTkguardError(error)) (await import('../store/verify.ts')).checkStructure(db, path);
    throw error;
  } finally {
    db.close();
  }
}

/** Changes the database wholly or not at all, and the alerts with it: `ends` says what becomes of those that it ends. */
export async function changeLedger<T>(
  waitMs: number,
  app: App,
  work: (db: Db) => T,
  ends: 'resolved' | 'withdrawn' = 'resolved',
): Promise<T> {
  const { alertRules, reviseAlerts } = await import('./alerts.ts');
  const rules = alertRules(app);
  return writeLedger(waitMs, app, (db) => {
    const change = db.transaction(() => {
      const done = work(db);
      if (rules) reviseAlerts(db, rules, ends, app);
      return done;
    });
    return change.immediate();
  });
}

/** Writes to a database that is there: a mistyped path must not make one. Throws `no-database`. */
export async function writeLedger<T>(waitMs: number, app: App, work: (db: Db) => T | Promise<T>): Promise<T> {
  const path = databasePath(app);
  openForReading(path).close();
  const db = openForWriting(path, waitMs);
  try {
    return await guard(path, () => work(db));
  } finally {
    db.close();
  }
}

/** Judges one merchant after the other, so that memory stays flat. `account` null: each account, by its own exports. */
export function* judgeShops(
  reader: LedgerReader,
  shopIds: readonly number[],
  question: Question,
  { account }: { readonly account: string | null },
): Generator<Judgement> {
  const joinedOnly = question.joinedOnly === true;
  for (const [, ledgers] of reader.judged(shopIds, { account, joinedOnly }))
    for (const ledger of ledgers) yield* judgeShop(ledger, question);
}

/** The id of a plan; that of a hidden plan is written with a dash before it. Throws `not-special` for the general plan, which nobody joins. */
export function readPlanId(text: string): string {
  const planId = text.replace(/^-/, '');
  if (planId === GENERAL_PLAN_ID) throw new TkguardError('not-special', { query: text });
  return planId;
}

interface Place {
  readonly account: string;
  readonly shop: ShopRef;
}

/** The one place in which there is such a plan; undefined: there is none. Throws `ambiguous-plan` for several. */
export function onlyPlace<P extends Place>(query: string, places: readonly P[]): P | undefined {
  if (places.length < 2) return places[0];
  const names = places.map(
    ({ account, shop }) => `--account ${quoteForShell(account)} --shop ${shop.id ?? shop.keeperId}`,
  );
  throw new TkguardError('ambiguous-plan', { query, plans: names.join('; ') });
}
