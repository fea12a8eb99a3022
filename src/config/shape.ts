/** The shape of the configuration file, and what is made of it. Messages are codes of what was expected (`expected.…` in words/). */
import * as z from 'zod';
import { ALERT_KINDS } from '../domain/alert.ts';
import { parseYuan } from '../domain/money.ts';
import type { Mute } from '../domain/mute.ts';
import { type PolicyRules, parseGain, RATE_MOMENTS } from '../domain/policy.ts';
import { isZone, parseDuration, parseTime } from '../domain/time.ts';
import { objectOf, textThat } from './check.ts';
import { MAPPINGS } from './mapping-shape.ts';

const text = textThat('text', (value) => value.trim() !== '');
const duration = textThat('duration', (value) => parseDuration(value) !== null);
const address = textThat('address', (value) => /^https?:\/\//.test(value) && URL.canParse(value));
const gain = z.union([z.string(), z.number()], 'gain').refine((value) => parseGain(String(value)) !== null, 'gain');
const count = z.int('count').min(1, 'count').max(99, 'count');

/** Whether just one of these is given. */
function hasOne<K extends string>(...keys: readonly K[]) {
  return (given: Readonly<Partial<Record<K, unknown>>>) => keys.filter((key) => given[key] !== undefined).length === 1;
}

/** A list of things whose names differ. */
function namedList<T extends z.ZodType<{ readonly name: string }>>(one: T) {
  return z.array(one, 'list').refine((given) => new Set(given.map(({ name }) => name)).size === given.length, 'names');
}

/** Read when needed, from the environment or from a file that only its owner may read. */
const elsewhere = objectOf({ env: text.exactOptional(), file: text.exactOptional() }).refine(
  hasOne('env', 'file'),
  'secret',
);
const secret = z.union([text, elsewhere], 'secret');
const secretAddress = z.union([address, elsewhere], 'address-or-secret');

const RULES = {
  minGain: gain.exactOptional(),
  maxAge: duration.exactOptional(),
  confirmMissing: count.exactOptional(),
};
const rules = objectOf(RULES);

const mute = objectOf({
  plan: text,
  shop: text.exactOptional(),
  account: text.exactOptional(),
  until: textThat('time', (value) => parseTime(value) !== null).exactOptional(),
  reason: text.exactOptional(),
});

const source = objectOf({
  name: text,
  path: text.exactOptional(),
  url: secretAddress.exactOptional(),
  command: z.array(text, 'command').min(1, 'command').exactOptional(),
  stdin: z.literal(true, 'true').exactOptional(),
  account: text.exactOptional(),
  format: text.exactOptional(),
  partial: z.boolean('flag').exactOptional(),
  period: duration.exactOptional(),
  after: z.enum(['keep', 'archive', 'delete'], 'after').exactOptional(),
  minimumAge: duration.exactOptional(),
  headers: z.record(z.string(), secret, 'object').exactOptional(),
  timeout: duration.exactOptional(),
  maxSize: textThat('size', (value) => /^[1-9]\d{0,5} ?[kKMG]B$/.test(value)).exactOptional(),
})
  .refine(hasOne('path', 'url', 'command', 'stdin'), 'one-kind')
  .refine(({ path, after, minimumAge }) => path !== undefined || (after ?? minimumAge) === undefined, 'only-path')
  .refine(({ url, headers }) => url !== undefined || headers === undefined, 'only-url');

/** It names a file where others look for it. */
export function isMachineName(name: string): boolean {
  return /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,59}$/u.test(name) && !name.endsWith('.gz');
}

const databaseAddress = textThat(
  'database-address',
  (value) => /^postgres(ql)?:\/\//.test(value) && URL.canParse(value),
);
const remote = objectOf({
  folder: text.exactOptional(),
  url: z.union([databaseAddress, elsewhere], 'database-address').exactOptional(),
  /** The user's orders go there, too. */
  orders: z.boolean('flag').exactOptional(),
}).refine(hasOne('folder', 'url'), 'remote');

