/** `tkguard init`: writes a commented configuration to start from, or prints what cron or systemd need to run the sync. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { configPath } from '../config/config.ts';
import { TkguardError } from '../errors.ts';
import type { CommonOptions, Context } from './context.ts';
import { addCommand, databasePath, writeAnswer } from './context.ts';

interface InitOptions extends CommonOptions {
  readonly cron?: boolean;
}

export function defineInit(program: Command, context: Context): void {
  addCommand(program, 'init', context.t)
    .option('--cron', context.t('help.option.cron'))
    .action((_options, self: Command) => {
      const options: InitOptions = self.optsWithGlobals();
      return options.cron ? printSchedule(options, context) : writeStart(context);
    });
}

async function writeStart({ host, t, lang }: Context): Promise<void> {
  const { path } = configPath(host);
  if (path === null)
    throw new TkguardError('bad-option', { option: '--config', value: '', expected: '/path/to/config.json' });
  if (host.exists(path)) throw new TkguardError('config-exists', { path });
  const { CONFIG_START } = await import('../report/config-start.ts');
  try {
    host.createFile(path, CONFIG_START[lang]);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new TkguardError('io', { path, reason: error.message });
  }
  await writeAnswer(`${t('init.written', { path })}\n`, host);
}

/** Absolute paths throughout: cron and systemd have a short PATH and another working folder. */
async function printSchedule(options: InitOptions, context: Context): Promise<void> {
  const { host, t, lang } = context;
  const { values } = context.config();
  const { path, from } = configPath(host);
  const givenConfig = from !== 'default' || host.env.XDG_CONFIG_HOME ? path : null;
  const givenDb =
    options.db ??
    host.env.TKGUARD_DB ??
    (host.env.XDG_DATA_HOME && !values.database ? databasePath(options, context) : null);
  const words = [
    ...host.program,
    'sync',
    ...(givenConfig ? ['--config', resolve(givenConfig)] : []),
    ...(givenDb ? ['--db', resolve(givenDb)] : []),
    // Cron and systemd have no locale.
    ...(lang === 'zh' && values.language === undefined ? ['--lang', 'zh'] : []),
  ];
  const cron = words.map(quoteForShell).join(' ').replaceAll('%', '\\%');
  const systemd = words.map(quoteForSystemd).join(' ');
  await writeAnswer(`${t('init.cron', { cron, systemd })}\n`, host);
}

function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function quoteForSystemd(word: string): string {
  const escaped = word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w@+=:,./-]+$/.test(word) ? word : `"${escaped}"`;
}
