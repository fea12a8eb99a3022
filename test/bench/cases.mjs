// What is measured. Each case gives results (medians) and ratios with their targets (issue 6).
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  itemIdOf,
  makePlanDays,
  pastDay,
  writeCsv,
  writeGbk,
  writeJoined,
  writeNdjson,
  writeSmallFiles,
} from './data.mjs';
import { inFolder, median, race, run, tkguard, total } from './measure.mjs';
import { otherSteps, shellSteps } from './peers.mjs';

const node = process.execPath;
const step = (name, db, ...args) => ({ name, command: [node, tkguard, '--db', db, ...args] });
const AS_OF = ['--as-of', '2026-01-02 12:00'];

function removeDatabases(folder) {
  for (const name of readdirSync(folder))
    if (/\.db|\.seal|duck/.test(name)) rmSync(join(folder, name), { force: true });
}

const ratio = (name, value, limit) => ({ name, value, ...limit });

/** Two days and what changed; re-import; GBK; NDJSON; peers. */
function importCase({ size, rounds, peers }) {
  return inFolder((folder) => {
    const rows = Math.round(1_000_000 * size);
    const at = (name) => join(folder, name);
    const days = [writeCsv(at('day-1.csv'), rows, 1), writeCsv(at('day-2.csv'), rows, 2)];
    const gbk = days.map((day) => writeGbk(day.replace('.csv', '.gbk.csv'), day));
    const ndjson = writeNdjson(at('day-1.ndjson'), rows, 1);
    const joined = writeJoined(at('joined.csv'), rows, 1);
    const steps = [
      step('tkguard: joined list', 'a.db', 'sync', joined),
      step('tkguard: day 1', 'a.db', 'sync', days[0]),
      step('tkguard: day 1 again', 'a.db', 'sync', days[0]),
      step('tkguard: day 2', 'a.db', 'sync', days[1]),
      step('tkguard: diff', 'a.db', 'diff', '--json', ...AS_OF),
      step('tkguard: diff --all', 'a.db', 'diff', '--all', '--json', ...AS_OF),
      step('tkguard: diff --limit 20', 'a.db', 'diff', '--limit', '20', ...AS_OF),
      step('tkguard: changes', 'a.db', 'changes', '--json', '--since', '2026-01-02', '--until', '2026-01-02'),
      ...(peers.sqlite3 ? shellSteps(days) : []),
      // As the others, with memberships to judge.
      step('tkguard: joined list, beside GBK', 'g.db', 'sync', joined),
      step('tkguard: day 1, GBK', 'g.db', 'sync', gbk[0]),
      step('tkguard: day 2, GBK', 'g.db', 'sync', gbk[1]),
      step('tkguard: joined list, beside NDJSON', 'n.db', 'sync', joined),
      step('tkguard: NDJSON', 'n.db', 'sync', ndjson),
      ...otherSteps(days, peers),
    ];
    const results = race(folder, steps, rounds, () => removeDatabases(folder));
    const of = (...names) => total(results, names);
    const whole = of('tkguard: day 1', 'tkguard: day 2', 'tkguard: diff', 'tkguard: changes');
    const peak = Math.max(...results.filter(({ name }) => name.startsWith('tkguard')).map(({ peakMb }) => peakMb ?? 0));
    const ratios = [];
    if (peers.sqlite3) {
      const shell = of('sqlite3: day 1', 'sqlite3: day 2', 'sqlite3: diff', 'sqlite3: changes');
      const against = (mine, other) => mine.wallS / other.wallS;
      ratios.push(
        ratio('two days, diff and changes: of the shell', against(whole, shell), { atMost: 0.8 }),
        ratio('the same by processor time', whole.cpuS / shell.cpuS, { atMost: 0.8 }),
        ratio('the next day: of the shell', against(of('tkguard: day 2'), of('sqlite3: day 2')), { atMost: 0.5 }),
        ratio('diff: of the shell', against(of('tkguard: diff'), of('sqlite3: diff')), { atMost: 1.5 }),
        ratio('diff --limit 20: of the shell', against(of('tkguard: diff --limit 20'), of('sqlite3: diff')), {
          atMost: 0.75,
        }),
        ratio('changes: of the shell', against(of('tkguard: changes'), of('sqlite3: changes')), { atMost: 0.25 }),
      );
    }
    ratios.push(
      ratio(
        'GBK: of UTF-8',
        of('tkguard: day 1, GBK', 'tkguard: day 2, GBK').wallS / of('tkguard: day 1', 'tkguard: day 2').wallS,
        { atMost: 1.2 },
      ),
      ratio('import again: of the first', of('tkguard: day 1 again').wallS / of('tkguard: day 1').wallS, {
        atMost: 0.1,
      }),
      { ...ratio('most memory', peak, { atMost: 400 }), unit: 'MB' },
    );
    for (const name of ['sqlite-utils', 'csvkit', 'daff']) {
      const other = results.find((result) => result.name === name);
      if (!other) continue;
      ratios.push(ratio(`${name}: of tkguard`, other.wallS / whole.wallS, { atLeast: 5 }));
      if (name !== 'sqlite-utils') ratios.push(ratio(`memory: of ${name}`, peak / other.peakMb, { atMost: 0.1 }));
    }
    return { results, ratios };
  });
}

