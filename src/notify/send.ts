/**
 * Sends what is due: every channel at the same time, each by itself, at least once. Who sends holds a lease; where he dies
 * between the answer and its note, the next one sends again.
 */
import { dirname } from 'node:path';
import { millisecondsInSecond } from 'date-fns/constants';
import { redactorOf } from '../config/redact.ts';
import { readSecret } from '../config/secret.ts';
import type { Config, ConfigChannel, Secret } from '../config/shape.ts';
import type { Host } from '../host.ts';
import { claimDue, countDead, type Due, noteFailed, noteSent, releaseDue } from '../store/deliveries.ts';
import type { Db } from '../store/open.ts';
import type { Translate } from '../words/index.ts';
import { type Hint, type Outcome, refusedOutcome, type Settings } from './channel.ts';
import { ADAPTERS } from './channels/index.ts';
import { composeParts, type MessagePart } from './message.ts';

const TIMEOUT_MS = 10 * millisecondsInSecond;
const NOTE_BUSY_MS = 30 * millisecondsInSecond;
const ANSWER_SHOWN = 200;

interface SendWorld {
  readonly host: Host;
  readonly config: Config;
  readonly t: Translate;
  /** For all that is sent together. */
  readonly budgetMs: number;
}

/** What became of a channel's messages. `alerts`: how many were told; `dead`: how many are given up. */
export interface Sent {
  readonly channel: string;
  readonly is: Outcome['is'];
  /** Redacted, and short. */
  readonly answer: string;
  readonly hint: Hint | null;
  readonly alerts: number;
  readonly dead: number;
}

/** Sends what is due on these channels. Channels of which nothing is due are not among the answers. */
export async function sendDue(db: Db, channels: readonly ConfigChannel[], world: SendWorld): Promise<Sent[]> {
  const clock = openClock(world);
  const nowMs = world.host.now();
  const claimed = channels.map((channel) => ({ channel, due: claimDue(db, channel.name, nowMs) }));
  // What was sent must be noted: for that another writer is waited for.
  db.pragma(`busy_timeout = ${NOTE_BUSY_MS}`);
  const waiting = claimed.filter(({ due }) => due.length > 0);
  const ended = await Promise.allSettled(
    waiting.map(({ channel, due }) => sendChannel(db, channel, due, world, clock)),
  );
  return ended.map((end) => {
    if (end.status === 'rejected') throw end.reason;
    return end.value;
  });
}

/** How long the next request may take. */
type Clock = () => number;

function openClock({ budgetMs }: SendWorld): Clock {
  const start = performance.now();
  return () => Math.min(TIMEOUT_MS, start + budgetMs - performance.now());
}

async function sendChannel(
  db: Db,
  channel: ConfigChannel,
  due: readonly Due[],
  world: SendWorld,
  clock: Clock,
): Promise<Sent> {
  const { host } = world;
  const letter = { due, dead: countDead(db, channel.name), isTest: false, nowMs: host.now() };
  const result = { channel: channel.name, hint: null, alerts: 0, dead: 0 };
  const open = new Set(due.map(({ id }) => id));
  let told: Sent = { ...result, is: 'retry', answer: 'timeout', hint: 'unreachable' };
  try {
    for (const part of composeParts(letter, ADAPTERS[channel.type], world.t)) {
      if (clock() <= 0) break;
      const { outcome, answer } = await sendPart(channel, part, world, clock());
      for (const id of part.ids) open.delete(id);
      if (outcome.is === 'sent') {
        noteSent(db, channel.name, part.ids, answer, host.now());
        told = { ...told, is: 'sent', answer, hint: null, alerts: told.alerts + part.ids.length };
        continue;
      }
      const { waitMs, mostTries } = outcome;
      const failure = { answer, isRefused: outcome.is === 'refused', waitMs, mostTries };
      const chance = { nowMs: host.now(), jitter: Math.random() * 2 - 1 };
      const dead = noteFailed(db, channel.name, part.ids, failure, chance);
      told = { ...told, is: outcome.is, answer, hint: outcome.hint, dead };
      break;
    }
  } finally {
    releaseDue(db, [...open]);
  }
  return told;
}

/** One message on one channel, as it is sent for real. */
export async function sendPart(
  channel: ConfigChannel,
  part: MessagePart,
  { host, config }: Pick<SendWorld, 'host' | 'config'>,
  timeoutMs = TIMEOUT_MS,
): Promise<{ readonly outcome: Outcome; readonly answer: string }> {
  const settings = settingsOf(channel, config, host);
  const outcome =
    'is' in settings
      ? settings
      : await ADAPTERS[channel.type].prepare(part, settings, host.now()).send(host, timeoutMs);
  const answer = redactorOf(config, host)(outcome.answer);
  return { outcome, answer: answer.length > ANSWER_SHOWN ? `${answer.slice(0, ANSWER_SHOWN)}…` : answer };
}

/** What would be sent, without secrets. */
export function showPart(
  channel: ConfigChannel,
  part: MessagePart,
  { host, config }: Pick<SendWorld, 'host' | 'config'>,
): string {
  const settings = settingsOf(channel, config, host);
  if ('is' in settings) return settings.answer;
  return redactorOf(config, host)(ADAPTERS[channel.type].prepare(part, settings, host.now()).shown);
}

/** The settings with their secrets read; or why they cannot be. */
function settingsOf(channel: ConfigChannel, config: Config, host: Host): Settings | Outcome {
  const { url, key, secret, to = [], from = '', command = [] } = channel;
  const read = (one: Secret | undefined) => (one === undefined ? { secret: '' } : readSecret(one, config, host));
  const secrets = [url, key, secret].map(read);
  for (const one of secrets)
    if ('code' in one)
      return refusedOutcome(
        Object.values(one.args).join(' '),
        one.code === 'secret-shared' ? 'secret-shared' : 'secret-missing',
      );
  const [readUrl = '', readKey = '', readOther = ''] = secrets.map((one) => ('secret' in one ? one.secret : ''));
  if (readUrl !== '' && !URL.canParse(readUrl)) return refusedOutcome('bad address', 'settings');
  return { url: readUrl, key: readKey, secret: readOther, to, from, command, folder: dirname(config.path ?? '.') };
}
