/** Checks parsed JSON against a zod shape whose messages are codes of what was expected (`expected.…` in words/). */
import * as z from 'zod';

export interface ShapeProblem {
  /** Keys and indexes from the document down. */
  readonly path: readonly (string | number)[];
  readonly expected: string;
  readonly found: unknown;
  /** Of an unknown key: the known ones. */
  readonly knownKeys: readonly string[] | null;
}

/** The value as the shape's type, or everything that is wrong with it. */
export function checkShape<T>(
  shape: z.ZodType<T>,
  value: unknown,
): { readonly values: T } | { readonly problems: readonly ShapeProblem[] } {
  const parsed = shape.safeParse(value);
  if (parsed.success) return { values: parsed.data };
  const problems = parsed.error.issues.flatMap((issue) => problemsOf(issue, []));
  return { problems: problems.map((problem) => ({ ...problem, found: problem.path.reduce(stepInto, value) })) };
}

type Found = Omit<ShapeProblem, 'found'>;
const KNOWN_KEYS = 'known keys: ';

function problemsOf(issue: z.core.$ZodIssue, above: ShapeProblem['path']): Found[] {
  const path = [...above, ...(issue.path as ShapeProblem['path'])];
  if (issue.code === 'invalid_union') {
    // The value was meant for the branch whose problem lies deeper.
    const meant = issue.errors.find((branch) => branch.some((inner) => isInside(inner)));
    if (meant) return meant.flatMap((inner) => problemsOf(inner, path));
  }
  if (!issue.message.startsWith(KNOWN_KEYS)) return [{ path, expected: issue.message, knownKeys: null }];
  const knownKeys = issue.message.slice(KNOWN_KEYS.length).split(' ');
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...path, key]) : [path];
  return unknown.map((place) => ({ path: place, expected: 'key', knownKeys }));
}

function isInside({ path, code }: z.core.$ZodIssue): boolean {
  return path.length > 0 || code === 'unrecognized_keys';
}

function stepInto(value: unknown, key: string | number): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string | number, unknown>>)[key];
}

/** An object with these keys and no others. */
export function objectOf<S extends z.core.$ZodLooseShape>(shape: S) {
  return z.strictObject(shape, { error: keyError(Object.keys(shape)) });
}

/** An object with some of these keys, whose values are all of one shape. */
export function someOf<K extends string, V extends z.ZodType>(keys: readonly K[], value: V) {
  return z.partialRecord(z.enum(keys), value, { error: keyError(keys) });
}

function keyError(known: readonly string[]) {
  return ({ code }: { readonly code: string }) =>
    code === 'unrecognized_keys' || code === 'invalid_key' ? `${KNOWN_KEYS}${known.join(' ')}` : 'object';
}

/** Text for which the test holds. */
export function textThat(expected: string, test: (text: string) => boolean) {
  return z.string(expected).refine(test, { error: expected, abort: true });
}
