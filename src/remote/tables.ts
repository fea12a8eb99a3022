/**
 * Puts tables into PostgreSQL. Several ledgers may share them: a row is of the ledger that wrote it last, and only that one
 * takes it away again; then the others send the shop once more, who may have it, too. What a ledger has sent of a shop is sent
 * again only when it is another.
 */
import { hash } from 'node:crypto';
import type { Client } from 'pg';
import type { SqlValue } from '../store/statements.ts';
import { type ShopRows, TABLES, type Table } from '../store/tables.ts';
import { connectPostgres, createTables } from './postgres.ts';

/** Of one statement: a shop is never divided between transactions. */
const ROWS_TOGETHER = 1000;

const SENT = `
  CREATE TABLE IF NOT EXISTS tkguard_sent (
    ledger text, table_name text, shop_id text, sha256 text NOT NULL, PRIMARY KEY (ledger, table_name, shop_id)
  )`;
const NOTE_SENT = `
  INSERT INTO tkguard_sent (ledger, table_name, shop_id, sha256) SELECT $1, $2, * FROM unnest($3::text[], $4::text[])
  ON CONFLICT (ledger, table_name, shop_id) DO UPDATE SET sha256 = excluded.sha256`;

/** The shop stands first in the key: by it rows are taken away. */
function createOf({ name, columns, keys }: Table): string {
  const written = columns.map(([column, type], i) => `${column} ${type}${i < keys ? ' NOT NULL' : ''}`);
  const key = columns.slice(0, keys).map(([column]) => column);
  const ordered = ['shop_id', ...key.filter((column) => column !== 'shop_id')];
  return `CREATE TABLE IF NOT EXISTS ${name} (${written.join(', ')}, ledger text NOT NULL, PRIMARY KEY (${ordered.join(', ')}))`;
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
interface SentRows {
  rows: number;
  unchanged: number;
}

/** Throws what `pg` throws. Killed in between, it goes on where it was. */
export async function sendTables(url: string, ledger: string, all: Iterable<ShopRows>): Promise<SentRows> {
  const client = await connectPostgres(url);
  try {
    for (const sql of [...TABLES.map(createOf), SENT]) await createTables(client, sql);
    return await new Sender(client, ledger).send(all);
  } finally {
    await client.end().catch(() => {});
  }
}

/** A shop of a table, to be sent: in place of what this ledger has sent of it before, if anything. */
interface Waiting extends ShopRows {
  readonly sha256: string;
  readonly isKnown: boolean;
}

class Sender {
  readonly #sent: SentRows = { rows: 0, unchanged: 0 };
  /** Of one table. */
  #waiting: Waiting[] = [];
  #rows = 0;

  constructor(
    private readonly client: Client,
    private readonly ledger: string,
  ) {}

  async send(all: Iterable<ShopRows>): Promise<SentRows> {
    const { rows } = await this.client.query('SELECT table_name, shop_id, sha256 FROM tkguard_sent WHERE ledger = $1', [
      this.ledger,
    ]);
    const left = new Map<string, { table_name: string; shop_id: string; sha256: string }>(
      rows.map((row) => [`${row.table_name} ${row.shop_id}`, row]),
    );
    for (const part of all) {
      const key = `${part.table.name} ${part.shop}`;
      const sha256 = hash('sha256', JSON.stringify(part.rows));
      const before = left.get(key);
      left.delete(key);
      if (before?.sha256 === sha256) this.#sent.unchanged += 1;
      else await this.#add({ ...part, sha256, isKnown: before !== undefined });
    }
    await this.#flush();
    for (const table of TABLES) {
      const gone = [...left.values()].filter(({ table_name }) => table_name === table.name);
      const shops = gone.map(({ shop_id }) => shop_id);
      if (shops.length > 0) await this.#transaction(() => this.#remove(table, shops, []));
    }
    return this.#sent;
  }

  async #add(part: Waiting): Promise<void> {
    if (this.#waiting[0] && this.#waiting[0].table !== part.table) await this.#flush();
    this.#waiting.push(part);
    this.#rows += part.rows.length;
    if (this.#rows >= ROWS_TOGETHER) await this.#flush();
  }

  async #flush(): Promise<void> {
    const [table, parts] = [this.#waiting[0]?.table, this.#waiting];
    if (!table) return;
    const rows = parts.flatMap((part) => part.rows);
    const shops = parts.map(({ shop }) => shop);
    await this.#transaction(async () => {
      const known = parts.filter(({ isKnown }) => isKnown).map(({ shop }) => shop);
      if (known.length > 0) await this.#remove(table, known, rows);
      for (let i = 0; i < rows.length; i += ROWS_TOGETHER) {
        const some = rows.slice(i, i + ROWS_TOGETHER);
        const cells = some.flatMap((row): SqlValue[] => [...row, this.ledger]);
        await this.client.query(upsertOf(table, some.length), cells);
      }
      await this.client.query(NOTE_SENT, [this.ledger, table.name, shops, parts.map(({ sha256 }) => sha256)]);
    });
    this.#sent.rows += rows.length;
    this.#waiting = [];
    this.#rows = 0;
  }

  async #transaction(work: () => Promise<void>): Promise<void> {
    await this.client.query('BEGIN');
    await work();
    await this.client.query('COMMIT');
  }

  /** `rows`: what this ledger now says of these shops. */
  async #remove(table: Table, shops: readonly string[], rows: readonly (readonly SqlValue[])[]): Promise<void> {
    const [key, { name }] = [table.columns.slice(0, table.keys), table];
    const removed = await this.client.query(
      `DELETE FROM ${name} WHERE ledger = $1 AND shop_id = ANY($2) RETURNING shop_id, ${key.map(([column], i) => `${column} AS k${i}`)}`,
      [this.ledger, shops],
    );
    await this.client.query('DELETE FROM tkguard_sent WHERE ledger = $1 AND table_name = $2 AND shop_id = ANY($3)', [
      this.ledger,
      name,
      shops,
    ]);
    const moment = (cell: unknown) => (cell instanceof Date ? cell.getTime() : Date.parse(String(cell)));
    const keyOf = (cells: readonly unknown[]) =>
      JSON.stringify(key.map(([, type], i) => (type === 'timestamptz' ? moment(cells[i]) : cells[i])));
    const kept = new Set(rows.map(keyOf));
    const lost = removed.rows.filter((row) => !kept.has(keyOf(key.map((_, i) => row[`k${i}`]))));
    if (lost.length === 0) return;
    await this.client.query(
      "UPDATE tkguard_sent SET sha256 = '' WHERE ledger <> $1 AND table_name = $2 AND shop_id = ANY($3)",
      [this.ledger, name, lost.map(({ shop_id }) => shop_id)],
    );
  }
}
