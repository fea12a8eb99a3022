/**
 * Exports as people have them. A folder of fixtures/cases with an expect.json is a case, and all of its files are read, or those
 * that it names elsewhere: a new case adds no code. Beside a file's options (`as`, `ids`, `map`) stands what comes of it; `vitest -u` writes that anew.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { formatIso } from '../src/domain/time.ts';
import type { KnownIds } from '../src/ingest/format.ts';
import { memorySource, NO_MAPPINGS, readSource } from './support/exports.ts';
import { parseMappings } from './support/mappings.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'cases');

interface Case {
  /** What is tried. */
  readonly what?: string;
  /** The format that the user names. */
  readonly as?: string;
  readonly ids?: Partial<KnownIds>;
  /** A file with mappings, beside the export; `only`: the user named it. */
  readonly map?: string;
  readonly only?: true;
}

type Cases = Readonly<Record<string, Case | readonly Case[]>>;

const folders = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
  .filter((path) => basename(path) === 'expect.json')
  .map((path) => join(FIXTURES, dirname(path)));

test.each(folders.map((folder) => [relative(FIXTURES, folder), folder]))('%s', async (_, folder) => {
  const path = join(folder, 'expect.json');
  const cases: Cases = JSON.parse(readFileSync(path, 'utf8'));
  const read = (file: string, given: Case) => resultOf(folder, file, given);
  const found = Object.entries(cases).map(([file, given]) => {
    const results = [given].flat().map((one) => read(file, one as Case));
    return [file, Array.isArray(given) ? results : results[0]] as const;
  });
  await expect(print(Object.fromEntries(found))).toMatchFileSnapshot(path);
  const maps = Object.values(cases).flatMap((given) => [given].flat().flatMap((one) => (one as Case).map ?? []));
  const tried = new Set([...Object.keys(cases), ...maps, 'expect.json'].map((file) => join(folder, file)));
  const places = new Set(Object.keys(cases).map((file) => dirname(join(folder, file))));
  const files = [...places].flatMap((place) =>
    readdirSync(place, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? join(place, entry.name) : [])),
  );
  expect(files.filter((file) => !tried.has(file))).toEqual([]);
});

/** What comes of a file, whether it is read whole or in small pieces. */
function resultOf(folder: string, file: string, { what, as, ids, map, only }: Case) {
  const bytes = readFileSync(join(folder, file));
  const mappingPath = join(folder, map ?? '');
  const mapping =
    map === undefined ? NO_MAPPINGS : { ...parseMappings(readFileSync(mappingPath, 'utf8')), only: only === true };
  const read = (chunkSize: number) => {
    const source = memorySource(basename(file), bytes, chunkSize);
    const { refusal, problems, notes, format, encoding, pageMs, batches } = readSource(source, {
      mapping,
      ...(as === undefined ? {} : { format: as }),
      ...(ids === undefined ? {} : { ids }),
    });
    const pageAt = pageMs === null ? null : formatIso(pageMs);
    return { refusal, format, encoding, pageAt, notes, problems, batches };
  };
  const whole = read(1 << 20);
  if (bytes.length < 20_000) expect(read(7)).toEqual(whole);
  return { what, as, ids, map, only, ...whole };
}

/** A line for each reading, problem and note; nulls, empty texts and empty lists left out. */
function print(value: unknown, indent = ''): string {
  const plain = JSON.parse(JSON.stringify(value, (_, inner) => (isNothing(inner) ? undefined : inner)));
  return `${lines(plain, indent)}\n`;
}

function isNothing(value: unknown): boolean {
  return value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function lines(value: unknown, indent: string): string {
  const isShort =
    typeof value !== 'object' || value === null || depthOf(value) < 1 || 'locator' in value || 'args' in value;
  if (isShort) return JSON.stringify(value);
  const inner = Array.isArray(value)
    ? value.map((one) => `${indent}  ${lines(one, `${indent}  `)}`)
    : Object.entries(value).map(([key, one]) => `${indent}  ${JSON.stringify(key)}: ${lines(one, `${indent}  `)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${inner.join(',\n')}\n${indent}${close}`;
}

/** How many levels of objects and lists stand within a value. */
function depthOf(value: object): number {
  const inner = Object.values(value).filter((one) => typeof one === 'object' && one !== null);
  return inner.reduce((most, one) => Math.max(most, depthOf(one) + 1), 0);
}
