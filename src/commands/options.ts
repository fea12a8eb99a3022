/**
 * Every option: its flags, its parser, and its default. Its help is `help.option.<name>`. A command names its options and
 * gets their values.
 */
import { millisecondsInDay } from 'date-fns/constants';
import { CHANGE_CODES } from '../domain/changes.ts';
import { GRADES } from '../domain/grade.ts';
import { SHOP_SORTS, SORTS } from '../domain/order.ts';
import { DEFAULT_POLICY, parseGain } from '../domain/policy.ts';
import type { Zone } from '../domain/time.ts';
import { endMs, formatMinute, parseDuration, parseTime } from '../domain/time.ts';
import { VERDICTS } from '../domain/verdict.ts';
import { TkguardError } from '../errors.ts';
import type { OutputFormat } from '../report/report.ts';
import { OUTPUT_FORMATS } from '../report/report.ts';
import { readId } from './links.ts';

/** What a parser may look at. */
interface ReadingOf {
  /** `--limit`, for the error. */
  readonly option: string;
  readonly nowMs: number;
  readonly zone: Zone;
  /** All options of the call, as text. */
  readonly given: Readonly<Record<string, unknown>>;
}

interface More {
  /** The value of an option that is not given. */
  readonly fallback?: string;
  /** Default for the help, where the configuration may say something else. */
  readonly usual?: string;
  /** The words it takes: offered by completion, named by the help. */
  readonly choices?: readonly string[];
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
    value.split(/[,，、]/).map((word) => others[word.trim()] ?? choiceOf(option, word, choices));
  return option(flags, read, { choices });
}

const flag = <const Flags extends string>(flags: Flags) => option(flags, () => true as const);

const text = (value: string) => value;

/** One of a closed list of words. Throws `bad-option`. */
export function choiceOf<T extends string>(option: string, value: string, choices: readonly T[]): T {
  return choices.find((known) => known === value.trim()) ?? bad(option, value, choices.join(', '));
}

function bad(option: string, value: string, expected: string): never {
  throw new TkguardError('bad-option', { option, value, expected });
}

function format(value: string, { option, given }: ReadingOf): OutputFormat {
  const named = new Set<string>(given.format === undefined ? [] : [value]);
  for (const short of ['json', 'excel']) if (given[short]) named.add(short);
  const [one = value, ...others] = named;
  return others.length > 0 ? bad(option, [...named].join(' '), 'one of them') : choiceOf(option, one, OUTPUT_FORMATS);
}

/** A parser that gives null for what it cannot read; `expected` is for the error. */
function parsed<Value>(parse: (text: string) => Value | null, expected: string) {
  return (value: string, { option }: ReadingOf): Value => parse(value) ?? bad(option, value, expected);
}

const count = parsed((value) => (/^[1-9]\d{0,8}$/.test(value) ? Number(value) : null), '20');
const captures = parsed((value) => (/^[1-9]\d?$/.test(value) ? Number(value) : null), '1-99');
/** In basis points. */
const gain = parsed(parseGain, '0.5');
/** In milliseconds. */
const age = parsed(parseDuration, '30m, 12h, 7d');
/** In milliseconds; SQLite counts them in 32 bits. */
const wait = parsed((value) => {
  const ms = parseDuration(value);
  return ms === null || ms > millisecondsInDay ? null : ms;
}, '0s, 30s, 5m');

/** The moment asked about, and the last capture that counts for it. */
export interface Moment {
  readonly nowMs: number;
  readonly untilMs: number;
}

/** A time (a date is its last moment), or a duration back from now. */
function moment(text: string, { option, nowMs, zone }: ReadingOf): Moment {
  const value = dayOf(text, { nowMs, zone });
  if (value === 'now') return { nowMs, untilMs: Number.MAX_SAFE_INTEGER };
  const back = parseDuration(value);
  const ms = back === null ? endMs(value, zone) : nowMs - back;
  if (ms === null) return bad(option, value, '2026-11-20, 2026-11-20 09:30, 2026-11-20T01:30Z, 7d');
  return { nowMs: ms, untilMs: ms };
}

