/** Words for codes: messages of the two catalogues with their placeholders filled in. */
import type { Zone } from '../domain/time.ts';
import { CHINA } from '../domain/time.ts';
import type { MessageKey } from './en.ts';
import { en } from './en.ts';

export type { MessageKey };

export const LANGS = ['en', 'zh'] as const;
export type Lang = (typeof LANGS)[number];

export type MessageArguments = Readonly<Record<string, string | number>>;

/** Gives the message of a key; a placeholder without an argument becomes empty. Arguments are not cleaned here. */
export interface Translate {
  (key: MessageKey, args?: MessageArguments): string;
  /** Where times are shown as the clock there shows them. */
  readonly zone: Zone;
}

/** The Chinese catalogue is loaded only where it is wanted: half of the words need not be compiled at every start. */
export async function createTranslator(lang: Lang, zone: Zone = CHINA): Promise<Translate> {
  const catalogue: Readonly<Record<MessageKey, string>> = lang === 'zh' ? (await import('./zh.ts')).zh : en;
  const translate = (key: MessageKey, args: MessageArguments = {}) =>
    catalogue[key].replace(/\{(\w+)\}/g, (_, name: string) => (Object.hasOwn(args, name) ? String(args[name]) : ''));
  return Object.assign(translate, { zone });
}

export function isMessageKey(key: string): key is MessageKey {
  return Object.hasOwn(en, key);
}
