// `npm run bench`: tkguard's built binary and the peers that are found, on made data, in turn. See README.md beside it.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CASES } from './cases.mjs';
import { hasShell } from './peers.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    json: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});
const unknown = positionals.filter((name) => !(name in CASES));
if (values.help || unknown.length > 0) {
  if (unknown.length > 0) console.error(`no such case: ${unknown.join(', ')}`);
  console.log(`npm run bench -- [${Object.keys(CASES).join('|')}]… [--quick] [--rounds n] [--json file]`);
  process.exit(unknown.length > 0 ? 2 : 0);
}

const rounds = Number(values.rounds ?? (values.quick ? 1 : 3));
const size = values.quick ? 0.05 : 1;
const names = positionals.length > 0 ? positionals : Object.keys(CASES);
const report = { schema: 'tkguard.bench/1', node: process.version, rounds, size, cases: {} };

const number = (value, digits = 2) => (value === null || value === undefined ? '-' : value.toFixed(digits));
if (!hasShell) console.log('sqlite3: not found, left out');
if (size < 1) console.log(`${size} of the rows and one round, to see that it runs: the targets are for the whole`);
console.log('by step: seconds by the wall, of the processor, and the most memory; then ratios');
for (const name of names) {
  console.log(`\n${name}`);
  const { results, ratios } = CASES[name]({ size, rounds });
  report.cases[name] = { results, ratios };
  for (const { name: step, wallS, cpuS, peakMb, note = '' } of results)
    console.log(
      `  ${step.padEnd(44)} ${number(wallS).padStart(8)} s ${number(cpuS).padStart(8)} s cpu ${number(peakMb, 0).padStart(6)} MB  ${note}`,
    );
  for (const { name: ratio, value, atMost, unit = '×' } of ratios) {
    const told = `${ratio.padEnd(52)} ${number(value).padStart(8)} ${unit}`;
    console.log(`  ${told} (at most ${number(atMost)}; ${value <= atMost ? 'met' : 'NOT MET'})`);
  }
}
const json = JSON.stringify(report, null, 1);
if (values.json) writeFileSync(values.json, `${json}\n`);
else console.log(`\n${json}`);