const heartbeat = objectOf({
  env: text.exactOptional(),
  file: text.exactOptional(),
  url: secretAddress.exactOptional(),
  start: secretAddress.exactOptional(),
  failure: secretAddress.exactOptional(),
}).refine(hasOne('env', 'file', 'url'), 'heartbeat');

/** What each type of channel needs. The others may have an address of their own, of a proxy. */
const NEEDED = {
  wecom: ['url'],
  dingtalk: ['url'],
  feishu: ['url'],
  serverchan: ['key'],
  pushplus: ['key'],
  bark: ['key'],
  mail: ['url', 'to'],
  webhook: ['url'],
  exec: ['command'],
} as const satisfies Readonly<Record<string, readonly ('url' | 'key' | 'to' | 'command')[]>>;
export type ChannelType = keyof typeof NEEDED;
const CHANNEL_TYPES = Object.keys(NEEDED) as ChannelType[];

export function isChannelAddress(value: string): boolean {
  return /^(https?|smtps?):\/\//.test(value) && URL.canParse(value);
}
const channelAddress = textThat('address', isChannelAddress);
const names = z.array(text, 'list').min(1, 'list');

const channel = objectOf({
  name: text,
  type: z.enum(CHANNEL_TYPES, 'channel-type'),
  url: z.union([channelAddress, elsewhere], 'address-or-secret').exactOptional(),
  key: secret.exactOptional(),
  secret: secret.exactOptional(),
  to: names.exactOptional(),
  from: text.exactOptional(),
  command: z.array(text, 'command').min(1, 'command').exactOptional(),
  only: z.array(z.enum(ALERT_KINDS, 'alert-kind'), 'list').exactOptional(),
  accounts: names.exactOptional(),
  shops: names.exactOptional(),
  digest: textThat('clock', (value) => /^([01]\d|2[0-3]):[0-5]\d$/.test(value)).exactOptional(),
}).refine((given) => NEEDED[given.type].every((key) => given[key] !== undefined), 'channel');

const yuan = z.union([z.string(), z.number()], 'yuan').refine((value) => {
  const parsed = parseYuan(String(value));
  return parsed.ok && (parsed.fen ?? 0) > 0;
}, 'yuan');

const notify = objectOf({
  realertBy: gain.exactOptional(),
  urgentFrom: yuan.exactOptional(),
  channels: namedList(channel).exactOptional(),
});

export const CONFIG = objectOf({
  database: text.exactOptional(),
  language: z.enum(['en', 'zh'], 'language').exactOptional(),
  timeZone: textThat('time-zone', isZone).exactOptional(),
  account: text.exactOptional(),
  policy: objectOf({
    ...RULES,
    rateMoment: z.enum(RATE_MOMENTS, 'rate-moment').exactOptional(),
    shops: z.record(z.string(), rules, 'object').exactOptional(),
    plans: z.record(z.string(), rules, 'object').exactOptional(),
  }).exactOptional(),
  mutes: z.array(mute, 'list').exactOptional(),
  mappings: MAPPINGS.exactOptional(),
  sources: namedList(source).exactOptional(),
  report: text.exactOptional(),
  heartbeat: z.union([address, heartbeat], 'heartbeat').exactOptional(),
  notify: notify.exactOptional(),
  machine: textThat('machine', isMachineName).exactOptional(),
  remotes: z.record(z.string(), remote, 'object').exactOptional(),
});

export type ConfigValues = z.infer<typeof CONFIG>;
export type ConfigSource = z.infer<typeof source>;
export type ConfigChannel = z.infer<typeof channel>;
export type ConfigRemote = z.infer<typeof remote>;
export type ConfigRules = z.infer<typeof rules>;
/** The secret itself, or where it is. */
export type Secret = z.infer<typeof secret>;

export interface Config {
  /** null: there is no file, and everything is as it is by default. */
  readonly path: string | null;
  readonly values: ConfigValues;
  /** What the file says of the policy. */
  readonly policy: Partial<PolicyRules>;
  readonly mutes: readonly Mute[];
  /** Line of the value at a place such as `policy.minGain` or `sources[1]`. */
  readonly lines: ReadonlyMap<string, number>;
}
