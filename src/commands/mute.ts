/** `tkguard mute`: plans that do not count in exit codes and in what sync reports. */
import { isInForce } from '../domain/mute.ts';
import { formatMinute } from '../domain/time.ts';
import { TkguardError } from '../errors.ts';
import { type Deed, deedOf } from '../report/done-report.ts';
import { buildMutesReport } from '../report/mutes-report.ts';
import { findPlan, readMutes, removeMutes, setMute } from '../store/decisions.ts';
import { type App, writeDone, writeReport } from './app.ts';
import { defineCommand } from './command.ts';
import { readIds } from './ids.ts';
import { askLedger, changeLedger, readPlanId } from './ledger.ts';
import { OUTPUT, PLAN_CHOICE, type Values } from './options.ts';

const OPTIONS = ['mute-until', 'mute-reason', 'mute-list', 'mute-undo', ...PLAN_CHOICE, ...OUTPUT] as const;
type MuteOptions = Values<(typeof OPTIONS)[number]>;

export const command = defineCommand({
  options: OPTIONS,
  argument: { flags: '[plan...]', name: 'plans' },
  async run(o, app, words) {
    if (o.list) {
      if (words[0] !== undefined) throw new TkguardError('not-with', { option: words[0], other: '--list' });
      return listMutes(o, app);
    }
    const planIds = readIds(words, 'plan', app).map(readPlanId);
    await writeDone(await (o.undo ? unmute : mute)(planIds, o, app), o.format, app);
  },
});

async function listMutes(o: MuteOptions, app: App): Promise<void> {
  const nowMs = app.host.now();
  const stored = await askLedger(o, nowMs, app, ({ db }) => readMutes(db));
  const mutes = [
    ...stored.map((mute) => ({ ...mute, from: 'command' as const })),
    ...app.config().mutes.map((mute) => ({ ...mute, planName: null, shopRef: null, from: 'config' as const })),
  ].filter((mute) => isInForce(mute, nowMs));
  await writeReport(buildMutesReport(mutes, nowMs, app.t), o.format, app);
}

async function mute(planIds: readonly string[], o: MuteOptions, app: App): Promise<Deed[]> {
  const { host, t } = app;
  const mute = { untilMs: o.until ?? null, reason: o.reason?.trim() || null };
  await changeLedger(o.wait, app, (db) => {
    for (const planId of planIds) setMute(db, findPlan(db, planId, o), mute, host.now());
  });
  const until = o.until === undefined ? t('mute.forever') : formatMinute(o.until, t.zone);
  return planIds.map((plan) => deedOf(t, 'mute.done', { plan, until }));
}

async function unmute(planIds: readonly string[], o: MuteOptions, app: App): Promise<Deed[]> {
  const { host, t } = app;
  const { mutes, path } = app.config();
  const removed = await changeLedger(o.wait, app, (db) =>
    planIds.map((planId) => removeMutes(db, findPlan(db, planId, o), host.now())),
  );
  return planIds.map((plan, i) => {
    if (mutes.some((mute) => mute.planId === plan && isInForce(mute, host.now())))
      return deedOf(t, 'unmute.config', { plan, path: path ?? '' });
    return deedOf(t, removed[i] ? 'unmute.done' : 'unmute.none', { plan });
  });
}
