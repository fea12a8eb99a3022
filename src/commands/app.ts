/** What every command gets: the host, the words, the configuration; and how it answers. */
import { join } from 'node:path';
import type { Config } from '../config/shape.ts';
import { mapValues } from '../domain/map-values.ts';
import { DEFAULT_POLICY, type Policy, type PolicyRules } from '../domain/policy.ts';
import { type ExitCode, ioErrorOf, TkguardError } from '../errors.ts';
import type { Host } from '../host.ts';
import type { ImportWorld } from '../import/options.ts';
import { buildDoneReport, type Deed } from '../report/done-report.ts';
import { render, renderText } from '../report/render.ts';
import type { Line, OutputFormat, Report } from '../report/report.ts';
import { followLinks } from '../store/place-file.ts';
import type { Lang, Translate } from '../words/index.ts';

export interface App {
  readonly host: Host;
  readonly t: Translate;
  readonly lang: Lang;
  /** The command that the command line names; null: none. */
  readonly command: string | null;
  /** The configuration in force. Throws what is wrong with it. */
  config(): Config;
  /** `--db`. */
  db?: string;
  /** Something was written to stdout. */
  hasAnswered?: boolean;
  /** The exit code of the program after the command. */
  exitCode: ExitCode;
}

/**
 * `--db`, else `TKGUARD_DB`, else the configuration, else the user's data folder (Windows: `%LOCALAPPDATA%`). Follows links,
 * because logs and backups belong beside the real file. Throws `bad-option`, and `io` for a loop.
 */
export function databasePath(app: Pick<App, 'db' | 'host' | 'config'>): string {
  const path = namedDatabase(app);
  try {
    return followLinks(path);
  } catch (error) {
    throw new TkguardError('io', { path, reason: error instanceof Error ? error.message : String(error) });
  }
}

/** There is a database, as far as can be told. */
export function hasBegun(app: App): boolean {
  try {
    return app.host.exists(databasePath(app));
  } catch {
    return false;
  }
}

function namedDatabase({ db, host, config }: Pick<App, 'db' | 'host' | 'config'>): string {
  const given = (db ?? host.env.TKGUARD_DB) || config().values.database;
  if (given) return given;
  const home = host.home();
  const local = host.isWindows ? host.env.LOCALAPPDATA : null;
  const data = host.env.XDG_DATA_HOME || local || (home ? join(home, '.local', 'share') : null);
  if (!data) throw new TkguardError('bad-option', { option: '--db', value: '', expected: '/path/to/tkguard.db' });
  return join(data, 'tkguard', 'tkguard.db');
}

/** The part that imports need. */
export function importWorldOf({ host, config, t }: App): ImportWorld {
  return { host, config: config(), zone: t.zone };
}

/** Values of the policy options: basis points, milliseconds, a count. */
interface PolicyFlags {
  readonly minGain?: number;
  readonly maxAge?: number;
  readonly confirmMissing?: number;
}

/** The policy: flags, else the configuration with its exceptions, else the defaults. */
export function policyOf(
  { minGain, maxAge, confirmMissing }: PolicyFlags,
  { config }: Pick<App, 'config'>,
): PolicyRules {
  const flags: Partial<Policy> = {
    ...(minGain !== undefined && { minGainBp: minGain }),
    ...(maxAge !== undefined && { maxAgeMs: maxAge }),
    ...(confirmMissing !== undefined && { confirmMissing }),
  };
  const { shops = {}, plans = {}, ...rule } = config().policy;
  const under = (exceptions: Readonly<Record<string, Partial<Policy>>>) =>
    mapValues(exceptions, (exception) => ({ ...exception, ...flags }));
  return { ...DEFAULT_POLICY, ...rule, ...flags, shops: under(shops), plans: under(plans) };
}

/** Writes the answer to stdout. */
export async function writeReport(report: Report, format: OutputFormat, app: App): Promise<void> {
  const { stdout, env } = app.host;
  // A terminal that does not know its size says 0.
  const width = (stdout.isTerminal && stdout.columns) || null;
  const colour = stdout.isTerminal && !env.NO_COLOR && env.TERM !== 'dumb';
  await print(await render(report, format, { colour, width }), app);
}

/** Writes what a command changed. `nothing`: what is said if that is nothing. */
export async function writeDone(
  done: readonly Deed[],
  format: OutputFormat,
  app: App,
  nothing?: string,
): Promise<void> {
  await writeReport(buildDoneReport(done, app.t, nothing), format, app);
}

/** Writes lines to stderr. */
export async function tell(lines: readonly Line[], { host: { stderr } }: Pick<App, 'host'>): Promise<void> {
  const width = (stderr.isTerminal && stderr.columns) || null;
  await stderr.write(await renderText(lines, { colour: false, width }));
}

/** Writes to stdout. Throws `io` for a full disk. */
export async function print(text: string, app: Pick<App, 'host' | 'hasAnswered'>): Promise<void> {
  app.hasAnswered = true;
  try {
    await app.host.stdout.write(text);
  } catch (error) {
    throw ioErrorOf('stdout', error);
  }
}