/** The gate on a large ledger. */
function checkCase({ size, rounds }) {
  return inFolder((folder) => {
    const rows = Math.round(1_000_000 * size);
    run(folder, step('', 'a.db', 'sync', writeJoined(join(folder, 'joined.csv'), rows, 1)));
    run(folder, step('', 'a.db', 'sync', writeCsv(join(folder, 'day-1.csv'), rows, 1)));
    const item = itemIdOf(Math.floor(rows / 2));
    const steps = [
      { name: 'node -e 0', command: [node, '-e', '0'] },
      { ...step('tkguard: check', 'a.db', 'check', item, '--as-of', '2026-01-01 12:00'), okCodes: [0, 1, 3] },
    ];
    const results = race(folder, steps, rounds * 10);
    const [bare, check] = results;
    return {
      results,
      ratios: [
        ratio('check: of node -e 0', check.wallS / bare.wallS, { atMost: 2 }),
        { ...ratio('memory of check', check.peakMb, { atMost: 60 }), unit: 'MB' },
      ],
    };
  });
}

const BARE_LOOP = `
const { readdirSync, readFileSync } = require('node:fs');
for (const name of readdirSync('small')) JSON.parse(readFileSync('small/' + name, 'utf8'));`;

function smallFilesCase({ size, rounds }) {
  return inFolder((folder) => {
    writeSmallFiles(join(folder, 'small'), Math.round(10_000 * size));
    const steps = [
      { name: 'a loop that reads and parses', command: [node, '-e', BARE_LOOP] },
      step('tkguard: sync of the folder', 'a.db', 'sync', 'small'),
    ];
    const results = race(folder, steps, rounds, () => removeDatabases(folder));
    const [bare, sync] = results;
    return { results, ratios: [ratio('sync: of the loop', sync.wallS / bare.wallS, { atMost: 3 })] };
  });
}

/** Cost a row from ten thousand to three million. */
function linearCase({ size, rounds }) {
  return inFolder((folder) => {
    const sizes = [10_000, 100_000, 1_000_000, 3_000_000].map((rows) => Math.round(rows * size));
    const results = sizes.flatMap((rows) => {
      const days = [1, 2].map((day) => writeCsv(join(folder, `${rows}-${day}.csv`), rows, day));
      const steps = days.map((day, i) => step(`${rows} rows: day ${i + 1}`, 'a.db', 'sync', day));
      const found = race(folder, steps, rounds, () => removeDatabases(folder));
      for (const day of days) rmSync(day);
      return found.map((result) => ({ ...result, note: `${((result.wallS / rows) * 1e6).toFixed(1)} µs a row` }));
    });
    const [small, large] = [results.at(-4), results.at(-2)];
    const peak = Math.max(...results.map(({ peakMb }) => peakMb ?? 0));
    return {
      results,
      ratios: [
        ratio('a row of the largest: of the one before', large.wallS / sizes[3] / (small.wallS / sizes[2]), {
          atMost: 1.3,
        }),
        { ...ratio('most memory', peak, { atMost: 400 }), unit: 'MB' },
      ],
    };
  });
}

/** Many daily snapshots: does a sync, or a diff, take longer after a year, and how large is the ledger? */
function manyDays(plans, days, results, folder) {
  const made = makePlanDays(plans);
  const db = join(folder, 'a.db');
  const [syncs, diffs] = [[], []];
  let first = 0;
  for (let day = 1; day <= days; day++) {
    const file = made.write(join(folder, 'plans.csv'), day);
    syncs.push(run(folder, step('', 'a.db', 'sync', file)));
    if (day === 1) first = statSync(db).size;
    if (day % 5 === 0)
      diffs.push(
        run(folder, { ...step('', 'a.db', 'diff', '--json', '--as-of', `${pastDay(day)} 12:00`), okCodes: [0, 1] }),
      );
  }
  const last = statSync(db).size;
  const around = (list, from, to) => median(list.slice(from, to).map(({ wallS }) => wallS));
  const growth = made.changed === 0 ? 0 : (last - first) / made.changed;
  results.push({
    name: `${plans} plans, ${days} days`,
    wallS: syncs.reduce((sum, { wallS }) => sum + wallS, 0),
    cpuS: syncs.reduce((sum, { cpuS }) => sum + (cpuS ?? 0), 0),
    peakMb: Math.max(...syncs.map(({ peakMb }) => peakMb ?? 0)),
    note: `database ${(first / 1e6).toFixed(1)} to ${(last / 1e6).toFixed(1)} MB, ${growth.toFixed(0)} bytes a change`,
  });
  return { syncs, diffs, around, lastMb: last / 1e6 };
}

function growthCase({ size }) {
  return inFolder((folder) => {
    const results = [];
    const { lastMb } = manyDays(Math.round(100_000 * size), 30, results, folder);
    return { results, ratios: [{ ...ratio('thirty days of 100 k plans', lastMb, { atMost: 25 * size }), unit: 'MB' }] };
  });
}

function yearCase({ size }) {
  return inFolder((folder) => {
    const results = [];
    const days = size < 1 ? 60 : 365;
    const { syncs, diffs, around } = manyDays(Math.round(20_000 * size), days, results, folder);
    const slower = (list, early, window) => around(list, -window, undefined) / around(list, early - window, early);
    return {
      results,
      ratios: [
        ratio('sync at the end: of day 30', slower(syncs, 30, 10), { atMost: 1.2 }),
        ratio('diff at the end: of day 30', slower(diffs, 6, 3), { atMost: 1.2 }),
      ],
    };
  });
}

export const CASES = {
  import: importCase,
  check: checkCase,
  'small-files': smallFilesCase,
  linear: linearCase,
  growth: growthCase,
  year: yearCase,
};
