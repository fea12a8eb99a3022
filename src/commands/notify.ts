/** `tkguard notify`: what is open and who was told; a test; sending; and what becomes of what could not be delivered. */
import { millisecondsInMinute } from 'date-fns/constants';
import type { ConfigChannel } from '../config/shape.ts';
import { type AlertFacts, accountFacts } from '../domain/alert.ts';
import { EXIT, TkguardError } from '../errors.ts';
import { raiseStale } from '../import/raise-alerts.ts';
import { ADAPTERS } from '../notify/channels/index.ts';
import { composeParts } from '../notify/message.ts';
import { type Sent, sendDue, sendPart, showPart } from '../notify/send.ts';
import { type Deed, deedOf } from '../report/done-report.ts';
import { buildNotifyReport } from '../report/notify-report.ts';
import { readAlerts } from '../store/alerts.ts';
import type { Due } from '../store/deliveries.ts';
import { countDead, decideDeliveries, noteWell, readDeliveries, readDue, readRefusals } from '../store/deliveries.ts';
import { hasDatabase } from '../store/open.ts';
import type { Translate } from '../words/index.ts';
import { alertRules, failureLines } from './alerts.ts';
import { type App, databasePath, policyOf, print, tell, writeDone, writeReport } from './app.ts';
import { defineCommand } from './command.ts';
import { missingArgument } from './ids.ts';
import { askLedger, writeLedger } from './ledger.ts';
import { choiceOf } from './option-values.ts';
import { OUTPUT, type Values } from './options.ts';

const OPTIONS = ['dry-run.send', 'wait', ...OUTPUT] as const;
type NotifyOptions = Values<(typeof OPTIONS)[number]>;

const ACTIONS = ['test', 'send', 'retry', 'drop'] as const;

/** Each request has its own, shorter limit. */
const BUDGET_MS = 5 * millisecondsInMinute;

export const command = defineCommand({
  options: OPTIONS,
  argument: { flags: '[words...]', name: 'notify' },
  async run(o, app, [word, ...rest]) {
    const action = word === undefined ? null : choiceOf('notify', word, ACTIONS);
    if (o.dryRun && action !== 'send') throw new TkguardError('only-with', { option: '--dry-run', needed: 'send' });
    if (action === null) return list(o, app);
    if (action === 'test') return test(rest, o, app);
    if (action === 'send') return o.dryRun ? show(app) : send(o, app);
    if (rest.length === 0) throw missingArgument('id', app);
    const nowMs = app.host.now();
    const ids = await writeLedger(o.wait, app, (db) => decideDeliveries(db, action, rest, nowMs));
    const done = ids.map((id) => deedOf(app.t, action === 'retry' ? 'notify.retrying' : 'notify.dropped', { id }));
    await writeDone(done, o.format, app, app.t('notify.nothing'));
  },
});

async function list(o: NotifyOptions, app: App): Promise<void> {
  const read = await askLedger({}, Number.MAX_SAFE_INTEGER, app, ({ db }) => ({
    alerts: readAlerts(db, true),
    deliveries: readDeliveries(db),
    refused: readRefusals(db),
  }));
  await writeReport(buildNotifyReport({ ...read, generatedAtMs: app.host.now() }, app.t), o.format, app);
}

/** Throws `no-channels`. */
function channelsOf(app: App): readonly ConfigChannel[] {
  const { channels = [] } = app.config().values.notify ?? {};
  if (channels.length === 0) throw new TkguardError('no-channels', {});
  return channels;
}

