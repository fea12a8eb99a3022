import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '..', 'src');

/** Which rooms a room may import from (design.md §6). */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  domain: ['domain'],
  ingest: ['ingest', 'domain'],
  store: ['store', 'domain', 'errors'],
  report: ['report', 'domain', 'words'],
  words: ['words', 'domain'],
  commands: ['commands', 'domain', 'ingest', 'store', 'report', 'words', 'errors', 'host'],
  main: ['commands', 'domain', 'errors', 'host', 'report', 'words'],
  host: ['host', 'ingest'],
  errors: [],
};

/** Which rooms may use a package; `node:*` counts as one. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'node:*': ['ingest', 'store', 'commands', 'host'],
  commander: ['main', 'commands'],
  'better-sqlite3': ['store'],
  chalk: ['report'],
  'string-width': ['report'],
  '..': ['main', 'ingest'],
  'lossless-json': ['ingest'],
  fflate: ['ingest'],
  tinyglobby: ['host'],
};

interface Import {
  readonly file: string;
  readonly room: string;
  readonly target: string;
}

function importsOf(folder: string): Import[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      const file = relative(SRC, path);
      const room = roomOf(file);
      const specifiers = readFileSync(path, 'utf8').matchAll(
        /^(?:import|export|\}).* from '([^']+)'|import\('([^']+)'\)/gm,
      );
      return [...specifiers].map(([, named, dynamic]) => {
        const specifier = named ?? dynamic ?? '';
        const target = specifier.startsWith('.')
          ? roomOf(relative(SRC, join(path, '..', specifier)))
          : specifier.replace(/^node:.*/, 'node:*');
        return { file, room, target };
      });
    });
}

function roomOf(file: string): string {
  return (file.split('/')[0] ?? '').replace(/\.ts$/, '');
}

const all = importsOf(SRC);

test('there is something to look at', () => {
  expect(all.length).toBeGreaterThan(100);
});

test('rooms import only from the rooms that they may', () => {
  const wrong = all.filter(({ room, target }) => !(target in PACKAGES) && !(ALLOWED[room] ?? []).includes(target));
  expect(wrong).toEqual([]);
});

test('packages are used only where they belong', () => {
  const wrong = all.filter(({ room, target }) => target in PACKAGES && !(PACKAGES[target] ?? []).includes(room));
  expect(wrong).toEqual([]);
});
