/** JSON for people: comments (`//` and block) and commas before a closing bracket are allowed. Every value keeps its line. */

import { placeOf } from './place.ts';

export type ConfigJson =
  | null
  | boolean
  | number
  | string
  | readonly ConfigJson[]
  | { readonly [key: string]: ConfigJson };

export interface ParsedConfig {
  readonly ok: true;
  readonly value: ConfigJson;
  /** Line (from 1) of the value at a place such as `sources[1].url`; `''` is the whole document. */
  readonly lines: ReadonlyMap<string, number>;
}

export interface ConfigSyntaxError {
  readonly ok: false;
  readonly line: number;
  /** The character that stood there, no more, as it may begin a secret; empty at the end of the text. Of `duplicate-key` the key. */
  readonly found: string;
  readonly expected: 'value' | 'key' | ':' | ', }' | ', ]' | 'end' | 'duplicate-key' | 'comment-end';
}

const BLANK = /(?:[\s\ufeff]|\/\/[^\n]*|\/\*[\s\S]*?\*\/)*/y;
const STRING = /"(?:[^"\\\n\r]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const WORD = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])|(?:true|false|null)(?!\w)/y;
const DEEPEST = 50;

/** Parses the text of a configuration file. A key that stands twice is an error: one of the two would be ignored in silence. */
export function parseConfigText(text: string): ParsedConfig | ConfigSyntaxError {
  const lines = new Map<string, number>();
  let at = 0;
  let [line, counted] = [1, 0];
  const lineHere = () => {
    for (; counted < at; counted++) if (text.charCodeAt(counted) === 10) line += 1;
    return line;
  };
  const take = (pattern: RegExp): string | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? null;
    at += found?.length ?? 0;
    return found;
  };
  const skip = () => {
    take(BLANK);
    if (text.startsWith('/*', at)) throw fail('comment-end');
  };
  const takeChar = (char: string): boolean => {
    skip();
    if (text[at] !== char) return false;
    at += 1;
    return true;
  };
  function fail(expected: ConfigSyntaxError['expected'], found = text.charAt(at).trim()): ConfigSyntaxError {
    return { ok: false, line: lineHere(), found, expected };
  }
  function readValue(place: string, depth: number): ConfigJson {
    skip();
    lines.set(place, lineHere());
    if (depth < DEEPEST && takeChar('{')) return readObject(place, depth);
    if (depth < DEEPEST && takeChar('[')) return readList(place, depth);
    const literal = take(STRING) ?? take(WORD);
    if (literal === null) throw fail('value');
    return JSON.parse(literal) as ConfigJson;
  }
  function readObject(place: string, depth: number): ConfigJson {
    const entries = new Map<string, ConfigJson>();
    while (!takeChar('}')) {
      const literal = take(STRING);
      if (literal === null) throw fail('key');
      const key = JSON.parse(literal) as string;
      if (entries.has(key)) throw fail('duplicate-key', key);
      if (!takeChar(':')) throw fail(':');
      entries.set(key, readValue(placeOf(place, key), depth + 1));
      if (takeChar(',')) continue;
      if (!takeChar('}')) throw fail(', }');
      break;
    }
    return Object.fromEntries(entries);
  }
  function readList(place: string, depth: number): ConfigJson {
    const values: ConfigJson[] = [];
    while (!takeChar(']')) {
      values.push(readValue(placeOf(place, values.length), depth + 1));
      if (takeChar(',')) continue;
      if (!takeChar(']')) throw fail(', ]');
      break;
    }
    return values;
  }
  try {
    const value = readValue('', 0);
    skip();
    return at === text.length ? { ok: true, value, lines } : fail('end');
  } catch (thrown) {
    if (thrown instanceof Error) throw thrown;
    return thrown as ConfigSyntaxError;
  }
}