/** The beginning of a window that ends at a moment. Throws `bad-option` where it is later than the end. */
type WindowStart = (endMs: number) => number;

/** A duration back from the end of the window, or a time (a date is its first moment). */
function windowStart(text: string, { option, nowMs, zone }: ReadingOf, more = ''): WindowStart {
  const value = dayOf(text, { nowMs, zone });
  const back = parseDuration(value);
  const startMs = back === null ? parseTime(value, zone)?.ms : undefined;
  const refuse = () => bad(option, value, `7d, 2026-11-20, 2026-11-20 09:30${more}`);
  if (back === null && startMs === undefined) refuse();
  return (endMs) => {
    const ms = startMs ?? endMs - (back ?? 0);
    return ms > endMs ? refuse() : ms;
  };
}

export const LAST_SYNC = 'last-sync';

function sinceSync(value: string, of: ReadingOf): WindowStart | typeof LAST_SYNC {
  return value === LAST_SYNC ? LAST_SYNC : windowStart(value, of, `, ${LAST_SYNC}`);
}

/** A moment to come: a duration from now, or a time (a date is its last moment). */
function future(value: string, { option, nowMs, zone }: ReadingOf): number {
  const ahead = parseDuration(value);
  const ms = ahead === null ? endMs(value, zone) : nowMs + ahead;
  if (ms === null) return bad(option, value, '7d, 2026-12-01');
  if (ms <= nowMs) throw new TkguardError('time-past', { option, value });
  return ms;
}

/** A moment that has passed; a date is its last one, as far as it has passed. */
function past(text: string, { option, nowMs, zone }: ReadingOf): number {
  const value = dayOf(text, { nowMs, zone });
  if (value === 'now') return nowMs;
  const [first, last] = [parseTime(value, zone)?.ms, endMs(value, zone)];
  if (first === undefined || last === null) return bad(option, value, '2026-11-20, 2026-11-20 09:30');
  if (first > nowMs) throw new TkguardError('time-to-come', { option, value });
  return Math.min(last, nowMs);
}

const SHOWN_VERDICTS = [...VERDICTS, 'superseded'] as const;
const VERDICTS_IN_CHINESE = {
  退出: 'exit',
  待核实: 'review',
  已失效: 'closed',
  保留: 'keep',
  被覆盖: 'superseded',
} as const;

/** Of today and the days before: `2026-11-28` for yesterday. Other texts stay as they are. */
function dayOf(value: string, { nowMs, zone }: Pick<ReadingOf, 'nowMs' | 'zone'>): string {
  const back = { today: 0, 今天: 0, yesterday: 1, 昨天: 1, 前天: 2 }[value.trim()];
  return back === undefined ? value : formatMinute(nowMs - back * millisecondsInDay, zone).slice(0, 10);
}

/** Units that a bare rate below 1 may have. */
const ASKED_UNITS = ['percent', 'fraction'] as const;

