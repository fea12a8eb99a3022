/** What every command shares: the world, the words, where the database is, and how an answer is written. */

import { join } from 'node:path';
import type { Command } from 'commander';
import { millisecondsInDay } from 'date-fns/constants';
import type { Config } from '../config/shape.ts';
import type { Policy, PolicyRules } from '../domain/policy.ts';
import { DEFAULT_POLICY, parseGain } from '../domain/policy.ts';
import { endMs, parseDuration, parseTime } from '../domain/time.ts';
import type { ExitCode } from '../errors.ts';
import { EXIT, isTkguardError, TkguardError } from '../errors.ts';
import type { Host } from '../host.ts';
import type { OutputFormat, Report } from '../report/report.ts';
import { OUTPUT_FORMATS } from '../report/report.ts';
import type { Db } from '../store/open.ts';
import { followLinks } from '../store/place-file.ts';
import type { LedgerReader } from '../store/read-ledger.ts';
import type { Lang, Translate } from '../words/index.ts';

export interface Context {
  readonly host: Host;
  readonly t: Translate;
  readonly lang: Lang;
  /** The configuration in force. Throws what is wrong with it. */
  config(): Config;
  /** The command's exit code; main reads it when the command is done. */
  setExitCode(code: ExitCode): void;
}

/** Options that the flags of `addOutputOptions` and the program's own give. */
export interface CommonOptions {
  readonly db?: string;
  readonly format?: string;
  readonly json?: boolean;
  readonly account?: string;
}

export type CommandName =
  | 'sync'
  | 'inspect'
  | 'diff'
  | 'check'
  | 'why'
  | 'snapshots'
  | 'formats'
  | 'schema'
  | 'release'
  | 'discard'
  | 'backup'
  | 'restore'
  | 'export'
  | 'doctor'
  | 'paths'
  | 'changes'
  | 'history'
  | 'shops'
  | 'mute'
  | 'mutes'
  | 'unmute'
  | 'exited'
  | 'init'
  | 'config'
  | 'completion';

/** A command with its summary; its help starts with examples. */
export function addCommand(program: Command, name: CommandName, t: Translate): Command {
  return program
    .command(name)
    .description(t(`help.${name}.summary`))
    .addHelpText('before', indentExamples(t(`help.${name}.examples`), t));
}

/** An option that takes one of a closed list of words, or several where its flags end in `,...>`: completion offers them. */
export function addChoice(
  command: Command,
  flags: string,
  description: string,
  choices: readonly string[],
  fallback?: string,
): Command {
  const option = command.createOption(flags, description).default(fallback);
  option.argChoices = [...choices];
  return command.addOption(option);
}

/** The same for an argument. */
export function addChoiceArgument(
  command: Command,
  name: string,
  description: string,
  choices: readonly string[],
): Command {
  const argument = command.createArgument(name, description);
  argument.argChoices = [...choices];
  return command.addArgument(argument);
}

export function indentExamples(examples: string, t: Translate): string {
  const lines = examples.split('\n').map((line) => `  ${line}`);
  return `${t('help.heading.examples')}\n${lines.join('\n')}\n`;
}

export function addOutputOptions(command: Command, t: Translate): Command {
  const described = t('help.option.format', { choices: OUTPUT_FORMATS.join(', ') });
  return addChoice(command, '--format <format>', described, OUTPUT_FORMATS).option('--json', t('help.option.json'));
}

export interface WaitOptions {
  readonly wait?: string;
}

/** For commands that write: how long to wait for another writer. */
export function addWaitOption(command: Command, t: Translate): Command {
  return command.option('--wait <duration>', t('help.option.wait', { default: DEFAULT_WAIT }));
}

const DEFAULT_WAIT = '30s';

/** In milliseconds. Throws `bad-option`. */
export function waitOf({ wait = DEFAULT_WAIT }: WaitOptions): number {
  const ms = parseDuration(wait);
  // SQLite counts in 32 bits.
  if (ms === null || ms > millisecondsInDay) throw bad('--wait', wait, '0s, 30s, 5m');
  return ms;
}

export interface PolicyOptions {
  readonly minGain?: string;
  readonly maxAge?: string;
  readonly confirmMissing?: string;
  readonly asOf?: string;
}

