/**
 * Every option: its flags, its parser, and its default. Its help is `help.option.<name>`. A command names its options and
 * gets their values.
 */
import { CHANGE_CODES } from '../domain/changes.ts';
import { GRADES } from '../domain/grade.ts';
import { DEFAULT_POLICY } from '../domain/policy.ts';
import { VERDICTS } from '../domain/question.ts';
import { SHOP_SORTS, SORTS } from '../domain/sorting.ts';
import { TkguardError } from '../errors.ts';
import { OUTPUT_FORMATS } from '../report/report.ts';
import type { MessageKey } from '../words/index.ts';
import { readId } from './links.ts';
import type { ReadingOf } from './option-values.ts';
import {
  age,
  captures,
  choiceOf,
  count,
  format,
  future,
  gain,
  moment,
  past,
  sinceSync,
  text,
  wait,
  windowStart,
} from './option-values.ts';

interface More {
  /** The value of an option that is not given. */
  readonly fallback?: string;
  /** Default for the help, where the configuration may say something else. */
  readonly usual?: string;
  /** The words it takes: offered by completion, named by the help. */
  readonly choices?: readonly string[];
  /** Does nothing without this one, in a command that has it. */
  readonly needs?: string;
  /** These do nothing beside it. */
  readonly silences?: readonly string[];
}

type Option<Flags extends string, Value, M> = M & {
  readonly flags: Flags;
  readonly read: (text: string, of: ReadingOf) => Value;
};

function option<const Flags extends string, Value, const M extends More>(
  flags: Flags,
  read: (text: string, of: ReadingOf) => Value,
  more: M = {} as M,
): Option<Flags, Value, M> {
  return { ...more, flags, read };
}

/** One of a closed list of words. */
function oneOf<const Flags extends string, T extends string, const M extends More>(
  flags: Flags,
  choices: readonly T[],
  more: M = {} as M,
) {
  return option(flags, (value, { option }) => choiceOf(option, value, choices), { ...more, choices });
}

/** Several of them, commas between. `others`: other words for them. */
function someOf<const Flags extends string, T extends string>(
  flags: Flags,
  choices: readonly T[],
  others: Readonly<Record<string, T>> = {},
) {
  const read = (value: string, { option }: ReadingOf) =>
    value.split(/[,，、]/).map((word) => choiceOf(option, word, choices, others));
  return option(flags, read, { choices });
}

const flag = <const Flags extends string>(flags: Flags, more: More = {}) => option(flags, () => true as const, more);

const SHOWN_VERDICTS = [...VERDICTS, 'superseded'] as const;
const VERDICTS_IN_CHINESE = {
  退出: 'exit',
  待核实: 'review',
  已失效: 'closed',
  保留: 'keep',
  被覆盖: 'superseded',
} as const;

const GRADES_IN_CHINESE = { 可靠: 'good', 一般: 'fair', 数据不足: 'unproven', 有风险: 'risky', 避开: 'avoid' } as const;

/** Units that a bare rate below 1 may have. */
const ASKED_UNITS = ['percent', 'fraction'] as const;

