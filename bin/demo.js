// The founding story on the fixtures: a merchant lowers a special plan below the general one. Uses a database of its own.
const { execFileSync } = require('node:child_process');
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');

const root = join(__dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'tkguard-demo-'));
const env = { ...process.env, TKGUARD_DB: join(folder, 'demo.db') };

function tkguard(...args) {
  console.log(`\n$ tkguard ${args.join(' ')}`);
  execFileSync(process.execPath, [join(__dirname, 'tkguard.js'), ...args], { cwd: root, env, stdio: 'inherit' });
}

try {
  tkguard('sync', 'fixtures/story/2014-03-01.csv');
  tkguard('diff', '--as-of', '2014-03-01');
  tkguard('sync', 'fixtures/story/2014-03-09.csv');
  tkguard('diff', '--as-of', '2014-03-09');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
