/** Words for codes, in two languages. The compiler checks every key and every argument against the English text. */
import { en } from './en.ts';
import type { zh } from './zh.ts';

export const LANGS = ['en', 'zh'] as const;
export type Lang = (typeof LANGS)[number];

type Texts = typeof en;
export type MessageKey = keyof Texts;

type HolesIn<S> = S extends `${string}{${infer K}}${infer R}` ? Name<K> | HolesIn<R> : never;
/** Braces that stand around more than a name are part of the text: `{ "env": … }`. */
type Name<K extends string> = K extends `${string}${' ' | '"' | '…'}${string}` ? never : K;
/** The names of the arguments that a message needs. */
export type Holes<K extends MessageKey> = HolesIn<Texts[K]>;
type HolesOf<K> = K extends MessageKey ? Holes<K> : never;

export type MessageArguments = Readonly<Record<string, string | number>>;
/** What is given after a key: nothing, or one object with a value for each hole. */
export type ArgumentsOf<K extends MessageKey> = [Holes<K>] extends [never]
  ? [args?: Readonly<Record<string, never>>]
  : [args: Readonly<Record<Holes<K>, string | number>>];

/** The codes that have words: `no-rows` of `refusal.no-rows`. */
export type CodeOf<Prefix extends string> = MessageKey extends infer K
  ? K extends `${Prefix}.${infer Code}`
    ? Code
    : never
  : never;

/** A code with what its words need, and perhaps more. */
export type Coded<Prefix extends 'error' | 'note' | 'doctor'> = {
  readonly [Code in CodeOf<Prefix>]: {
    readonly code: Code;
    readonly args: MessageArguments & Readonly<Record<HolesOf<`${Prefix}.${Code}`>, string | number>>;
  };
}[CodeOf<Prefix>];

/** The same as what is given to a function: a code, and after it an object if its words need one. */
export type CodeAndArguments<C> = C extends { readonly code: infer Code; readonly args: infer Args }
  ? [code: Code, ...(MessageArguments extends Args ? [args?: MessageArguments] : [args: Args])]
  : never;

/** What another language must have: each key, and in its text the same holes. */
type SameHoles<T extends Readonly<Record<MessageKey, string>>> = {
  readonly [K in MessageKey]: [HolesIn<T[K]>, Holes<K>] extends [Holes<K>, HolesIn<T[K]>] ? string : Holes<K>;
};

/** Gives the message of a key with its holes filled in. Arguments are not cleaned here. */
export interface Translate {
  <K extends MessageKey>(key: K, ...args: ArgumentsOf<K>): string;
  /** By whose clock times are shown: handed on to those who format them. */
  readonly zone: Zone;
}

/** As in domain/time.ts: this room imports no other. */
interface Zone {
  readonly name: string;
  parse(iso: string): number;
  wall(ms: number): Date;
}

/** The Chinese catalogue is loaded only where it is wanted. */
export async function createTranslator(lang: Lang, zone: Zone): Promise<Translate> {
  const texts: SameHoles<typeof zh> = lang === 'zh' ? (await import('./zh.ts')).zh : en;
  const translate = (key: MessageKey, args: MessageArguments = {}) =>
    texts[key].replace(/\{(\w+)\}/g, (_, name: string) => (Object.hasOwn(args, name) ? wordOf(name, args[name]) : ''));
  return Object.assign(translate, { zone });
}

/** Counts are grouped: `1,800`. Numbers of snapshots and the like stay as one types them. */
function wordOf(name: string, value: string | number | undefined): string {
  const isCount = typeof value === 'number' && /^(n|of|total|shown|rows|items|plans|files|count)$/.test(name);
  return isCount ? String(value).replace(/\B(?=(\d{3})+$)/g, ',') : String(value);
}

/** The text of a key that is made at run time; null where there is no such key. */
export function lookUp(key: string, args: MessageArguments, t: Translate): string | null {
  if (!Object.hasOwn(en, key)) return null;
  const untyped: (key: MessageKey, args: MessageArguments) => string = t as never;
  return untyped(key as MessageKey, args);
}

/** All codes of a family, as they stand in the catalogue. */
export function codesOf<Prefix extends string>(prefix: Prefix): CodeOf<Prefix>[] {
  const keys = Object.keys(en).filter((key) => key.startsWith(`${prefix}.`));
  return keys.map((key) => key.slice(prefix.length + 1) as CodeOf<Prefix>);
}