/** The same way as an alert; what the channel says, and what to do about it. A channel that takes it need not wait any more. */
async function test(names: readonly string[], o: NotifyOptions, app: App): Promise<void> {
  const { host, t } = app;
  const all = channelsOf(app);
  const known = all.map(({ name }) => name);
  const asked = names.map((name) => choiceOf('notify test', name, known));
  const channels = all.filter(({ name }) => asked.length === 0 || asked.includes(name));
  const nowMs = host.now();
  const due = [sampleDue(nowMs, t)];
  const world = { host, config: app.config() };
  const sent = await Promise.all(
    channels.map(async (channel): Promise<Sent> => {
      const letter = { due, dead: [], isTest: true, nowMs };
      const [part] = composeParts(letter, ADAPTERS[channel.type], t);
      if (!part) throw new Error('a test has one part');
      const { outcome, answer } = await sendPart(channel, part, world);
      const hint = outcome.is === 'sent' ? null : outcome.hint;
      return { channel: channel.name, is: outcome.is, answer, hint, alerts: 1, dead: 0 };
    }),
  );
  const well = sent.filter(({ is }) => is === 'sent').map(({ channel }) => channel);
  if (well.length > 0 && hasDatabase(databasePath(app)))
    await writeLedger(o.wait, app, (db) => {
      for (const channel of well) noteWell(db, channel, nowMs);
    });
  const told = (one: Sent) => deedOf(t, 'notify.tested', { channel: one.channel, answer: one.answer });
  await answerSent(sent, { ...o, told, isTest: true }, app);
}

/** The story of the README. */
function sampleDue(nowMs: number, t: Translate): Due {
  const [plan, shop] = [t('alert.sample.plan'), t('alert.sample.shop')];
  const facts: AlertFacts = {
    ...accountFacts('default', nowMs),
    shop: { id: null, keeperId: null, name: shop },
    plan: { id: '2616191', name: plan },
    specialBp: 800,
    generalBp: 838,
    gapBp: -38,
  };
  return { id: 0, key: `test-${nowMs}`, event: 'opened', alert: 0, kind: 'exit', openedMs: nowMs, facts };
}

/** Also notices what the clock alone makes true, for where no sync runs. */
async function send(o: NotifyOptions, app: App): Promise<void> {
  const { host, t } = app;
  const channels = channelsOf(app);
  const rules = alertRules(app);
  const nowMs = host.now();
  const sent = await writeLedger(o.wait, app, (db) => {
    const { maxAgeMs } = policyOf({}, app);
    const occasion = { nowMs, maxAgeMs, ends: 'resolved', capturedMs: new Set<number>() } as const;
    if (rules) db.transaction(() => raiseStale(db, rules, occasion)).immediate();
    return sendDue(db, channels, { host, config: app.config(), t, budgetMs: BUDGET_MS });
  });
  const told = ({ channel, alerts: n }: Sent) => deedOf(t, 'notify.sent', { channel, n });
  await answerSent(sent, { ...o, told, isTest: false }, app);
}

interface Answer extends Pick<NotifyOptions, 'format'> {
  readonly told: (one: Sent) => Deed;
  readonly isTest: boolean;
}

/** What was sent is the answer, what was not goes to stderr: 2 where a channel refuses for good, else 75. */
async function answerSent(sent: readonly Sent[], o: Answer, app: App): Promise<void> {
  const well = sent.filter(({ alerts, is }) => alerts > 0 && is === 'sent');
  const failures = sent.flatMap((one) => failureLines(one, app, o.isTest));
  await writeDone(well.map(o.told), o.format, app, failures.length > 0 ? '' : app.t('notify.nothing'));
  await tell(failures, app);
  if (sent.some(({ is }) => is === 'retry')) app.exitCode = EXIT.busy;
  if (sent.some(({ is }) => is === 'refused')) app.exitCode = EXIT.usage;
}

/** Each request as it would be sent, without its secrets; nothing is opened and nothing noted. */
async function show(app: App): Promise<void> {
  const { host, t } = app;
  const nowMs = host.now();
  const shown = await askLedger({}, Number.MAX_SAFE_INTEGER, app, ({ db }) =>
    channelsOf(app).flatMap((channel) => {
      const due = readDue(db, channel.name, nowMs);
      if (due.length === 0) return [];
      const letter = { due, dead: countDead(db, channel.name), isTest: false, nowMs };
      const parts = composeParts(letter, ADAPTERS[channel.type], t);
      return parts.map((part) => `${channel.name}: ${showPart(channel, part, { host, config: app.config() })}\n`);
    }),
  );
  await print(shown.length === 0 ? `${t('notify.nothing')}\n` : shown.join(''), app);
}
