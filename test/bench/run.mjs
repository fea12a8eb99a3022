// `npm run bench`: tkguard's built binary and the peers that are found, on made data, in turn. See README.md beside it.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { CASES } from './cases.mjs';
import { findPeers } from './peers.mjs';

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
const peers = findPeers();
const names = positionals.length > 0 ? positionals : Object.keys(CASES);
const report = { schema: 'tkguard.bench/1', node: process.version, rounds, size, peers, cases: {} };

const number = (value, digits = 2) => (value === null || value === undefined ? '-' : value.toFixed(digits));
for (const [peer, found] of Object.entries(peers)) if (!found) console.log(`${peer}: not found, left out`);
if (size < 1) console.log(`${size} of the rows and one round, to see that it runs: the targets are for the whole`);
console.log('by step: seconds by the wall, of the processor, and the most memory; then ratios');
for (const name of names) {
  console.log(`\n${name}`);
  const { results, ratios } = CASES[name]({ size, rounds, peers });
  report.cases[name] = { results, ratios };
  for (const { name: step, wallS, cpuS, peakMb, note = '' } of results)
    console.log(
      `  ${step.padEnd(44)} ${number(wallS).padStart(8)} s ${number(cpuS).padStart(8)} s cpu ${number(peakMb, 0).padStart(6)} MB  ${note}`,
    );
  for (const { name: ratio, value, atMost, atLeast, unit = '×' } of ratios) {
    const target = atMost === undefined ? `at least ${atLeast}` : `at most ${atMost}`;
    const isMet = atMost === undefined ? value >= atLeast : value <= atMost;
    console.log(
      `  ${ratio.padEnd(44)} ${number(value).padStart(8)} ${unit} (target: ${target}; ${isMet ? 'met' : 'NOT MET'})`,
    );
  }
}
const json = JSON.stringify(report, null, 1);
if (values.json) writeFileSync(values.json, `${json}\n`);
else console.log(`\n${json}`);
