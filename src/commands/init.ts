/** `tkguard init`: writes a commented configuration to start from, or prints what cron or systemd need to run the sync. */
import { resolve } from 'node:path';
import { configPath } from '../config/config.ts';
import { TkguardError } from '../errors.ts';
import { CONFIG_START } from '../report/config-start.ts';
import type { App } from './app.ts';
import { databasePath, print } from './app.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  options: ['cron'],
  run: (o, app) => (o.cron ? printSchedule(app) : writeStart(app)),
});

async function writeStart(app: App): Promise<void> {
  const { host, t, lang } = app;
  const { path } = configPath(host);
  if (path === null)
    throw new TkguardError('bad-option', { option: '--config', value: '', expected: '/path/to/config.json' });
  if (host.exists(path)) throw new TkguardError('config-exists', { path });
  try {
    host.createFile(path, CONFIG_START[lang]);
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new TkguardError('io', { path, reason: error.message });
  }
  await print(`${t('init.written', { path })}\n`, app);
}

/** Absolute paths throughout: cron and systemd have a short PATH and another working folder. */
async function printSchedule(app: App): Promise<void> {
  const { host, t, lang } = app;
  const { values } = app.config();
  const { path, from } = configPath(host);
  const givenConfig = from !== 'default' || host.env.XDG_CONFIG_HOME ? path : null;
  const givenDb =
    app.db ?? host.env.TKGUARD_DB ?? (host.env.XDG_DATA_HOME && !values.database ? databasePath(app) : null);
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
  await print(`${t('init.cron', { cron, systemd })}\n`, app);
}

function quoteForShell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function quoteForSystemd(word: string): string {
  const escaped = word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w@+=:,./-]+$/.test(word) ? word : `"${escaped}"`;
}