export function addPolicyOptions(command: Command, t: Translate): Command {
  command
    .option('--min-gain <points>', t('help.option.min-gain', { default: '0' }))
    .option('--max-age <duration>', t('help.option.max-age', { default: '3d' }));
  return addConfirmMissing(command, t).option('--as-of <time>', t('help.option.as-of'));
}

export function addConfirmMissing(command: Command, t: Translate): Command {
  return command.option(
    '--confirm-missing <n>',
    t('help.option.confirm-missing', { default: DEFAULT_POLICY.confirmMissing }),
  );
}

/** What narrows a question to an account, a shop, an item or a plan. */
export interface ScopeOptions {
  readonly shop?: string;
  readonly item?: string;
  readonly plan?: string;
}

export function addScopeOptions(command: Command, t: Translate): Command {
  return command
    .option('--account <name>', t('help.option.account'))
    .option('--shop <id|name>', t('help.option.shop'))
    .option('--item <id>', t('help.option.item'))
    .option('--plan <id>', t('help.option.plan'));
}

/** `--limit`; null: no limit. Throws `bad-option`. */
export function limitOf({ limit }: { readonly limit?: string }): number | null {
  if (limit !== undefined && !/^[1-9]\d{0,8}$/.test(limit)) throw bad('--limit', limit, '20');
  return limit === undefined ? null : Number(limit);
}

export interface WindowOptions {
  readonly since?: string;
  readonly until?: string;
}

/** The moment up to which a window reaches: `--until`, else now. `untilMs` bounds what is seen. */
export function windowEnd({ until }: WindowOptions, context: Pick<Context, 'host' | 't'>): Moment {
  return momentIn('--until', until, context);
}

interface Moment {
  readonly nowMs: number;
  readonly untilMs: number;
}

/** A time (a date is its last moment) or a duration back from now; where it is not given, now. Throws `bad-option`. */
function momentIn(option: string, text: string | undefined, { host, t }: Pick<Context, 'host' | 't'>): Moment {
  if (text === undefined) return { nowMs: host.now(), untilMs: Number.MAX_SAFE_INTEGER };
  const back = parseDuration(text);
  const ms = back === null ? endMs(text, t.zone) : host.now() - back;
  if (ms === null) throw bad(option, text, '2026-11-20, 2026-11-20 09:30, 2026-11-20T01:30Z, 7d');
  return { nowMs: ms, untilMs: ms };
}

/** The beginning of a window: a duration back from its end, or a time (a date is its first moment). */
export function windowStart(since: string, nowMs: number, { zone }: Pick<Translate, 'zone'>, more = ''): number {
  const back = parseDuration(since);
  const ms = back === null ? parseTime(since, zone)?.ms : nowMs - back;
  if (ms === undefined || ms > nowMs) throw bad('--since', since, `7d, 2026-11-20, 2026-11-20 09:30${more}`);
  return ms;
}

function bad(option: string, value: string, expected: string): TkguardError {
  return new TkguardError('bad-option', { option, value, expected });
}

/** The policy: flags, else the configuration with its exceptions, else the defaults. Throws `bad-option`. */
export function policyOf(options: PolicyOptions, { config }: Pick<Context, 'config'>): PolicyRules {
  const flags = policyFlags(options);
  const { shops = {}, plans = {}, ...rule } = config().policy;
  const under = (exceptions: Readonly<Record<string, Partial<Policy>>>) =>
    Object.fromEntries(Object.entries(exceptions).map(([id, exception]) => [id, { ...exception, ...flags }]));
  return { ...DEFAULT_POLICY, ...rule, ...flags, shops: under(shops), plans: under(plans) };
}

function policyFlags({ minGain, maxAge, confirmMissing }: PolicyOptions): Partial<Policy> {
  const minGainBp = minGain === undefined ? undefined : parseGain(minGain);
  if (minGainBp === null) throw bad('--min-gain', minGain ?? '', '0.5');
  const maxAgeMs = maxAge === undefined ? undefined : parseDuration(maxAge);
  if (maxAgeMs === null) throw bad('--max-age', maxAge ?? '', '30m, 12h, 7d');
  if (confirmMissing !== undefined && !/^[1-9]\d?$/.test(confirmMissing))
    throw bad('--confirm-missing', confirmMissing, '1-99');
  return {
    ...(minGainBp === undefined ? {} : { minGainBp }),
    ...(maxAgeMs === undefined ? {} : { maxAgeMs }),
    ...(confirmMissing === undefined ? {} : { confirmMissing: Number(confirmMissing) }),
  };
}

