/** What the commands share that record a decision of the user about a plan or a snapshot. */
import type { Command } from 'commander';
import { GENERAL_PLAN_ID } from '../domain/reading.ts';
import { TkguardError } from '../errors.ts';
import type { Db } from '../store/open.ts';
import type { Translate } from '../words/index.ts';
import type { CommonOptions, Context, WaitOptions } from './context.ts';
import { addWaitOption, databasePath, waitOf } from './context.ts';

/** Changes the database wholly or not at all. Throws `no-database`: a mistyped path must not make one. */
export async function changeDatabase<T>(
  options: CommonOptions & WaitOptions,
  context: Context,
  work: (db: Db) => T,
): Promise<T> {
  const path = databasePath(options, context);
  const waitMs = waitOf(options);
  const { guard, openForReading, openForWriting } = await import('../store/open.ts');
  openForReading(path).close();
  const db = openForWriting(path, waitMs);
  try {
    return guard(path, () => db.transaction(() => work(db)).immediate());
  } finally {
    db.close();
  }
}

export interface PlanChoiceOptions extends CommonOptions, WaitOptions {
  readonly shop?: string;
}

export function addPlanChoice(command: Command, t: Translate): Command {
  command.option('--shop <id|name>', t('help.option.plan-shop')).option('--account <name>', t('help.option.account'));
  return addWaitOption(command, t);
}

/** A plan's id; a hidden plan's is written with a dash before it. Throws `not-special` for the general plan, which nobody joins. */
export function readPlanId(text: string): string {
  const planId = text.trim().replace(/^-/, '');
  if (planId === GENERAL_PLAN_ID) throw new TkguardError('not-special', { query: text });
  return planId;
}
