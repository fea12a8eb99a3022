/** The shape of the configuration file. Codes say what was expected (`expected.…` in report/messages). */
import { parseGain } from '../domain/policy.ts';
import { isZone, parseDuration, parseTime } from '../domain/time.ts';
import type { Checked } from './check.ts';
import { listOf, literalOf, mapOf, optional, recordOf, refine, textOf, textOrObject, wordOf } from './check.ts';
import { mappings } from './mapping-shape.ts';

const text = textOf('text', (value) => value.trim() !== '');
const flag = literalOf('flag', (value): value is boolean => typeof value === 'boolean');
const duration = textOf('duration', (value) => parseDuration(value) !== null);
const time = textOf('time', (value) => parseTime(value) !== null);
const zone = textOf('time-zone', isZone);
const size = textOf('size', (value) => /^[1-9]\d{0,5} ?[kKMG]B$/.test(value));
const address = textOf('address', (value) => /^https?:\/\//.test(value) && URL.canParse(value));
const gain = literalOf(
  'gain',
  (value): value is string | number =>
    (typeof value === 'string' || typeof value === 'number') && parseGain(String(value)) !== null,
);
const count = literalOf(
  'count',
  (value): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 99,
);

/** Not written here but read when it is needed: from the environment, or from a file that only its owner may read. */
const elsewhere = refine(
  recordOf({ env: optional(text), file: optional(text) }),
  'secret',
  ({ env, file }) => (env === undefined) !== (file === undefined),
);
const secret = textOrObject('secret', text, elsewhere);
const secretAddress = textOrObject('address-or-secret', address, elsewhere);

const RULES = { minGain: optional(gain), maxAge: optional(duration), confirmMissing: optional(count) };
const rules = recordOf(RULES);

const mute = recordOf({
  plan: text,
  shop: optional(text),
  account: optional(text),
  until: optional(time),
  reason: optional(text),
});

const KINDS = ['path', 'url', 'command', 'stdin'] as const;

const sourceShape = recordOf({
  name: text,
  path: optional(text),
  url: optional(secretAddress),
  command: optional(refine(listOf(text, 'command'), 'command', (words) => words.length > 0)),
  stdin: optional(literalOf('true', (value): value is true => value === true)),
  account: optional(text),
  format: optional(text),
  partial: optional(flag),
  period: optional(duration),
  after: optional(wordOf('after', 'keep', 'archive', 'delete')),
  minimumAge: optional(duration),
  headers: optional(mapOf(secret)),
  timeout: optional(duration),
  maxSize: optional(size),
});
export type ConfigSource = Checked<typeof sourceShape>;

const RULES_OF_SOURCES: readonly (readonly [expected: string, test: (given: ConfigSource) => boolean])[] = [
  ['one-kind', (given) => KINDS.filter((kind) => given[kind] !== undefined).length === 1],
  ['only-path', ({ path, after, minimumAge }) => path !== undefined || (after ?? minimumAge) === undefined],
  ['only-url', ({ url, headers }) => url !== undefined || headers === undefined],
];
const source = RULES_OF_SOURCES.reduce((check, [expected, test]) => refine(check, expected, test), sourceShape);
const sources = refine(
  listOf(source),
  'names',
  (given) => new Set(given.map(({ name }) => name)).size === given.length,
);

const heartbeat = refine(
  recordOf({
    env: optional(text),
    file: optional(text),
    url: optional(secretAddress),
    start: optional(secretAddress),
    failure: optional(secretAddress),
  }),
  'heartbeat',
  ({ env, file, url }) => [env, file, url].filter((given) => given !== undefined).length === 1,
);

export const CONFIG = recordOf({
  database: optional(text),
  language: optional(wordOf('language', 'en', 'zh')),
  timeZone: optional(zone),
  account: optional(text),
  policy: optional(recordOf({ ...RULES, shops: optional(mapOf(rules)), plans: optional(mapOf(rules)) })),
  mutes: optional(listOf(mute)),
  mappings: optional(mappings),
  sources: optional(sources),
  heartbeat: optional(textOrObject('heartbeat', address, heartbeat)),
});

export type ConfigValues = Checked<typeof CONFIG>;
export type ConfigRules = Checked<typeof rules>;
/** The secret itself, or where it is. */
export type Secret = Checked<typeof secret>;