export const OPTIONS = {
  account: option('--account <name>', text),
  shop: option('--shop <id|name>', text),
  item: option('--item <id|link>', (value) => readId(value).id),
  plan: option('--plan <id>', text),
  'check-item': flag('--item'),
  'check-plan': flag('--plan'),
  'check-shop': flag('--shop'),

  'min-gain': option('--min-gain <points>', gain, { usual: '0' }),
  'max-age': option('--max-age <duration>', age, { usual: '3d' }),
  'confirm-missing': option('--confirm-missing <n>', captures, { usual: `${DEFAULT_POLICY.confirmMissing}` }),
  'as-of': option('--as-of <time>', moment, { fallback: 'now' }),
  since: option('--since <time>', windowStart),
  'report-since': option('--since <time>', windowStart, { fallback: '90d' }),
  'since-sync': option('--since <time>', sinceSync, { fallback: '7d' }),
  until: option('--until <time>', moment, { fallback: 'now' }),

  verdict: someOf('--verdict <verdict,...>', SHOWN_VERDICTS, VERDICTS_IN_CHINESE),
  code: someOf('--code <code,...>', CHANGE_CODES),
  grade: someOf('--grade <grade,...>', GRADES, GRADES_IN_CHINESE),
  sort: oneOf('--sort <key>', SORTS, { fallback: 'verdict' }),
  'sort-shops': oneOf('--sort <key>', SHOP_SORTS, { fallback: 'grade' }),
  limit: option('--limit <n>', count),
  items: flag('--items'),
  lines: flag('--lines'),
  mask: flag('--mask'),
  'dossier-verify': option('--verify <file>', text, {
    silences: ['output', 'mask', 'force', 'since', 'until', 'account', 'shop'],
  }),
  'loss-why': option('--why <order>', text),
  evidence: flag('--evidence'),
  all: flag('--all'),
  'exit-code': flag('--exit-code'),

  source: option('--source <name...>', text),
  'captured-at': option('--captured-at <time>', text),
  as: option('--as <format>', text),
  map: option('--map <file|name>', text),
  seller: option('--seller <id>', text),
  keeper: option('--keeper <id>', text),
  'sync-item': option('--item <id>', text),
  campaign: option('--campaign <id>', text),
  partial: flag('--partial'),
  'rate-unit': oneOf('--rate-unit <unit>', ASKED_UNITS),
  'skip-bad-rows': flag('--skip-bad-rows'),
  'accept-removals': flag('--accept-removals'),
  'accept-rates': flag('--accept-rates'),
  again: flag('--again'),
  mapping: flag('--mapping'),
  template: flag('--template', { silences: ['format', 'json', 'excel'] }),
  'dry-run': flag('--dry-run'),
  wait: option('--wait <duration>', wait, { fallback: '30s' }),

  'mute-until': option('--until <time>', future),
  'mute-reason': option('--reason <text>', text),
  'mute-list': flag('--list', { silences: ['undo', 'until', 'reason', 'shop'] }),
  'mute-undo': flag('--undo', { silences: ['until', 'reason'] }),
  'exited-at': option('--at <time>', past, { fallback: 'now' }),
  undo: flag('--undo', { silences: ['at'] }),
  output: option('--output <file>', text),
  orders: flag('--orders'),
  'share-orders': flag('--orders', { needs: 'share' }),
  'sync-report': option('--report <file>', text),
  force: flag('--force', { needs: 'output' }),
  cron: flag('--cron'),
  share: flag('--share'),
  to: option('--to <postgres://…|remote>', text, { silences: ['output', 'orders'] }),
  'secret-env': option('--env <name>', text),
  'secret-file': option('--file <path>', text),

  quiet: flag('-q, --quiet'),
  verbose: flag('-v, --verbose'),
  format: option('--format <format>', format, { choices: OUTPUT_FORMATS, fallback: 'table' }),
  json: flag('--json'),
  excel: flag('--excel'),
} as const;

type BaseName = keyof typeof OPTIONS;
type VariantName<K> = K extends `help.option.${infer Base extends BaseName}.${infer Use}` ? `${Base}.${Use}` : never;
/** The name of an option; with the use of a command behind it, where that has other words for it: `since.orders`. */
export type OptionName = BaseName | VariantName<MessageKey>;

export const SCOPE = ['account', 'shop', 'item', 'plan'] as const;
export const POLICY = ['min-gain', 'max-age', 'confirm-missing', 'as-of'] as const;
export const OUTPUT = ['format', 'json', 'excel'] as const;
/** Which of several plans of one id. */
export const PLAN_CHOICE = ['shop.plan', 'account', 'wait'] as const;
/** What a file is, if it does not say it itself. */
export const FILES = [
  'account.sync',
  'captured-at',
  'as',
  'map',
  'seller',
  'keeper',
  'sync-item',
  'campaign',
  'partial',
  'rate-unit',
  'skip-bad-rows',
] as const;