/** The moment asked about: `--as-of`, else now. `untilMs` bounds what is seen. */
export function momentOf({ asOf }: PolicyOptions, context: Pick<Context, 'host' | 't'>): Moment {
  return momentIn('--as-of', asOf, context);
}

/**
 * `--db`, else `TKGUARD_DB`, else what the configuration says, else the user's data folder. Where that is a link, the file
 * that it leads to: logs, backups and a restored database belong beside that file. Throws `bad-option`, and `io` for a loop.
 */
export function databasePath(options: CommonOptions, context: Pick<Context, 'host' | 'config'>): string {
  const path = namedDatabase(options, context);
  try {
    return followLinks(path);
  } catch (error) {
    throw new TkguardError('io', { path, reason: error instanceof Error ? error.message : String(error) });
  }
}

function namedDatabase(options: CommonOptions, { host, config }: Pick<Context, 'host' | 'config'>): string {
  const given = (options.db ?? host.env.TKGUARD_DB) || config().values.database;
  if (given) return given;
  const home = host.home();
  const data = host.env.XDG_DATA_HOME || (home ? join(home, '.local', 'share') : null);
  if (!data) throw bad('--db', '', '/path/to/tkguard.db');
  return join(data, 'tkguard', 'tkguard.db');
}

export function outputFormat(options: CommonOptions): OutputFormat {
  if (options.json && options.format !== undefined && options.format !== 'json')
    throw bad('--format', options.format, 'json, or no --json');
  const name = options.json ? 'json' : (options.format ?? 'table');
  return choiceOf('--format', name, OUTPUT_FORMATS);
}

export function isColourWanted(host: Host): boolean {
  return host.stdout.isTerminal && !host.env.NO_COLOR && host.env.TERM !== 'dumb';
}

/** Writes the answer: the only thing that ever goes to stdout. */
export async function writeReport(report: Report, format: OutputFormat, host: Host): Promise<void> {
  // A terminal that does not know its size says 0.
  const terminal = { colour: isColourWanted(host), width: (host.stdout.isTerminal && host.stdout.columns) || null };
  if (format === 'table' && report.text) return writeAnswer(report.text(terminal), host);
  const { render } = await import('../report/render.ts');
  await writeAnswer(await render(report, format, terminal), host);
}

/** To stdout. A full disk is the user's to mend, no mistake of ours: throws `io`. */
export async function writeAnswer(text: string, { stdout }: Host): Promise<void> {
  try {
    await stdout.write(text);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new TkguardError('io', { path: 'stdout', reason: error.message });
  }
}

/** Exit codes of a gate: something to exit, something that cannot be judged, or neither. */
export function gateExitCode(verdicts: readonly (string | null)[]): ExitCode {
  if (verdicts.includes('exit')) return EXIT.findings;
  return verdicts.includes('review') ? EXIT.cannotJudge : EXIT.ok;
}

/** One of a closed list of words, or `bad-option`. */
export function choiceOf<T extends string>(option: string, value: string, choices: readonly T[]): T {
  const choice = choices.find((known) => known === value.trim());
  if (choice === undefined) throw bad(option, value, choices.join(', '));
  return choice;
}

/**
 * Opens the database for reading, asks, and closes it whatever happens. `untilMs`: nothing captured later is seen.
 * Throws `unknown-id` for an account that no snapshot has: mistyped, it must not read as "nothing to exit".
 */
export async function readLedger<T>(
  options: CommonOptions,
  context: Context,
  untilMs: number,
  ask: (db: Db, reader: LedgerReader) => T,
): Promise<T> {
  const { guard, openForReading } = await import('../store/open.ts');
  const { openLedgerReader } = await import('../store/read-ledger.ts');
  const { listSnapshots } = await import('../store/list-snapshots.ts');
  const { unknownId } = await import('../store/look-up.ts');
  const path = databasePath(options, context);
  const { account } = options;
  const db = openForReading(path);
  try {
    return guard(path, () => {
      if (account !== undefined && listSnapshots(db, account).length === 0) {
        throw unknownId(db, 'account', account);
      }
      return ask(db, openLedgerReader(db, untilMs));
    });
  } catch (error) {
    // What no code of ours expects may stand in a damaged file.
    if (!isTkguardError(error)) (await import('../store/verify.ts')).checkStructure(db, path);
    throw error;
  } finally {
    db.close();
  }
}
