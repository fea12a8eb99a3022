/** Words for codes: messages of the two catalogues with their placeholders filled in. */
import type { MessageKey } from './messages/en.ts';
import { en } from './messages/en.ts';
import { zh } from './messages/zh.ts';

export type { MessageKey };

export const LANGS = ['en', 'zh'] as const;
export type Lang = (typeof LANGS)[number];

export type MessageArguments = Readonly<Record<string, string | number>>;

/** Gives the message of a key; a placeholder without an argument becomes empty. Arguments are not cleaned here. */
export type Translate = (key: MessageKey, args?: MessageArguments) => string;

const CATALOGUES: Readonly<Record<Lang, Readonly<Record<MessageKey, string>>>> = { en, zh };

export function createTranslator(lang: Lang): Translate {
  const catalogue = CATALOGUES[lang];
  return (key, args = {}) =>
    catalogue[key].replace(/\{(\w+)\}/g, (_, name: string) => (Object.hasOwn(args, name) ? String(args[name]) : ''));
}

export function isMessageKey(key: string): key is MessageKey {
  return Object.hasOwn(en, key);
}
