/** The configuration that `tkguard init` writes: but for the folders of exports everything in it is a comment. */
import type { Lang } from '../words/index.ts';
import en from './config-start.en.jsonc?raw';
import zh from './config-start.zh.jsonc?raw';

/** Where exports are saved, and whose they are; null: nobody is named. */
export interface ExportFolder {
  readonly path: string;
  readonly account: string | null;
}

/** A channel for alerts, as it stands in the configuration. */
export type ChannelSettings = Readonly<Record<string, string>>;

/** `channel` null: none. */
export function configStart(lang: Lang, folders: readonly ExportFolder[], channel: ChannelSettings | null): string {
  const sources = folders.map(({ path, account }, i) => {
    const name = account ?? (i === 0 ? 'exports' : `exports-${i + 1}`);
    const source = { name, path, ...(account === null ? {} : { account }), after: 'keep', period: '3d' };
    return `    ${JSON.stringify(source)},\n`;
  });
  const channels = channel === null ? '' : `    ${JSON.stringify(channel)},\n`;
  return CONFIG_START[lang]
    .replace('  "sources": [\n', (line) => line + sources.join(''))
    .replace('"channels": [\n', (line) => line + channels);
}

export const CONFIG_START: Readonly<Record<Lang, string>> = { en, zh };