export const OPTIONS = {
  account: option('--account <name>', text),
  shop: option('--shop <id|name>', text),
  item: option('--item <id|link>', (value) => readId(value).id),
  plan: option('--plan <id>', text),
  'plan-shop': option('--shop <id|name>', text),
  'check-item': flag('--item'),
  'check-plan': flag('--plan'),
  'check-shop': flag('--shop'),

  'min-gain': option('--min-gain <points>', gain, { usual: '0' }),
  'max-age': option('--max-age <duration>', age, { usual: '3d' }),
  'confirm-missing': option('--confirm-missing <n>', captures, { usual: `${DEFAULT_POLICY.confirmMissing}` }),
  'as-of': option('--as-of <time>', moment, { fallback: 'now' }),
  since: option('--since <time>', windowStart),
  'since-sync': option('--since <time>', sinceSync, { fallback: '7d' }),
  until: option('--until <time>', moment, { fallback: 'now' }),

  verdict: someOf('--verdict <verdict,...>', SHOWN_VERDICTS, VERDICTS_IN_CHINESE),
  code: someOf('--code <code,...>', CHANGE_CODES),
  grade: someOf('--grade <grade,...>', GRADES),
  sort: oneOf('--sort <key>', SORTS, { fallback: 'verdict' }),
  'sort-shops': oneOf('--sort <key>', SHOP_SORTS, { fallback: 'grade' }),
  limit: option('--limit <n>', count),
  'limit-newest': option('--limit <n>', count),
  items: flag('--items'),
  evidence: flag('--evidence'),
  all: flag('--all'),
  'all-changes': flag('--all'),
  'exit-code': flag('--exit-code'),

  source: option('--source <name...>', text),
  'sync-account': option('--account <name>', text),
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
  'dry-run': flag('--dry-run'),
  wait: option('--wait <duration>', wait, { fallback: '30s' }),

  'mute-until': option('--until <time>', future),
  'mute-reason': option('--reason <text>', text),
  'mute-list': flag('--list'),
  'mute-undo': flag('--undo'),
  'exited-at': option('--at <time>', past, { fallback: 'now' }),
  undo: flag('--undo'),
  output: option('--output <file>', text),
  cron: flag('--cron'),

  quiet: flag('-q, --quiet'),
  'check-quiet': flag('-q, --quiet'),
  verbose: flag('-v, --verbose'),
  format: option('--format <format>', format, { choices: OUTPUT_FORMATS, fallback: 'table' }),
  json: flag('--json'),
  excel: flag('--excel'),
} as const;

export type OptionName = keyof typeof OPTIONS;

export const SCOPE = ['account', 'shop', 'item', 'plan'] as const;
export const POLICY = ['min-gain', 'max-age', 'confirm-missing', 'as-of'] as const;
export const OUTPUT = ['format', 'json', 'excel'] as const;
/** Which of several plans of one id. */
export const PLAN_CHOICE = ['plan-shop', 'account', 'wait'] as const;
/** What a file is, if it does not say it itself. */
export const FILES = [
  'sync-account',
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

type Row<Name extends OptionName> = (typeof OPTIONS)[Name];
type Long<Flags extends string> = Flags extends `${string}--${infer Name} ${string}`
  ? Name
  : Flags extends `${string}--${infer Name}`
    ? Name
    : never;
type Camel<Name extends string> = Name extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Name;
/** As commander calls it: `minGain`. */
type Attribute<Name extends OptionName> = Camel<Long<Row<Name>['flags']>>;
type IsKept<Name extends OptionName> = Row<Name> extends { readonly fallback: string } ? Name : never;
type ValueOf<Name extends OptionName> = Row<Name>['flags'] extends `${string},...>`
  ? ReturnType<Row<Name>['read']>
  : Row<Name>['flags'] extends `${string}...>`
    ? ReturnType<Row<Name>['read']>[]
    : ReturnType<Row<Name>['read']>;

/** The values of these options. An option that is not given and has no default is absent. */
export type Values<Name extends OptionName> = {
  readonly [N in Name as Attribute<IsKept<N>>]: ValueOf<N>;
} & { readonly [N in Exclude<Name, IsKept<Name>> as Attribute<N>]?: ValueOf<N> };

/** Reads what was given. Throws `bad-option`. */
export function readOptions(
  names: readonly OptionName[],
  given: Readonly<Record<string, unknown>>,
  now: Pick<ReadingOf, 'nowMs' | 'zone'>,
): Values<OptionName> {
  const values = names.flatMap((name): [string, unknown][] => {
    const { flags, read, fallback }: Option<string, unknown, More> = OPTIONS[name];
    const long = /--([a-z-]+)/.exec(flags)?.[1] ?? '';
    const attribute = long.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
    const texts = given[attribute] ?? fallback;
    if (texts === undefined) return [];
    const readOne = (value: string) => read(value, { option: `--${long}`, given, ...now });
    return [[attribute, Array.isArray(texts) ? texts.map(readOne) : readOne(texts as string)]];
  });
  return Object.fromEntries(values) as Values<OptionName>;
}
