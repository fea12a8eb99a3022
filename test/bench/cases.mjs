// What is measured. Each case gives results (medians) and ratios with their targets.
import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  makePlanDays,
  pastDay,
  writeCsv,
  writeJoined,
  writeOrders,
  writeShop,
  writeShuffled,
  writeSmallFiles,
} from './data.mjs';
import { inFolder, median, race, run, tkguard, total } from './measure.mjs';
import { hasShell, shellChanges, shellDiff, shellImport } from './peers.mjs';

const node = process.execPath;
const step = (name, db, ...args) => ({ name, command: [node, tkguard, '--db', db, ...args] });
const AS_OF = ['--as-of', '2026-01-02 12:00'];
const MILLION = 1_000_000;

function removeDatabases(folder) {
  for (const name of readdirSync(folder)) if (/\.db/.test(name)) rmSync(join(folder, name), { force: true });
}

const ratio = (name, value, atMost) => ({ name, value, atMost });
const megabytes = (name, value, atMost) => ({ ...ratio(name, value, atMost), unit: 'MB' });
const peakOf = (results) =>
  Math.max(...results.filter(({ name }) => name.startsWith('tkguard')).map(({ peakMb }) => peakMb ?? 0));

/** Gives the ratio of steps by the wall. */
function against(results) {
  const seconds = (names) => total(results, [names].flat()).wallS;
  return (name, mine, theirs, atMost) => (hasShell ? [ratio(name, seconds(mine) / seconds(theirs), atMost)] : []);
}

/** Two days, told and judged, and what changed. */
function importCase({ size, rounds }) {
  return inFolder((folder) => {
    const rows = Math.round(MILLION * size);
    const at = (name) => join(folder, name);
    const days = [writeCsv(at('day-1.csv'), rows, 1), writeCsv(at('day-2.csv'), rows, 2)];
    const sold = writeCsv(at('day-2-sold.csv'), rows, 2, { movedSales: 0.27 });
    const joined = writeJoined(at('joined.csv'), rows, 1);
    const steps = [
      step('tkguard: joined list', 'a.db', 'sync', joined),
      step('tkguard: day 1', 'a.db', 'sync', days[0]),
      step('tkguard: day 1 again', 'a.db', 'sync', days[0]),
      step('tkguard: day 2', 'a.db', 'sync', days[1]),
      step('tkguard: diff', 'a.db', 'diff', '--json', ...AS_OF),
      step('tkguard: changes', 'a.db', 'changes', '--json', '--since', '2026-01-02', '--until', '2026-01-02'),
      step('tkguard: joined list, beside sales', 'b.db', 'sync', joined),
      step('tkguard: day 1, before sales move', 'b.db', 'sync', days[0]),
      step('tkguard: day 2, sales moved', 'b.db', 'sync', sold),
    ];
    if (hasShell)
      steps.push(
        shellImport('sqlite3: day 1', 'a', days[0]),
        shellImport('sqlite3: day 2', 'b', days[1]),
        shellDiff,
        shellChanges,
      );
    const results = race(folder, steps, rounds, () => removeDatabases(folder));
    const compare = against(results);
    const all = (who) => ['day 1', 'day 2', 'diff', 'changes'].map((name) => `${who}: ${name}`);
    return {
      results,
      ratios: [
        ...compare('first day: of the shell', 'tkguard: day 1', 'sqlite3: day 1', 1),
        ...compare('next day: of the shell', 'tkguard: day 2', 'sqlite3: day 2', 0.8),
        ...compare('next day, 27 % of sales moved: of the shell', 'tkguard: day 2, sales moved', 'sqlite3: day 2', 0.8),
        ...compare('two days, diff and changes: of the shell', all('tkguard'), all('sqlite3'), 0.8),
        ...compare('diff --json: of the shell', 'tkguard: diff', 'sqlite3: diff', 0.8),
        ...compare('changes: of the shell', 'tkguard: changes', 'sqlite3: changes', 0.5),
        megabytes('most memory', peakOf(results), 250),
      ],
    };
  });
}

