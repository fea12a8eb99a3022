/** `tkguard init`: where exports are saved and whose they are, asked or given, as a configuration; and what runs the sync every day. */
import { join, resolve } from 'node:path';
import { configPath, writtenPath } from '../config/config.ts';
import { isChannelAddress } from '../config/shape.ts';
import { ioErrorOf, TkguardError } from '../errors.ts';
import { belowHome } from '../host.ts';
import { type ChannelSettings, configStart, type ExportFolder } from '../report/config-start.ts';
import { quoteForShell } from '../report/values.ts';
import { type App, databasePath, print } from './app.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  options: ['cron'],
  argument: { flags: '[folders...]', name: 'folders' },
  async run(o, app, words) {
    if (o.cron) {
      if (words[0] !== undefined) throw new TkguardError('not-with', { option: words[0], other: '--cron' });
      const { values } = app.config();
      if (!values.sources?.length) throw new TkguardError('no-sources', {});
      return printSchedule(values, app);
    }
    await writeStart(words, app);
  },
});

async function writeStart(words: readonly string[], app: App): Promise<void> {
  const { host, t, lang } = app;
  const path = writtenPath(host);
  if (host.exists(path)) throw new TkguardError('config-exists', { path });
  const folders = words.length > 0 ? words.map((word) => folderOf(word, app)) : await askFolders(app);
  const channel = words.length > 0 ? null : await askChannel(app);
  onDisk(path, () => host.createFile(path, configStart(lang, folders, channel)));
  if (folders.length === 0) return print(`${t('init.written', { path })}\n`, app);
  for (const folder of folders) onDisk(folder.path, () => host.makeFolder(folder.path));
  await print(`${t('init.ready', { path, folders: folders.map((folder) => folder.path).join('\n  ') })}\n\n`, app);
  await printSchedule({}, app);
  if (channel) await print(`\n${t('init.channel', { line: sendSchedule(app) })}\n`, app);
}

function onDisk(path: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    throw ioErrorOf(path, error);
  }
}

/** `~/exports`, or `studio-b=~/exports` for an account of that name. */
function folderOf(word: string, { host }: App): ExportFolder {
  const [, account = null, path = word] = /^([^=/\\]+)=(.+)$/s.exec(word) ?? [];
  return { path: resolve(belowHome(path.replace(/^~\\/, '~/'), host) ?? path), account };
}

/** Empty where nobody is there to answer. */
async function askFolders(app: App): Promise<ExportFolder[]> {
  const { host, t } = app;
  const folders: ExportFolder[] = [];
  const usual = join(host.home() ?? '.', 'tkguard-exports');
  let path = await host.ask(t('init.ask.folder', { usual }), usual);
  while (path) {
    const account = await host.ask(t('init.ask.account'), 'default');
    folders.push({ ...folderOf(path, app), account: account === 'default' ? null : account });
    path = await host.ask(t('init.ask.another'), '');
  }
  return folders;
}

/** What is asked of each type; others are written into the file by hand. */
const ASKED_CHANNELS: Readonly<Record<string, readonly ('url' | 'secret' | 'key')[]>> = {
  wecom: ['url'],
  dingtalk: ['url', 'secret'],
  feishu: ['url', 'secret'],
  serverchan: ['key'],
  pushplus: ['key'],
  bark: ['key'],
};

/** A channel for alerts; null where none is wanted. What is typed is a secret: the file is its owner's alone. */
async function askChannel(app: App): Promise<ChannelSettings | null> {
  const { t } = app;
  const types = Object.keys(ASKED_CHANNELS);
  const question = t('init.ask.channel', { types: types.join(t('list.separator')) });
  const type = await askUntil(question, (answer) => types.includes(answer), app);
  if (type === '') return null;
  const channel: Record<string, string> = { name: type, type };
  for (const what of ASKED_CHANNELS[type] ?? []) {
    const fits = what === 'url' ? isChannelAddress : () => true;
    const answer = await askUntil(t(`init.ask.${what}`), fits, app);
    if (answer) channel[what] = answer;
    else if (what !== 'secret') return null;
  }
  return channel;
}

/** An answer that fits; empty where none is given. */
async function askUntil(question: string, fits: (answer: string) => boolean, { host, t }: App): Promise<string> {
  let answer = await host.ask(question, '');
  while (answer && !fits(answer)) answer = await host.ask(`${t('init.ask.again', { answer })}\n${question}`, '');
  return answer ?? '';
}

async function printSchedule(values: SavedSettings, app: App) {
  const { host, t } = app;
  const words = scheduledWords(['sync'], values, app);
  if (host.isWindows) return print(`${t('init.windows', { command: words.map(quoteForWindows).join(' ') })}\n`, app);
  const systemd = words.map(quoteForSystemd).join(' ');
  await print(`${t('init.cron', { cron: cronCommand(words), systemd })}\n`, app);
}

/** What sends again, every five minutes, what `sync` could not deliver. */
function sendSchedule(app: App): string {
  const words = scheduledWords(['notify', 'send'], {}, app);
  const task = 'schtasks /Create /TN tkguard-notify /SC MINUTE /MO 5 /TR';
  if (app.host.isWindows) return `${task} "${words.map(quoteForWindows).join(' ')}"`;
  return `*/5 * * * * ${cronCommand(words)} >/dev/null`;
}

interface SavedSettings {
  readonly database?: string;
  readonly language?: string;
}

/** Absolute paths throughout: what runs it has a short PATH and another working folder. */
function scheduledWords(command: readonly string[], values: SavedSettings, app: App): string[] {
  const { host, lang } = app;
  const { path, from } = configPath(host);
  const givenConfig = from !== 'default' || host.env.XDG_CONFIG_HOME ? path : null;
  const givenDb =
    app.db ?? host.env.TKGUARD_DB ?? (host.env.XDG_DATA_HOME && !values.database ? databasePath(app) : null);
  return [
    ...host.program,
    ...command,
    ...(givenConfig ? ['--config', resolve(givenConfig)] : []),
    ...(givenDb ? ['--db', resolve(givenDb)] : []),
    // Cron and systemd have no locale.
    ...(lang === 'zh' && values.language === undefined ? ['--lang', 'zh'] : []),
  ];
}

function cronCommand(words: readonly string[]): string {
  return words.map(quoteForShell).join(' ').replaceAll('%', '\\%');
}

function quoteForSystemd(word: string): string {
  const escaped = word.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('%', '%%').replaceAll('$', '$$$$');
  return /^[\w@+=:,./-]+$/.test(word) ? word : `"${escaped}"`;
}

/** Within the quotation marks of schtasks' /TR. A file name of Windows has none itself. */
function quoteForWindows(word: string): string {
  return /\s/.test(word) ? `\\"${word}\\"` : word;
}
