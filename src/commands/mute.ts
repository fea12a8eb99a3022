/** `tkguard mute`, `mutes` and `unmute`: what the user does not want to be told of. */
import type { Command } from 'commander';
import { isInForce } from '../domain/mute.ts';
import { endMs, formatMinute, parseDuration } from '../domain/time.ts';
import { TkguardError } from '../errors.ts';
import type { Translate } from '../words/index.ts';
import type { CommonOptions, Context } from './context.ts';
import { addCommand, addOutputOptions, outputFormat, readLedger, writeAnswer, writeReport } from './context.ts';
import type { PlanChoiceOptions } from './decide.ts';
import { addPlanChoice, changeDatabase, readPlanId } from './decide.ts';

interface MuteOptions extends PlanChoiceOptions {
  readonly until?: string;
  readonly reason?: string;
}

export function defineMute(program: Command, context: Context): void {
  const { t } = context;
  addPlanChoice(addCommand(program, 'mute', t).argument('<plan>', t('help.argument.plan')), t)
    .option('--until <time>', t('help.option.mute-until'))
    .option('--reason <text>', t('help.option.mute-reason'))
    .action((plan: string, _options, self: Command) => runMute(plan, self.optsWithGlobals(), context));
}

export function defineMutes(program: Command, context: Context): void {
  addOutputOptions(addCommand(program, 'mutes', context.t), context.t).action((_options, self: Command) =>
    listMutes(self.optsWithGlobals(), context),
  );
}

export function defineUnmute(program: Command, context: Context): void {
  const { t } = context;
  addPlanChoice(addCommand(program, 'unmute', t).argument('<plan>', t('help.argument.plan')), t).action(
    (plan: string, _options, self: Command) => runUnmute(plan, self.optsWithGlobals(), context),
  );
}

async function listMutes(options: CommonOptions, context: Context): Promise<void> {
  const { host, t } = context;
  const format = outputFormat(options);
  const { readMutes } = await import('../store/decisions.ts');
  const nowMs = host.now();
  const stored = await readLedger(options, context, nowMs, (db) => readMutes(db));
  const mutes = [
    ...stored.map((mute) => ({ ...mute, from: 'command' as const })),
    ...context.config().mutes.map((mute) => ({ ...mute, planName: null, shopRef: null, from: 'config' as const })),
  ].filter((mute) => isInForce(mute, nowMs));
  const { buildMutesReport } = await import('../report/mutes-report.ts');
  await writeReport(buildMutesReport({ mutes, generatedAtMs: nowMs }, t), format, host);
}

async function runMute(plan: string, options: MuteOptions, context: Context): Promise<void> {
  const { host, t } = context;
  const planId = readPlanId(plan);
  const nowMs = host.now();
  const untilMs = options.until === undefined ? null : readUntil(options.until, nowMs, t);
  const { findPlan, setMute } = await import('../store/decisions.ts');
  const mute = { fromMs: nowMs, untilMs, reason: options.reason?.trim() || null };
  await changeDatabase(options, context, (db) => setMute(db, findPlan(db, planId, options), mute));
  const until = untilMs === null ? t('mute.forever') : formatMinute(untilMs, t.zone);
  await writeAnswer(`${t('mute.done', { plan: planId, until })}\n`, host);
}

async function runUnmute(plan: string, options: PlanChoiceOptions, context: Context): Promise<void> {
  const { host, t } = context;
  const planId = readPlanId(plan);
  const { findPlan, removeMutes } = await import('../store/decisions.ts');
  const removed = await changeDatabase(options, context, (db) => removeMutes(db, findPlan(db, planId, options)));
  const { mutes, path } = context.config();
  const stays = mutes.some((mute) => mute.planId === planId && isInForce(mute, host.now()));
  const said = removed > 0 && !stays ? 'unmute.done' : stays ? 'unmute.config' : 'unmute.none';
  await writeAnswer(`${t(said, { plan: planId, path: path ?? '' })}\n`, host);
}

/** A moment to come: a duration from now, or a time (a date is its last moment). Throws `bad-option` or `time-past`. */
function readUntil(text: string, nowMs: number, { zone }: Pick<Translate, 'zone'>): number {
  const ahead = parseDuration(text);
  const ms = ahead === null ? endMs(text, zone) : nowMs + ahead;
  if (ms === null) throw new TkguardError('bad-option', { option: '--until', value: text, expected: '7d, 2026-12-01' });
  if (ms <= nowMs) throw new TkguardError('time-past', { option: '--until', value: text });
  return ms;
}
