/** What other tools call our commands, and other words for our topics. */
import { similarNames } from '../domain/similar.ts';

/** What may be meant by a word that is no command. */
export const MEANT: Readonly<Record<string, string>> = {
  import: 'sync',
  load: 'sync',
  list: 'diff',
  unmute: 'mute --undo',
  mutes: 'mute --list',
  paths: 'config',
};

const OTHER_WORDS: Readonly<Record<string, string>> = {
  quit: 'exit',
  leave: 'exit',
  muted: 'exit',
  keep: 'verdicts',
  review: 'verdicts',
  closed: 'verdicts',
  held: 'verdicts',
  har: 'files',
  excel: 'files',
  zip: 'files',
  csv: 'tables',
  mapping: 'tables',
  template: 'tables',
  json: 'scripts',
  codes: 'scripts',
  cron: 'init',
  windows: 'init',
  account: 'settings',
  source: 'settings',
  cut: 'past',
  grade: 'shops',
  退出: 'exit',
  格式: 'formats',
  表格: 'tables',
  账号: 'settings',
};

/** The name that a word means: another word for it, or the only one that begins like it or is like it; else those it may be. */
export function nameMeant(
  word: string,
  names: readonly string[],
): { readonly name: string | null; readonly near: readonly string[] } {
  const other = OTHER_WORDS[word] ?? MEANT[word]?.split(' ')[0];
  if (other !== undefined) return { name: other, near: [other] };
  const begun = names.filter((name) => word.length > 2 && (name.startsWith(word) || word.startsWith(name)));
  const near = begun.length > 0 ? begun : similarNames(word, names);
  return { name: near.length === 1 ? (near[0] ?? null) : null, near };
}
