/** What commands do about alerts: they are written with every change of the ledger, and sent afterwards. */

import { isTkguardError } from '../errors.ts';
import { type AlertRules, alertRulesOf, raiseAlerts } from '../import/raise-alerts.ts';
import { verdictChanges } from '../import/verdict-changes.ts';
import type { Sent } from '../notify/send.ts';
import { describeError } from '../report/problems.ts';
import type { Line } from '../report/report.ts';
import { type Db, hasDatabase, openForWriting } from '../store/open.ts';
import { lookUp } from '../words/index.ts';
import { type App, databasePath, policyOf } from './app.ts';

/** null: no channel is configured. */
export function alertRules({ config, t }: App): AlertRules | null {
  return alertRulesOf(config().values, t.zone);
}

/** After the ledger was changed by hand. In a transaction that is open. */
export function reviseAlerts(db: Db, rules: AlertRules, ends: 'resolved' | 'withdrawn', app: App): void {
  const nowMs = app.host.now();
  const policy = policyOf({}, app);
  const news = verdictChanges(db, { policy, mutes: app.config().mutes, nowMs, always: true });
  raiseAlerts(db, news, rules, { nowMs, maxAgeMs: policy.maxAgeMs, ends, capturedMs: new Set() });
}

/** Short: the answer was given already, and whoever writes now is waited for by the next who sends. */
const BUSY_MS = 2000;

/** Sends what is due. Gives the lines of what failed, for stderr. It never fails a command, and makes no database. */
export async function sendAlerts(app: App, budgetMs: number): Promise<Line[]> {
  const { channels = [] } = app.config().values.notify ?? {};
  if (channels.length === 0 || !hasDatabase(databasePath(app))) return [];
  const { sendDue } = await import('../notify/send.ts');
  try {
    const db = openForWriting(databasePath(app), BUSY_MS);
    try {
      const sent = await sendDue(db, channels, { host: app.host, config: app.config(), t: app.t, budgetMs });
      return sent.flatMap((one) => failureLines(one, app));
    } finally {
      db.close();
    }
  } catch (error) {
    if (isBusy(error)) return [];
    if (!isTkguardError(error)) throw error;
    return error.code === 'db-busy' ? [] : describeError(error.fault, app.t);
  }
}

/** Another command writes: it, or the next, sends what is due. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY';
}

export function failureLines({ channel, is, answer, hint, dead }: Sent, { t }: App, isTest = false): Line[] {
  const advice = hint === null ? '' : t(`alert.hint.${hint}`);
  const later = isTest ? 'alert-untested' : 'alert-retried';
  const code = is === 'refused' ? 'alert-refused' : later;
  const said = lookUp(`reason-of.${answer}`, {}, t) ?? answer;
  return [
    ...(is === 'sent' ? [] : describeError({ code, args: { channel, answer: said, advice } }, t)),
    ...(dead === 0 ? [] : describeError({ code: 'alert-dead', args: { channel, n: dead } }, t)),
  ];
}
