/**
 * Puts tables into PostgreSQL. Several ledgers may share them: a row is of the ledger that wrote it last, and only that one
 * takes it away again. What a ledger has sent of a shop is sent again only when it is another.
 */
import { createHash } from 'node:crypto';
import type { Client } from 'pg';
import type { Cell, ShopRows, Table } from '../store/tables.ts';
import { TABLES } from '../store/tables.ts';
import { connectPostgres, createTables } from './postgres.ts';

const ROWS_TOGETHER = 1000;
/** Rows of one transaction, about. */
const ROWS_A_TIME = 20_000;

const SENT = `
  CREATE TABLE IF NOT EXISTS tkguard_sent (
    ledger text, table_name text, shop_id text, sha256 text NOT NULL, PRIMARY KEY (ledger, table_name, shop_id)
  )`;

function createOf({ name, columns, keys }: Table): string {
  const written = columns.map(([column, type], i) => `${column} ${type}${i < keys ? ' NOT NULL' : ''}`);
  const key = columns.slice(0, keys).map(([column]) => column);
  return `CREATE TABLE IF NOT EXISTS ${name} (${written.join(', ')}, ledger text NOT NULL, PRIMARY KEY (${key.join(', ')}))`;
}

/** The newer end of a run stands: another ledger may know less. */
function upsertOf({ name, columns, keys }: Table, rows: number): string {
  const names = [...columns.map(([column]) => column), 'ledger'];
  const marks = Array.from({ length: rows }, (_, row) => `(${names.map((_, i) => `$${row * names.length + i + 1}`)})`);
  const changed = names
    .slice(keys)
    .map((column) =>
      column === 'last_at' ? `last_at = greatest(${name}.last_at, excluded.last_at)` : `${column} = excluded.${column}`,
    );
  return `INSERT INTO ${name} (${names}) VALUES ${marks.join(', ')} ON CONFLICT (${names.slice(0, keys)}) DO UPDATE SET ${changed.join(', ')}`;
}

/** Rows that were sent, and shops, table by table, that stand there as they are. */
export interface Sent {
  rows: number;
  unchanged: number;
}

/** Throws what `pg` throws. Killed in between, it goes on where it was. */
export async function sendTables(url: string, ledger: string, all: Iterable<ShopRows>): Promise<Sent> {
  const client = await connectPostgres(url);
  try {
    for (const sql of [...TABLES.map(createOf), SENT]) await createTables(client, sql);
    return await new Sender(client, ledger).send(all);
  } finally {
    await client.end().catch(() => {});
  }
}

class Sender {
  readonly #sent: Sent = { rows: 0, unchanged: 0 };
  #open = 0;

  constructor(
    private readonly client: Client,
    private readonly ledger: string,
  ) {}

  async send(all: Iterable<ShopRows>): Promise<Sent> {
    const { rows } = await this.client.query('SELECT table_name, shop_id, sha256 FROM tkguard_sent WHERE ledger = $1', [
      this.ledger,
    ]);
    const left = new Map<string, { table_name: string; shop_id: string; sha256: string }>(
      rows.map((row) => [`${row.table_name} ${row.shop_id}`, row]),
    );
    await this.client.query('BEGIN');
    for (const part of all) {
      const key = `${part.table.name} ${part.shop}`;
      const sha256 = createHash('sha256').update(JSON.stringify(part.rows)).digest('hex');
      const before = left.get(key);
      left.delete(key);
      if (before?.sha256 === sha256) this.#sent.unchanged += 1;
      else await this.#replace(part, sha256, before !== undefined);
    }
    for (const { table_name, shop_id } of left.values()) await this.#remove(table_name, shop_id);
    await this.client.query('COMMIT');
    return this.#sent;
  }

  async #replace({ table, shop, rows }: ShopRows, sha256: string, isKnown: boolean): Promise<void> {
    if (isKnown) await this.#remove(table.name, shop);
    for (let i = 0; i < rows.length; i += ROWS_TOGETHER) {
      const some = rows.slice(i, i + ROWS_TOGETHER);
      await this.client.query(
        upsertOf(table, some.length),
        some.flatMap((row): Cell[] => [...row, this.ledger]),
      );
    }
    await this.client.query('INSERT INTO tkguard_sent VALUES ($1, $2, $3, $4)', [
      this.ledger,
      table.name,
      shop,
      sha256,
    ]);
    this.#sent.rows += rows.length;
    this.#open += rows.length;
    if (this.#open < ROWS_A_TIME) return;
    this.#open = 0;
    await this.client.query('COMMIT');
    await this.client.query('BEGIN');
  }

  async #remove(table: string, shop: string): Promise<void> {
    await this.client.query(`DELETE FROM ${table} WHERE ledger = $1 AND shop_id = $2`, [this.ledger, shop]);
    await this.client.query('DELETE FROM tkguard_sent WHERE ledger = $1 AND table_name = $2 AND shop_id = $3', [
      this.ledger,
      table,
      shop,
    ]);
  }
}
