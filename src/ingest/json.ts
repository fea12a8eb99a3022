/**
 * JSON without loss. Ids beyond 2^53 occur as bare numbers (formats.md §1.3) and `JSON.parse` rounds them silently, so
 * numbers that a double cannot hold come out as their text.
 */
import { parse } from 'lossless-json';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export type ParsedJson =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly reason: string; readonly duplicateKey: string | null };

/** Parses one JSON text, or says where it breaks. JSONP (`callback({…})`) is unwrapped. Keys that stand twice and disagree are an error. */
export function parseJson(text: string): ParsedJson {
  const body = unwrapJsonp((text.startsWith('\ufeff') ? text.slice(1) : text).trim());
  try {
    if (hasLongNumber(body)) return parseSlowly(body);
    const value = JSON.parse(body) as Json;
    // JSON.parse lets the last of two equal keys win without a word.
    const keys = countKeysIn(value);
    return keys === countQuotedColons(body) || keys === countKeysOf(body) ? { ok: true, value } : parseSlowly(body);
  } catch (error) {
    // What is quoted may be anything: answers in a HAR hold tokens.
    const message = error instanceof Error ? error.message : '';
    const reason = message.replace(/,? (?:\.\.\.)?".*"(?:\.\.\.)? is not valid JSON$/s, '').slice(0, 200);
    return { ok: false, reason, duplicateKey: /^Duplicate key '(.*)' encountered/s.exec(reason)?.[1] ?? null };
  }
}

/** Every digit, and an error for keys that disagree: ten times slower than JSON.parse, so only where it matters. */
function parseSlowly(body: string): ParsedJson {
  return { ok: true, value: parse(body, undefined, parseNumber) as Json };
}

const [QUOTE, SPACE, PLUS, MINUS, ZERO, NINE, SMALL_E] = [0x22, 0x20, 0x2b, 0x2d, 0x30, 0x39, 0x65];
const LONG = 16;

/**
 * Whether sixteen digits stand together, or an exponent follows one: what a double may not hold. As the pattern
 * `\d(?:\d{15}|[eE][+-]?\d)`, which takes six times as long.
 */
export function hasLongNumber(body: string): boolean {
  let digits = 0;
  for (let i = 0; i < body.length; i++) {
    const c = body.charCodeAt(i);
    if (c >= ZERO && c <= NINE) {
      digits += 1;
      if (digits === LONG) return true;
      continue;
    }
    if (digits > 0 && (c | 0x20) === SMALL_E && isExponent(body, i + 1)) return true;
    digits = 0;
  }
  return false;
}

function isExponent(body: string, start: number): boolean {
  const sign = body.charCodeAt(start);
  const c = body.charCodeAt(sign === PLUS || sign === MINUS ? start + 1 : start);
  return c >= ZERO && c <= NINE;
}

/** Quotes with a colon after them: every key, and what looks like one within a text. Mostly there is none, and cutting all texts takes ten times as long. */
function countQuotedColons(body: string): number {
  let count = 0;
  for (let colon = body.indexOf(':'); colon > 0; colon = body.indexOf(':', colon + 1)) {
    let before = colon - 1;
    while (before > 0 && body.charCodeAt(before) <= SPACE) before -= 1;
    if (body.charCodeAt(before) === QUOTE) count += 1;
  }
  return count;
}

const STRING_AND_COLON = /"(?:[^"\\]|\\.)*"(\s*:)?/gs;

function countKeysOf(body: string): number {
  let keys = 0;
  for (const match of body.matchAll(STRING_AND_COLON)) if (match[1] !== undefined) keys += 1;
  return keys;
}

/** Not recursive: nesting may be deeper than the stack. */
function countKeysIn(value: Json): number {
  let keys = 0;
  const waiting: Json[] = [value];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next !== 'object' || next === null) continue;
    const inner = Object.values(next);
    if (!Array.isArray(next)) keys += inner.length;
    for (const one of inner) waiting.push(one as Json);
  }
  return keys;
}

function parseNumber(text: string): number | string {
  return /^-?\d{16}|[eE]/.test(text) ? text : Number(text);
}

function unwrapJsonp(text: string): string {
  if (text.startsWith('{') || text.startsWith('[')) return text;
  const match = /^[\w$.]{1,64}\(([[{][\s\S]*[\]}])\)\s*;?$/.exec(text);
  return match?.[1] ?? text;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** `at(doc, 'data', 'pageList')`: the value under own keys, or undefined where a step is missing. */
export function at(value: Json | undefined, ...path: readonly string[]): Json | undefined {
  let here: Json | undefined = value;
  for (const key of path) {
    if (!isObject(here) || !Object.hasOwn(here, key)) return undefined;
    here = here[key];
  }
  return here;
}

/** A scalar as text; all else is `''`. Where an object or list would be a mistake, use `cellText`. */
export function textOf(value: Json | undefined): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

/** A scalar as text; `{…}` and `[…]` stand for objects and lists, which no reader of cells takes for a value. */
export function cellText(value: Json | undefined): string {
  if (isList(value)) return '[…]';
  return isObject(value) ? '{…}' : textOf(value);
}
