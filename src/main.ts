/** Composition root: language, program, and errors to exit codes, once. */
import { CommanderError } from 'commander';
import { type App, hasBegun, print, tell } from './commands/app.ts';
import { commandIn } from './commands/index.ts';
import { MEANT } from './commands/near-words.ts';
import { defineProgram } from './commands/program.ts';
import { nameValues } from './commands/value-names.ts';
import { flagOf, openConfig } from './config/config.ts';
import { CHINA, zoneOf } from './domain/time.ts';
import { EXIT, type ExitCode, isTkguardError, type TkguardError } from './errors.ts';
import { type Host, hostOf } from './host.ts';
import { describeError, errorDocument, usageError } from './report/problems.ts';
import { createTranslator, LANGS, type Lang, lookUp, type Translate } from './words/index.ts';

/** Runs the program in the real world; gives its exit code. */
export function main(process: NodeJS.Process): Promise<ExitCode> {
  return runProgram(hostOf(process));
}

/** Runs the program in any world. */
export async function runProgram(host: Host): Promise<ExitCode> {
  const config = await openConfig(host);
  const values = isTkguardError(config) ? {} : config.values;
  const lang = chooseLang(host, values.language);
  const t = await createTranslator(lang, zoneOf(values.timeZone ?? CHINA.name));
  const app: App = {
    host,
    t,
    lang,
    command: commandIn(host.argv),
    exitCode: EXIT.ok,
    config() {
      // Commands that need none of it still run.
      if (isTkguardError(config)) throw config;
      return config;
    },
  };
  try {
    await runCommand(app);
    return app.exitCode;
  } catch (thrown) {
    const failure = isTkguardError(thrown) ? thrown : null;
    if (failure && wantsJson(host.argv)) {
      const document = { schema: 'tkguard.error/1', error: errorDocument(failure.fault, t) };
      // Where stdout is what failed, stderr alone tells it.
      if (!app.hasAnswered) await print(`${JSON.stringify(document, null, 2)}\n`, app).catch(() => {});
    }
    if (failure) await tell(describeError(failure.fault, t), app);
    else await host.stderr.write(describeBug(thrown, t));
    return failure?.exitCode ?? EXIT.io;
  }
}

function wantsJson(argv: readonly string[]): boolean {
  return argv.includes('--json') || flagOf(argv, '--format') === 'json';
}

/** `tkguard` alone says how to begin, and once there is a database what to do. */
function wholeCommand(app: App): readonly string[] {
  const { argv } = app.host;
  const takesNext = (word = '') => /^--(db|config|lang)$/.test(word);
  const isGlobal = (word: string, at: number) => takesNext(argv[at - 1]) || takesNext(word.replace(/=.*/s, ''));
  if (!argv.every(isGlobal) || takesNext(argv.at(-1))) return argv;
  const db = flagOf(argv, '--db');
  return [...argv, hasBegun(db === undefined ? app : { ...app, db }) ? 'status' : '--help'];
}

/** Throws `usage` for what commander does not understand. */
async function runCommand(app: App): Promise<void> {
  const help: string[] = [];
  try {
    const argv = wholeCommand(app);
    const program = await defineProgram(app, argv, (text) => help.push(text));
    await program.parseAsync([...argv], { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.exitCode !== 0) throw errorOf(thrown, app);
  }
  if (help.length > 0) await print(help.join(''), app);
}

/** commander's sentence names the culprit in quotation marks, and ends in a suggestion where it has one. */
function errorOf({ code, message }: CommanderError, { command, t }: App): TkguardError {
  const [, culprit = ''] = /'([^']*)'/.exec(message) ?? [];
  const isName = code === 'commander.missingArgument' || code === 'commander.optionMissingArgument';
  const what = isName ? nameValues(culprit.startsWith('-') ? culprit : `<${culprit}>`, t) : culprit;
  const [, similar = ''] = /\(Did you mean (?:one of )?(.*?)\?\)/.exec(message) ?? [];
  const meant = code === 'commander.unknownCommand' && Object.hasOwn(MEANT, what) ? MEANT[what] : undefined;
  const near = meant === undefined ? similar.split(', ').filter((name) => name !== '') : [meant];
  const said = lookUp(`usage.${code.replace('commander.', '')}`, { what }, t) ?? message.replace(/^error: /, '');
  return usageError(said, near, command);
}

/** `--lang`, else `TKGUARD_LANG`, else the configuration, else the locale; what it may not be is told when options are read. */
function chooseLang({ argv, env }: Host, configured: Lang | undefined): Lang {
  const wanted = (flagOf(argv, '--lang') ?? env.TKGUARD_LANG) || configured;
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG;
  const langOf = (said = '') => LANGS.find((known) => said.toLowerCase().startsWith(known));
  return langOf(wanted) ?? langOf(locale) ?? 'en';
}

function describeBug(thrown: unknown, t: Translate): string {
  const trace = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return `${t('bug')}\n${trace}\n`;
}
