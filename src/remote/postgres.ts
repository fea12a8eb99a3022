/** A table in PostgreSQL, or in what speaks its protocol: plain SQL alone. */
import type { Client } from 'pg';
import type { Remote } from './remote.ts';

const CONNECT_MS = 10_000;
/** A server that has fallen silent: long enough for a large ledger over a slow line. */
const ANSWER_MS = 15 * 60_000;

const CREATE = `
  CREATE TABLE IF NOT EXISTS tkguard_ledger (
    machine text PRIMARY KEY,
    ledger text NOT NULL,
    sha256 text NOT NULL,
    body bytea NOT NULL,
    pushed_at timestamptz NOT NULL DEFAULT now()
  )`;
const PUT = `
  INSERT INTO tkguard_ledger (machine, ledger, sha256, body) VALUES ($1, $2, $3, $4)
  ON CONFLICT (machine) DO UPDATE SET sha256 = excluded.sha256, body = excluded.body, pushed_at = now()
  WHERE tkguard_ledger.ledger = excluded.ledger`;

/** A connected client. */
export async function connectPostgres(url: string, connectMs = CONNECT_MS): Promise<Client> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: connectMs,
    query_timeout: ANSWER_MS,
    application_name: 'tkguard',
    keepAlive: true,
  });
  // Where the server goes away the query that waits for it fails; without this the program would.
  client.on('error', () => {});
  await client.connect();
  return client;
}

export async function openPostgres(url: string, connectMs?: number): Promise<Remote> {
  const client = await connectPostgres(url, connectMs);
  const rows = async (sql: string) => {
    try {
      return (await client.query(sql)).rows;
    } catch (error) {
      if (stateOf(error) === UNDEFINED_TABLE) return [];
      throw error;
    }
  };
  return {
    list: () => rows('SELECT machine, sha256, ledger FROM tkguard_ledger ORDER BY machine'),
    async get(machine) {
      const { rows } = await client.query('SELECT body FROM tkguard_ledger WHERE machine = $1', [machine]);
      return rows[0]?.body ?? new Uint8Array();
    },
    async put({ machine, ledger, sha256 }, body) {
      await createTables(client, CREATE);
      return (await client.query(PUT, [machine, ledger, sha256, Buffer.from(body)])).rowCount === 1;
    },
    close: () => client.end(),
  };
}

const UNDEFINED_TABLE = '42P01';
/** Two that make one table at the same time: unique_violation, duplicate_table, duplicate_object. */
const MADE_MEANWHILE = ['23505', '42P07', '42710'];

export async function createTables(client: Client, sql: string): Promise<void> {
  try {
    await client.query(sql);
  } catch (error) {
    if (!MADE_MEANWHILE.includes(stateOf(error))) throw error;
  }
}

function stateOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
