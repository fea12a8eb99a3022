/** What the commands share that record a decision of the user about a plan or a snapshot. */
import { GENERAL_PLAN_ID } from '../domain/reading.ts';
import { TkguardError } from '../errors.ts';
import type { Db } from '../store/open.ts';
import { guard, openForReading, openForWriting } from '../store/open.ts';
import type { App } from './app.ts';
import { databasePath } from './app.ts';

/** Changes the database wholly or not at all. Throws `no-database`: a mistyped path must not make one. */
export async function changeDatabase<T>(waitMs: number, app: App, work: (db: Db) => T): Promise<T> {
  const path = databasePath(app);
  openForReading(path).close();
  const db = openForWriting(path, waitMs);
  try {
    return guard(path, () => db.transaction(() => work(db)).immediate());
  } finally {
    db.close();
  }
}

export const PLAN_CHOICE = ['plan-shop', 'account', 'wait'] as const;

/** A plan's id; a hidden plan's is written with a dash before it. Throws `not-special` for the general plan, which nobody joins. */
export function readPlanId(text: string): string {
  const planId = text.replace(/^-/, '');
  if (planId === GENERAL_PLAN_ID) throw new TkguardError('not-special', { query: text });
  return planId;
}
