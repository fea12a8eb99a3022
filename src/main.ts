/** Composition root: program, language, and errors to exit codes, once. */
import { Command, CommanderError } from 'commander';
import { version } from '../package.json';
import { defineCheck } from './commands/check.ts';
import type { Context } from './commands/context.ts';
import { addChoice, indentExamples } from './commands/context.ts';
import { flagOf, openConfig } from './config/config.ts';
import { CHINA, zoneOf } from './domain/time.ts';
import type { ExitCode } from './errors.ts';
import { EXIT, isTkguardError, TkguardError } from './errors.ts';
import type { Host } from './host.ts';
import { hostOf } from './host.ts';
import { describeError } from './report/problems.ts';
import type { Lang, Translate } from './words/index.ts';
import { createTranslator, LANGS, lookUp } from './words/index.ts';

/** Runs the program in the real world; gives its exit code. */
export function main(process: NodeJS.Process): Promise<ExitCode> {
  return runProgram(hostOf(process));
}

/** Runs the program in any world. */
export async function runProgram(host: Host): Promise<ExitCode> {
  const config = await openConfig(host);
  const { lang, error } = chooseLang(host, config instanceof TkguardError ? null : (config.values.language ?? null));
  const zone = config instanceof TkguardError ? CHINA : zoneOf(config.values.timeZone ?? CHINA.name);
  const t = await createTranslator(lang, zone);
  let exitCode: ExitCode = EXIT.ok;
  const context: Context = {
    host,
    t,
    lang,
    config() {
      if (config instanceof TkguardError) throw config;
      return config;
    },
    setExitCode: (code) => (exitCode = code),
  };
  const pending: Promise<void>[] = [];
  try {
    if (error) throw error;
    const program = await defineProgram(context, pending);
    if (host.argv.length === 0) program.outputHelp();
    else await program.parseAsync([...host.argv], { from: 'user' });
    await Promise.all(pending);
    return exitCode;
  } catch (thrown) {
    await Promise.all(pending);
    if (thrown instanceof CommanderError && thrown.exitCode === 0) return EXIT.ok;
    const failure = thrown instanceof CommanderError ? usageError(thrown, t) : isTkguardError(thrown) ? thrown : null;
    await host.stderr.write(failure ? errorText(failure, t) : describeBug(thrown, t));
    return failure?.exitCode ?? EXIT.io;
  }
}

async function defineProgram(context: Context, pending: Promise<void>[]): Promise<Command> {
  const { host, t } = context;
  const program = new Command('tkguard')
    .description(t('help.program.summary'))
    .version(version, '-V, --version', t('help.option.version'))
    .helpOption('-h, --help', t('help.option.help'))
    .helpCommand('help [command]', t('help.option.help-command'))
    .option('--db <path>', t('help.option.db'))
    .option('--config <path>', t('help.option.config'))
    .addHelpText('before', indentExamples(t('help.program.examples'), t))
    .addHelpText('after', `\n${t('help.heading.exit-codes')}\n${t('help.exit-codes')}`)
    .configureHelp({
      showGlobalOptions: true,
      styleTitle: (title) => titleOf(title, t),
      // The descriptions name the choices themselves, in either language.
      optionDescription: ({ description, defaultValue }) =>
        defaultValue === undefined ? description : `${description} (${t('help.default', { value: defaultValue })})`,
      argumentDescription: ({ description }) => description,
    })
    .configureOutput({
      writeOut: (text) => void pending.push(host.stdout.write(text)),
      writeErr: (text) => void pending.push(host.stderr.write(text)),
      outputError: () => {},
      getOutHelpWidth: () => (host.stdout.isTerminal ? host.stdout.columns : null) ?? 100,
    })
    .exitOverride()
    .showSuggestionAfterError();
  addChoice(program, '--lang <en|zh>', t('help.option.lang', { choices: LANGS.join(', ') }), LANGS);
  // The gate is asked before every posting: it alone is in the main file, and compiling the others would be half of its time.
  const named = commandIn(host.argv);
  if (named === 'check') defineCheck(program, context);
  else (await import('./commands/all.ts')).defineAll(program, context, named);
  return program;
}

/** Options of the program itself that take a value. */
const VALUED = ['--db', '--config', '--lang'];

/** The command that is named, where at most such options stand before it; undefined: only commander can tell. */
function commandIn(argv: readonly string[]): string | undefined {
  let at = 0;
  for (let word = argv[at]; word?.startsWith('-'); word = argv[at]) {
    if (VALUED.includes(word)) at += 2;
    else if (VALUED.some((option) => word?.startsWith(`${option}=`))) at += 1;
    else return undefined;
  }
  return argv[at];
}

/** commander's own words come in English only. */
function titleOf(title: string, t: Translate): string {
  return lookUp(`help.title.${title.replace(':', '').replace(' ', '-').toLowerCase()}`, {}, t) ?? title;
}

/** commander's sentence names the culprit in quotation marks, and ends in a suggestion where it has one. */
function usageError({ code, message }: CommanderError, t: Translate): TkguardError {
  const [, what = ''] = /'([^']*)'/.exec(message) ?? [];
  const [, suggestion = ''] = /\(Did you mean (?:one of )?(.*?)\?\)/.exec(message) ?? [];
  const said = lookUp(`usage.${code.replace('commander.', '')}`, { what }, t) ?? message.replace(/^error: /, '');
  return new TkguardError('usage', { message: suggestion ? `${said} ${t('usage.suggestion', { suggestion })}` : said });
}

/** `--lang`, else `TKGUARD_LANG`, else the configuration, else the locale. */
function chooseLang({ argv, env }: Host, configured: Lang | null): { lang: Lang; error: TkguardError | null } {
  const given = flagOf(argv, '--lang');
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  const wanted = (given ?? env.TKGUARD_LANG) || configured || undefined;
  const lang = LANGS.find((known) => known === wanted) ?? (/^zh/i.test(wanted ?? locale) ? 'zh' : 'en');
  const wrong = given !== undefined && !LANGS.some((known) => known === given);
  return {
    lang,
    error: wrong
      ? new TkguardError('bad-option', { option: '--lang', value: given, expected: LANGS.join(', ') })
      : null,
  };
}

function errorText(error: TkguardError, t: Translate): string {
  return `${describeError(error.fault, t).join('\n')}\n`;
}

function describeBug(thrown: unknown, t: Translate): string {
  const trace = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
  return `${t('bug')}\n${trace}\n`;
}
