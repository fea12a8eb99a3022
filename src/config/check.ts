/**
 * Checks parsed JSON against a shape and gives it its type. Written out, because it runs at every start of the gate: with
 * zod/mini that took 12 ms, a third of what bare Node takes.
 */
import type { ConfigJson } from './text.ts';

export interface ShapeProblem {
  /** Keys and indexes from the document down. */
  readonly path: readonly (string | number)[];
  /** Code of what was expected (`expected.…` in report/messages). */
  readonly expected: string;
  readonly found: ConfigJson | undefined;
  /** Where a key is not known: those that are. */
  readonly knownKeys: readonly string[] | null;
}

/** Gives the value, or says what is wrong with it; then what it gives is not used. */
export type Check<T> = (value: ConfigJson | undefined, say: Say) => T;
type Say = (expected: string, below?: ShapeProblem['path'], knownKeys?: readonly string[]) => void;
export type Checked<C> = C extends Check<infer T> ? T : never;

/** The value as the shape's type, or everything that is wrong with it. */
export function checkShape<T>(
  check: Check<T>,
  value: ConfigJson,
): { readonly values: T } | { readonly problems: readonly ShapeProblem[] } {
  const problems: ShapeProblem[] = [];
  const values = check(value, (expected, path = [], knownKeys) => {
    problems.push({ path, expected, found: path.reduce(stepInto, value), knownKeys: knownKeys ?? null });
  });
  return problems.length > 0 ? { problems } : { values };
}

function stepInto(value: ConfigJson | undefined, key: string | number): ConfigJson | undefined {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string | number, ConfigJson>>)[key];
}

/** A value for which the test holds. */
export function literalOf<T extends ConfigJson>(expected: string, test: (value: ConfigJson) => value is T): Check<T> {
  return (value, say) => {
    if (value === undefined || !test(value)) say(expected);
    return value as T;
  };
}

/** Text for which the test holds. */
export function textOf(expected: string, test: (text: string) => boolean): Check<string> {
  return literalOf(expected, (value): value is string => typeof value === 'string' && test(value));
}

export function wordOf<const T extends string>(expected: string, ...words: readonly T[]): Check<T> {
  return literalOf(expected, (value): value is T => words.some((word) => word === value));
}

export function optional<T>(check: Check<T>): Check<T | undefined> {
  return (value, say) => (value === undefined ? undefined : check(value, say));
}

type Shape = Readonly<Record<string, Check<unknown>>>;
type RecordOf<S extends Shape> = {
  readonly [K in keyof S as undefined extends Checked<S[K]> ? never : K]: Checked<S[K]>;
} & {
  readonly [K in keyof S as undefined extends Checked<S[K]> ? K : never]?: Exclude<Checked<S[K]>, undefined>;
};

/** An object with these keys and no others. */
export function recordOf<S extends Shape>(shape: S): Check<RecordOf<S>> {
  const known = Object.keys(shape);
  return (value, say) => {
    if (!isObject(value)) {
      say('object');
      return {} as RecordOf<S>;
    }
    for (const key of Object.keys(value)) if (!Object.hasOwn(shape, key)) say('key', [key], known);
    const entries = Object.entries(shape).flatMap(([key, check]): [string, unknown][] => {
      const given = Object.hasOwn(value, key) ? value[key] : undefined;
      const checked = check(given, (expected, below = [], keys) => say(expected, [key, ...below], keys));
      return checked === undefined ? [] : [[key, checked]];
    });
    return Object.fromEntries(entries) as RecordOf<S>;
  };
}

/** An object with any keys, all of one shape. */
export function mapOf<T>(check: Check<T>): Check<Readonly<Record<string, T>>> {
  return (value, say) => {
    if (!isObject(value)) say('object');
    const entries = Object.entries(isObject(value) ? value : {}).map(([key, inner]): [string, T] => [
      key,
      check(inner, (expected, below = [], keys) => say(expected, [key, ...below], keys)),
    ]);
    return Object.fromEntries(entries);
  };
}

export function listOf<T>(check: Check<T>, expected = 'list'): Check<readonly T[]> {
  return (value, say) => {
    if (!isList(value)) {
      say(expected);
      return [];
    }
    return value.map((inner, i) => check(inner, (code, below = [], keys) => say(code, [i, ...below], keys)));
  };
}

/** Text, or an object: which of two shapes is meant, so that its own problems are told. */
export function textOrObject<A, B>(expected: string, text: Check<A>, object: Check<B>): Check<A | B> {
  return (value, say) => {
    if (typeof value === 'string') return text(value, () => say(expected));
    if (isObject(value)) return object(value, say);
    say(expected);
    return object({}, () => {});
  };
}

/** What must hold beyond the shape. */
export function refine<T>(check: Check<T>, expected: string, test: (value: T) => boolean): Check<T> {
  return (value, say) => {
    let isWell = true;
    const checked = check(value, (...said) => {
      isWell = false;
      say(...said);
    });
    if (isWell && !test(checked)) say(expected);
    return checked;
  };
}

function isObject(value: ConfigJson | undefined): value is { readonly [key: string]: ConfigJson } {
  return typeof value === 'object' && value !== null && !isList(value);
}

function isList(value: ConfigJson | undefined): value is readonly ConfigJson[] {
  return Array.isArray(value);
}
