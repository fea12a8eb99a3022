// Bundles src/ into one CommonJS file: resolving and compiling many files is most of what starting up costs.
const { buildSync } = require('esbuild');
const { join } = require('node:path');

const root = join(__dirname, '..');

buildSync({
  absWorkingDir: root,
  entryPoints: ['src/main.ts'],
  outfile: 'dist/main.js',
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  logLevel: 'warning',
  // Names stay as they are, so that a stack trace in a bug report can be read.
  minifyWhitespace: true,
  minifySyntax: true,
  // better-sqlite3's library is bundled, its native part is found by store/open.ts. These are seldom wanted, and code that
  // is not there need not be compiled for every gate.
  external: ['tinyglobby', 'lossless-json', 'chalk'],
  // commander loads it for commands in files of their own, which tkguard has none of: 4 ms of start-up.
  alias: { 'node:child_process': 'node:events' },
});
