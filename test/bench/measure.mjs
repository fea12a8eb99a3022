// Runs commands as children, one after the other, and says what they took.
import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const TIME = '/usr/bin/time';
const hasTime = existsSync(TIME);
export const tkguard = join(import.meta.dirname, '..', '..', 'bin', 'tkguard.js');

/** A folder for a case, gone when `work` is done. */
export function inFolder(work) {
  const place = process.env.BENCH_FOLDER ?? tmpdir();
  mkdirSync(place, { recursive: true });
  const folder = mkdtempSync(join(place, 'tkguard-bench-'));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * One run: seconds by the wall and of the processor, and the most memory in MB (null where there is no GNU time).
 * `command`: program and arguments; `input`: text for it; its output goes to a file, as it would for a script.
 */
export function run(folder, { command, input = '', okCodes = [0] }) {
  const report = join(folder, 'time.txt');
  const output = openSync(join(folder, 'output.txt'), 'w');
  const argv = hasTime ? [TIME, '-o', report, '-f', '%U %S %M', ...command] : command;
  // NODE_EXTRA_CA_CERTS alone triples Node's start-up.
  const env = { PATH: process.env.PATH, HOME: folder };
  const start = process.hrtime.bigint();
  const done = spawnSync(argv[0], argv.slice(1), { cwd: folder, env, input, stdio: ['pipe', output, 'pipe'] });
  const wallS = Number(process.hrtime.bigint() - start) / 1e9;
  closeSync(output);
  if (!okCodes.includes(done.status)) throw new Error(`${command.join(' ')} ended with ${done.status}: ${done.stderr}`);
  if (!hasTime) return { wallS, cpuS: null, peakMb: null };
  const [user, system, peakKb] = readFileSync(report, 'utf8').trim().split('\n').at(-1).split(' ').map(Number);
  return { wallS, cpuS: user + system, peakMb: peakKb / 1024 };
}

export function median(values) {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  return sorted.length === 0 ? null : sorted[Math.floor(sorted.length / 2)];
}

/** Runs every step of every contestant in turn, `rounds` times; gives medians by name. `prepare` is called before each round. */
export function race(folder, steps, rounds, prepare = () => {}) {
  const runs = new Map(steps.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    prepare(round);
    for (const step of steps) runs.get(step.name).push(run(folder, step));
  }
  const of = (name, key) => median(runs.get(name).map((one) => one[key]));
  return steps.map(({ name }) => ({
    name,
    wallS: of(name, 'wallS'),
    cpuS: of(name, 'cpuS'),
    peakMb: of(name, 'peakMb'),
  }));
}

/** Sums of several steps: seconds are added, of memory the most counts. */
export function total(results, names) {
  const found = names.map((name) => results.find((result) => result.name === name));
  const sum = (key) => found.reduce((all, one) => all + (one?.[key] ?? 0), 0);
  return { wallS: sum('wallS'), cpuS: sum('cpuS'), peakMb: Math.max(...found.map((one) => one?.peakMb ?? 0)) };
}