/** Rows in no order; the next day with its columns the other way round. */
function orderCase({ size, rounds }) {
  return inFolder((folder) => {
    const rows = Math.round(MILLION * size);
    const at = (name) => join(folder, name);
    const days = [writeShuffled(at('day-1.csv'), rows, 1), writeShuffled(at('day-2.csv'), rows, 2, { reversed: true })];
    const steps = [step('tkguard: day 1', 'a.db', 'sync', days[0]), step('tkguard: day 2', 'a.db', 'sync', days[1])];
    if (hasShell) steps.push(shellImport('sqlite3: day 1', 'a', days[0]), shellImport('sqlite3: day 2', 'b', days[1]));
    const results = race(folder, steps, rounds, () => removeDatabases(folder));
    const compare = against(results);
    return {
      results,
      ratios: [
        ...compare('rows in no order: of the shell', 'tkguard: day 1', 'sqlite3: day 1', 1),
        ...compare('the next day, other columns: of the shell', 'tkguard: day 2', 'sqlite3: day 2', 1),
        megabytes('most memory', peakOf(results), 250),
      ],
    };
  });
}

/** Ninety days of 20,000 plans on two items each, a hundred thousand lines of orders, and what the special plans cost. */
function moneyCase({ size, rounds }) {
  return inFolder((folder) => {
    const made = makePlanDays(Math.round(20_000 * size), 2);
    const days = Array.from({ length: 90 }, (_, i) => made.write(join(folder, `day-${i + 1}.csv`), i + 1));
    run(folder, step('', 'a.db', 'sync', ...days));
    const orders = writeOrders(join(folder, 'orders.csv'), Math.round(100_000 * size), made.drawOrder);
    const last = `${pastDay(90)} 12:00`;
    const steps = [
      step('tkguard: orders', 'b.db', 'sync', orders),
      step('tkguard: loss', 'b.db', 'loss', '--json'),
      step('tkguard: loss, as of the last day', 'b.db', 'loss', '--json', '--until', last),
    ];
    const results = race(folder, steps, rounds, () => copyFileSync(join(folder, 'a.db'), join(folder, 'b.db')));
    const [sync, loss] = results;
    return {
      results,
      ratios: [
        { ...ratio('orders', sync.wallS, 6 * size), unit: 's' },
        { ...ratio('loss', loss.wallS, 3 * size), unit: 's' },
        megabytes('most memory', peakOf(results), 250),
      ],
    };
  });
}

/** The page of 1,000 joined plans over 75 days: the most urgent, and all. */
function reportCase({ size, rounds }) {
  return inFolder((folder) => {
    // Of five plans two are joined.
    const made = makePlanDays(Math.round(2500 * size));
    const days = Array.from({ length: 75 }, (_, i) => made.write(join(folder, `day-${i + 1}.csv`), i + 1));
    run(folder, step('', 'a.db', 'sync', ...days));
    const page = (name, ...args) =>
      step(name, 'a.db', 'report', '--output', 'r.html', '--force', '--as-of', `${pastDay(75)} 12:00`, ...args);
    const results = race(folder, [page('tkguard: report'), page('tkguard: report --all', '--all')], rounds, () => {});
    const [urgent, all] = results;
    const pageMb = statSync(join(folder, 'r.html')).size / 1e6;
    return {
      results,
      ratios: [
        { ...ratio('report', urgent.wallS, 2 * size), unit: 's' },
        { ...ratio('report --all', all.wallS, 2 * size), unit: 's' },
        megabytes('the page of all', pageMb, 4 * size),
      ],
    };
  });
}

