// The peers that are found: on the PATH, or in the folder BENCH_PEERS (npm install --prefix … @duckdb/node-api daff).
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { HEADER } from './data.mjs';

function onPath(program) {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

const folder = process.env.BENCH_PEERS;
const inFolder = (...path) => (folder ? join(folder, 'node_modules', ...path) : '');

export function findPeers() {
  return {
    sqlite3: onPath('sqlite3'),
    duckdb: existsSync(inFolder('@duckdb', 'node-api')),
    daff: onPath('daff') || existsSync(inFolder('.bin', 'daff')),
    'sqlite-utils': onPath('sqlite-utils'),
    csvkit: onPath('csvjoin'),
  };
}

const KEY = ['shop_id', 'item_id', 'plan_id'];
const SAME_KEY = KEY.map((column) => `a.${column} = b.${column}`).join(' AND ');
const TABLE = `(${HEADER.map((column) => `${column} TEXT`).join(', ')}, UNIQUE (${KEY.join(', ')}))`;
const COMPARED = `SELECT s.shop_id, s.item_id, s.plan_id, s.rate, g.rate AS general FROM b s
  JOIN b g ON g.shop_id = s.shop_id AND g.item_id = s.item_id AND g.plan_id = '0' WHERE s.plan_id <> '0'`;
const CHANGED = `SELECT a.shop_id, a.item_id, a.plan_id, a.rate AS rate_before, b.rate AS rate_after FROM a JOIN b ON ${SAME_KEY} WHERE a.rate <> b.rate`;

/** The shell's way: two imports into tables with the key, one join, one self-join. */
export function shellSteps(days) {
  const shell = (name, input) => ({ name, command: ['sqlite3', 'shell.db'], input });
  return [
    shell('sqlite3: day 1', `CREATE TABLE a ${TABLE};\n.mode csv\n.import --skip 1 ${days[0]} a\n`),
    shell('sqlite3: day 2', `CREATE TABLE b ${TABLE};\n.mode csv\n.import --skip 1 ${days[1]} b\n`),
    shell('sqlite3: diff', `.mode json\n${COMPARED};\n`),
    shell('sqlite3: changes', `.mode json\n${CHANGED};\n`),
  ];
}

const DUCKDB = `
const { DuckDBInstance } = require(process.argv[1]);
(async () => {
  const db = await (await DuckDBInstance.create('duck.db')).connect();
  for (const [table, file] of [['a', process.argv[2]], ['b', process.argv[3]]]) {
    await db.run("CREATE TABLE " + table + " ${TABLE}");
    await db.run("INSERT INTO " + table + " SELECT * FROM read_csv('" + file + "', header = true, all_varchar = true)");
  }
  await db.run("COPY (${COMPARED.replaceAll('\n', ' ')}) TO 'diff.json'");
  await db.run("COPY (${CHANGED.replaceAll('\n', ' ')}) TO 'changes.json'");
})();`;

/** Each does the two days and says what changed between them; what it leaves is removed by `clean`. */
export function otherSteps(days, peers) {
  const steps = [];
  const script = (name, text) => steps.push({ name, command: ['sh', '-c', text], okCodes: [0, 1] });
  if (peers.duckdb)
    steps.push({
      name: 'duckdb, to a file',
      command: [process.execPath, '-e', DUCKDB, inFolder('@duckdb', 'node-api'), ...days],
    });
  if (peers.daff) {
    const daff = onPath('daff') ? 'daff' : inFolder('.bin', 'daff');
    script(
      'daff',
      `NODE_OPTIONS=--max-old-space-size=8192 ${daff} --id shop_id --id item_id --id plan_id ${days.join(' ')}`,
    );
  }
  if (peers['sqlite-utils']) {
    const insert = (table, day) =>
      `sqlite-utils insert utils.db ${table} ${day} --csv ${KEY.map((key) => `--pk ${key}`).join(' ')}`;
    script('sqlite-utils', `${insert('a', days[0])} && ${insert('b', days[1])} && sqlite-utils utils.db "${CHANGED}"`);
  }
  if (peers.csvkit) script('csvkit', `csvsql --query "${CHANGED}" --tables a,b ${days.join(' ')}`);
  return steps;
}
