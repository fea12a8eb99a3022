import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';

const SRC = join(import.meta.dirname, '..', 'src');

/** Which rooms, or single files, a room may import from. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  domain: ['domain'],
  ingest: ['ingest', 'domain', 'words'],
  store: ['store', 'domain', 'errors'],
  config: ['config', 'domain', 'ingest', 'errors', 'host'],
  remote: ['remote', 'store', 'domain', 'errors'],
  import: ['import', 'config', 'ingest', 'store', 'domain', 'errors', 'host'],
  report: ['report', 'domain', 'words', 'errors', 'import/outcome', 'ingest/propose-mapping'],
  notify: ['notify', 'config', 'store', 'domain', 'report', 'words', 'errors', 'host'],
  words: ['words'],
  commands: [
    'commands',
    'import',
    'notify',
    'remote',
    'config',
    'domain',
    'ingest',
    'store',
    'report',
    'words',
    'errors',
    'host',
  ],
  main: ['commands', 'config', 'domain', 'errors', 'host', 'report', 'words'],
  host: ['host', 'ingest'],
  errors: ['words'],
};

/** Which rooms may use a package; `node:*` counts as one. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  'node:*': ['remote', 'ingest', 'store', 'import', 'notify', 'config', 'commands', 'host'],
  commander: ['main', 'commands'],
  '@bomb.sh/tab': ['commands'],
  'better-sqlite3': ['store'],
  chalk: ['report'],
  'date-fns': ['domain', 'ingest', 'store', 'import', 'notify', 'report', 'commands'],
  '@date-fns/tz': ['domain'],
  '@date-fns/utc': ['domain', 'ingest', 'import'],
  'cli-table3': ['report'],
  'cli-table3/src/utils.js': ['report'],
  '..': ['commands', 'ingest'],
  'lossless-json': ['ingest'],
  htmlparser2: ['ingest'],
  tinyglobby: ['host'],
  nodemailer: ['notify'],
  zod: ['config', 'domain', 'store', 'report', 'ingest'],
  'fastest-levenshtein': ['domain'],
  'jsonc-parser': ['config'],
  pg: ['remote'],
};

interface Import {
  readonly file: string;
  readonly room: string;
  readonly target: string;
  /** The file; of a package its name. */
  readonly imported: string;
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
        if (!specifier.startsWith('.')) return { file, room, target: packageOf(specifier), imported: specifier };
        const imported = relative(SRC, join(path, '..', specifier));
        const single = imported.replace(/\.ts$/, '');
        return { file, room, target: ALLOWED[room]?.includes(single) ? single : roomOf(imported), imported };
      });
    });
}

/** `date-fns/parseISO` → `date-fns`. */
function packageOf(specifier: string): string {
  return specifier.startsWith('node:') ? 'node:*' : specifier.replace(/^((?:@[\w-]+\/)?[\w-]+)\/.*/, '$1');
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

test('below the report, words are types only', () => {
  const files = all.filter(({ room, target }) => target === 'words' && ['ingest', 'errors'].includes(room));
  const spoken = files.filter(({ file }) => /^import \{.*\/words\//m.test(readFileSync(join(SRC, file), 'utf8')));
  expect(spoken).toEqual([]);
});

test('files do not import one another in circles', () => {
  let left = all;
  for (let before = 0; before !== left.length; ) {
    before = left.length;
    const [importing, imported] = [new Set(left.map(({ file }) => file)), new Set(left.map((one) => one.imported))];
    left = left.filter((one) => importing.has(one.imported) && imported.has(one.file));
  }
  expect(left).toEqual([]);
});

test('reports take the shapes of documents as types: their answers need no zod', () => {
  const wrong = readdirSync(join(SRC, 'report'), { encoding: 'utf8', recursive: true })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('document'))
    .filter((name) =>
      /^import (?!type)[^;]*document(?:s|-shapes)\b/m.test(readFileSync(join(SRC, 'report', name), 'utf8')),
    );
  expect(wrong).toEqual([]);
});