/** The gate in a large shop and in a small one. */
function checkCase({ rounds }) {
  return inFolder((folder) => {
    const check = (name, db) => ({
      ...step(name, db, 'check', '700000000003', '--as-of', '2026-01-01 12:00'),
      okCodes: [0, 1, 3],
    });
    for (const [db, items] of [
      ['small.db', 10],
      ['large.db', 10_000],
    ])
      run(folder, step('', db, 'sync', writeShop(join(folder, `${db}.csv`), items)));
    const steps = [
      { name: 'node -e 0', command: [node, '-e', '0'] },
      check('tkguard: check, 10 items', 'small.db'),
      check('tkguard: check, 10,000 items', 'large.db'),
    ];
    const results = race(folder, steps, rounds * 10);
    const [, small, large] = results;
    return {
      results,
      ratios: [ratio('check in a shop of 10,000 items: of a small one', large.wallS / small.wallS, 1.5)],
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
    return { results, ratios: [ratio('sync: of the loop', sync.wallS / bare.wallS, 13)] };
  });
}

function largeCase({ size, rounds }) {
  return inFolder((folder) => {
    const rows = Math.round(3 * MILLION * size);
    const days = [1, 2].map((day) => writeCsv(join(folder, `day-${day}.csv`), rows, day));
    const steps = days.map((day, i) => step(`tkguard: three million rows, day ${i + 1}`, 'a.db', 'sync', day));
    const results = race(folder, steps, Math.min(rounds, 1), () => removeDatabases(folder));
    return { results, ratios: [megabytes('most memory', peakOf(results), 550)] };
  });
}

/** Thirty daily exports: how large is the ledger, and does a sync or a diff take longer at their end? */
function growthCase({ size }) {
  return inFolder((folder) => {
    const made = makePlanDays(Math.round(100_000 * size));
    const db = join(folder, 'a.db');
    const [syncs, diffs] = [[], []];
    for (let day = 1; day <= 30; day++) {
      syncs.push(run(folder, step('', 'a.db', 'sync', made.write(join(folder, 'plans.csv'), day))));
      const at = `${pastDay(day)} 12:00`;
      diffs.push(run(folder, { ...step('', 'a.db', 'diff', '--json', '--as-of', at), okCodes: [0, 1] }));
    }
    const around = (list, from, to) => median(list.slice(from, to).map(({ wallS }) => wallS));
    const slower = (list) => around(list, 25, 30) / around(list, 1, 6);
    const results = [
      { name: 'tkguard: a sync', wallS: around(syncs, 25, 30), cpuS: null, peakMb: peakMb(syncs) },
      { name: 'tkguard: a diff', wallS: around(diffs, 25, 30), cpuS: null, peakMb: peakMb(diffs) },
    ];
    return {
      results,
      ratios: [
        megabytes('thirty days of 100,000 plans', statSync(db).size / 1e6, 14 * size),
        ratio('a sync at the end: of the first days', slower(syncs), 1.2),
        ratio('a diff at the end: of the first days', slower(diffs), 1.2),
      ],
    };
  });
}

/** Thirty days of a studio's ledger pushed and pulled over a folder, and one day more. */
function shareCase({ size }) {
  return inFolder((folder) => {
    const made = makePlanDays(Math.round(100_000 * size));
    mkdirSync(join(folder, '.config', 'tkguard'), { recursive: true });
    mkdirSync(join(folder, 'shared'));
    const remotes = { studio: { folder: join(folder, 'shared') } };
    writeFileSync(join(folder, '.config', 'tkguard', 'config.json'), JSON.stringify({ remotes, machine: 'a' }));
    const write = (day) => made.write(join(folder, `day-${day}.csv`), day);
    const sync = (files) => run(folder, step('', 'a.db', 'sync', ...files));
    sync(Array.from({ length: 30 }, (_, i) => write(i + 1)));
    const packed = () => statSync(join(folder, 'shared', 'a.ledger.ndjson.gz')).size / 1e6;
    const results = [];
    const measure = (name, db, ...args) => results.push({ name, ...run(folder, step('', db, ...args)) });
    measure('tkguard: push', 'a.db', 'push');
    measure('tkguard: pull, all thirty days', 'b.db', 'pull');
    measure('tkguard: push, nothing new', 'a.db', 'push');
    measure('tkguard: pull, nothing new', 'b.db', 'pull');
    sync([write(31)]);
    measure('tkguard: push, a day more', 'a.db', 'push');
    measure('tkguard: pull, a day more', 'b.db', 'pull');
    return { results, ratios: [megabytes('what lies in the folder', packed(), 4 * size)] };
  });
}

function peakMb(runs) {
  return Math.max(...runs.map((one) => one.peakMb ?? 0));
}

export const CASES = {
  import: importCase,
  order: orderCase,
  money: moneyCase,
  report: reportCase,
  check: checkCase,
  'small-files': smallFilesCase,
  large: largeCase,
  growth: growthCase,
  share: shareCase,
};
