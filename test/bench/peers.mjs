// The peer: the sqlite3 shell, which imports both days into tables with a key, and says what differs by one join.
import { spawnSync } from 'node:child_process';
import { HEADER } from './data.mjs';

export const hasShell = spawnSync('sh', ['-c', 'command -v sqlite3']).status === 0;

const KEY = ['shop_id', 'item_id', 'plan_id'];
const SAME_KEY = KEY.map((column) => `a.${column} = b.${column}`).join(' AND ');
const TABLE = `(${HEADER.map((column) => `${column} TEXT`).join(', ')}, UNIQUE (${KEY.join(', ')}))`;
const COMPARED = `SELECT s.shop_id, s.item_id, s.plan_id, s.rate, g.rate AS general FROM b s
  JOIN b g ON g.shop_id = s.shop_id AND g.item_id = s.item_id AND g.plan_id = '0' WHERE s.plan_id <> '0'`;
const CHANGED = `SELECT a.shop_id, a.item_id, a.plan_id, a.rate AS rate_before, b.rate AS rate_after FROM a JOIN b ON ${SAME_KEY} WHERE a.rate <> b.rate`;

const shell = (name, input) => ({ name, command: ['sqlite3', 'shell.db'], input });

/** Imports a file, whatever the order of its rows, into a table of its own. */
export const shellImport = (name, table, file) =>
  shell(name, `CREATE TABLE ${table} ${TABLE};\n.mode csv\n.import --skip 1 ${file} ${table}\n`);

export const shellDiff = shell('sqlite3: diff', `.mode json\n${COMPARED};\n`);
export const shellChanges = shell('sqlite3: changes', `.mode json\n${CHANGED};\n`);