/** Groups of the help. */
const GROUPS = { scope: SCOPE, policy: POLICY, files: FILES, output: OUTPUT } as const;
type OptionGroup = keyof typeof GROUPS;

export function groupOf(name: OptionName): OptionGroup | null {
  const groups: Readonly<Record<OptionGroup, readonly OptionName[]>> = GROUPS;
  return (Object.keys(GROUPS) as OptionGroup[]).find((group) => groups[group].includes(name)) ?? null;
}

type OptionRow<Name extends OptionName> = Name extends BaseName
  ? (typeof OPTIONS)[Name]
  : Name extends `${infer Base extends BaseName}.${string}`
    ? (typeof OPTIONS)[Base]
    : never;

export function rowOf(name: OptionName): Option<string, unknown, More> {
  return OPTIONS[name.replace(/\..*/, '') as BaseName];
}

type Long<Flags extends string> = Flags extends `${string}--${infer Name} ${string}`
  ? Name
  : Flags extends `${string}--${infer Name}`
    ? Name
    : never;
type Camel<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;
/** As commander calls it: `minGain`. */
type Attribute<Name extends OptionName> = Camel<Long<OptionRow<Name>['flags']>>;
type IsKept<Name extends OptionName> = OptionRow<Name> extends { readonly fallback: string } ? Name : never;
type ValueOf<Name extends OptionName> = OptionRow<Name>['flags'] extends `${string},...>`
  ? ReturnType<OptionRow<Name>['read']>
  : OptionRow<Name>['flags'] extends `${string}...>`
    ? ReturnType<OptionRow<Name>['read']>[]
    : ReturnType<OptionRow<Name>['read']>;

/** The values of these options. An option that is not given and has no default is absent. */
export type Values<Name extends OptionName> = {
  readonly [N in Name as Attribute<IsKept<N>>]: ValueOf<N>;
} & { readonly [N in Exclude<Name, IsKept<Name>> as Attribute<N>]?: ValueOf<N> };

/** Reads what was given. Throws `bad-option`, and `only-with` or `not-with` for an option that would do nothing. */
export function readOptions(
  names: readonly OptionName[],
  given: Readonly<Record<string, unknown>>,
  now: Pick<ReadingOf, 'nowMs' | 'zone'>,
): Values<OptionName> {
  const longs = names.map((name) => longOf(rowOf(name)));
  const values = names.flatMap((name): [string, unknown][] => {
    const { read, fallback, ...row } = rowOf(name);
    const long = longOf(row);
    const attribute = attributeOf(long);
    const texts = given[attribute] ?? fallback;
    if (texts === undefined) return [];
    if (given[attribute] !== undefined) refuseUseless(long, row, longs, given);
    const readOne = (value: string) => read(value, { option: `--${long}`, given, ...now });
    return [[attribute, Array.isArray(texts) ? texts.map(readOne) : readOne(texts as string)]];
  });
  return Object.fromEntries(values) as Values<OptionName>;
}

function longOf({ flags }: { readonly flags: string }): string {
  return /--([a-z-]+)/.exec(flags)?.[1] ?? '';
}

function attributeOf(long: string): string {
  return long.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/** `longs`: the options of the command. */
function refuseUseless(
  long: string,
  { needs, silences = [] }: More,
  longs: readonly string[],
  given: Readonly<Record<string, unknown>>,
): void {
  const isGiven = (other: string) => given[attributeOf(other)] !== undefined;
  if (needs !== undefined && longs.includes(needs) && !isGiven(needs))
    throw new TkguardError('only-with', { option: `--${long}`, needed: `--${needs}` });
  const silent = silences.find((other) => longs.includes(other) && isGiven(other));
  if (silent !== undefined) throw new TkguardError('not-with', { option: `--${silent}`, other: `--${long}` });
}
