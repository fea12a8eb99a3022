/**
 * JSON without loss. Ids beyond 2^53 occur as bare numbers (formats.md §1.3) and `JSON.parse` rounds them silently, so
 * numbers that a double cannot hold come out as their text.
 */
import { parse } from 'lossless-json';
import { mapValues } from '../domain/map-values.ts';
import { formatIso } from '../domain/time.ts';

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export type ParsedJson =
  | { readonly ok: true; readonly value: Json }
  | { readonly ok: false; readonly reason: string; readonly duplicateKey: string | null };

/** Parses one JSON text, or says where it breaks. JSONP (`callback({…})`) is unwrapped. Keys that stand twice and disagree are an error. */
export function parseJson(text: string): ParsedJson {
  try {
    const body = unwrapJsonp(text.replace(/^\ufeff/, '').trim());
    const value = parse(body, undefined, parseNumber) as Json;
    return { ok: true, value: body.includes('"$') ? plainValues(value) : value };
  } catch (error) {
    // Nesting may be deeper than the stack: a RangeError.
    const message = error instanceof Error ? error.message : '';
    const duplicateKey = /^Duplicate key '(.*)' encountered/s.exec(message)?.[1] ?? null;
    // What is quoted may be anything: answers in a HAR hold tokens.
    return { ok: false, reason: message.replace(/ '.{2,}'/s, '').slice(0, 200), duplicateKey };
  }
}

function parseNumber(text: string): number | string {
  return /^-?\d{16}|[eE]/.test(text) ? text : Number(text);
}

/** Values as `mongoexport` writes them, `{"$numberLong":"12"}`, become what they stand for; a moment becomes ISO text. */
function plainValues(value: Json): Json {
  if (isList(value)) return value.map(plainValues);
  if (!isObject(value)) return value;
  const entries = Object.entries(value);
  const [[key, inner = null] = ['']] = entries;
  if (entries.length === 1 && EXTENDED.has(key)) {
    const plain = plainValues(inner);
    return key === '$date' && /^-?\d+$/.test(textOf(plain)) ? formatIso(Number(plain)) : plain;
  }
  return mapValues(value, plainValues);
}

const EXTENDED = new Set(['$oid', '$numberLong', '$numberInt', '$numberDouble', '$numberDecimal', '$date']);

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

/** Whether it has all of these keys. */
export function has(value: Json | undefined, ...keys: readonly string[]): boolean {
  return keys.every((key) => at(value, key) !== undefined);
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
