// How long `tkguard check` takes against a bare `node -e 0`, interleaved, medians. Prints the ratio; the target is 2.0.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const ROUNDS = 40;
const root = join(import.meta.dirname, '..', '..');
const tkguard = join(root, 'bin', 'tkguard.js');
const folder = mkdtempSync(join(tmpdir(), 'tkguard-bench-'));
// NODE_EXTRA_CA_CERTS alone triples Node's start-up.
const env = { PATH: process.env.PATH, TKGUARD_DB: join(folder, 'bench.db') };

function time(args) {
  const start = process.hrtime.bigint();
  const { status } = spawnSync(process.execPath, args, { env });
  if (status === null || status > 1) throw new Error(`${args.join(' ')} ended with ${status}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function median(times) {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)];
}

try {
  execFileSync(process.execPath, [tkguard, 'sync', join(root, 'fixtures', 'story')], { env });
  const config = join(folder, 'config.json');
  writeFileSync(config, JSON.stringify({ language: 'en', policy: { minGain: '0.5', plans: { 1: { maxAge: '7d' } } } }));
  const check = [tkguard, 'check', '2616191', '--as-of', '2014-03-09'];
  const bare = [];
  const gate = [];
  const configured = [];
  time(check);
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(time(['-e', '0']));
    gate.push(time(check));
    configured.push(time([...check, '--config', config]));
  }
  const [bareMs, gateMs, configuredMs] = [bare, gate, configured].map(median);
  console.log(`node -e 0       ${bareMs.toFixed(1)} ms`);
  console.log(`tkguard check   ${gateMs.toFixed(1)} ms`);
  console.log(`ratio           ${(gateMs / bareMs).toFixed(2)} (target: at most 2.00)`);
  console.log(`with a config   ${configuredMs.toFixed(1)} ms, ratio ${(configuredMs / bareMs).toFixed(2)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
