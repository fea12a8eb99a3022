// Bundles src/ into a few CommonJS files: resolving and compiling code is most of what starting up costs.
const { execFileSync } = require('node:child_process');
const { build } = require('esbuild');
const { readdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { basename, join, relative } = require('node:path');

const root = join(__dirname, '..');
const dist = join(root, 'dist');

/** Parts that the gate never needs: files of their own, because what is in the main file is compiled at every start. */
const PARTS = [
  'commands/all',
  'commands/config-file',
  'commands/configured-sources',
  'commands/tidy-inbox',
  'commands/heartbeat',
  'host/request',
  'host/run-command',
  'commands/import-sources',
  'commands/inspect-files',
  'commands/mapping-choice',
  'store/backup',
  'store/export-ledger',
  'commands/examine',
  'report/doctor-report',
  'report/paths-report',
  'commands/import-ledger',
  'ingest/formats/registry',
  'words/zh',
  'report/formats-report',
  'report/snapshots-report',
  'report/sync-report',
  'report/inspect-report',
  'report/why-report',
  'report/schemas',
  'report/render-table',
  'domain/changes',
  'domain/history',
  'domain/merchant',
  'report/changes-report',
  'report/history-report',
  'report/shops-report',
  'report/mutes-report',
  'commands/describe-program',
  'report/completion-script',
  'report/completion-words',
  'store/known-names',
  'report/sync-verbose',
  'report/man-page',
  'report/config-report',
  'report/config-start',
];

const separateParts = {
  name: 'separate-parts',
  setup: ({ onResolve }) =>
    onResolve({ filter: /\.ts$/ }, ({ path, kind, resolveDir }) => {
      const file = relative(join(root, 'src'), join(resolveDir, path)).replace(/\.ts$/, '');
      if (kind !== 'dynamic-import' || !PARTS.includes(file)) return null;
      return { path: `./${basename(file)}.js`, external: true };
    }),
};

// What an earlier build left would be packed too.
rmSync(dist, { recursive: true, force: true });

build({
  absWorkingDir: root,
  entryPoints: ['main', ...PARTS].map((part) => ({ in: `src/${part}.ts`, out: basename(part) })),
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  logLevel: 'warning',
  plugins: [separateParts],
  // The map beside each file makes a stack trace in a bug report readable.
  minify: true,
  sourcemap: 'external',
  sourcesContent: false,
  // A dynamic import of a part is a require, which starts faster than Node's loader of modules.
  supported: { 'dynamic-import': false },
  // better-sqlite3's library is bundled, its native part is found by store/connect.ts.
  external: ['tinyglobby'],
  // commander loads it for commands in files of their own, which tkguard has none of: 4 ms of start-up.
  alias: { 'node:child_process': 'node:events' },
}).then(() => {
  // esbuild leaves Chinese in regular expressions as it is. A file of ASCII alone is read and compiled faster.
  const escapeChinese = (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`;
  for (const name of readdirSync(dist).filter((file) => file.endsWith('.js'))) {
    const file = join(dist, name);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/[\u0080-\uffff]/g, escapeChinese));
  }
  // The manual page says what the help says.
  const program = join(__dirname, 'tkguard.js');
  writeFileSync(join(dist, 'tkguard.1'), execFileSync(process.execPath, [program, '--lang', 'en', 'man'], { env: {} }));
});
