/** A PostgreSQL of one's own for the tests of a file: on loopback, and gone after them. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const PASSWORD = 'geheim 8q%/w';

export interface Postgres {
  /** Of a database that is made for it. */
  url(database: string, password?: string): string;
  sql(database: string, query: string): string;
  stop(): void;
}

/** null, with the reason printed, where none is installed. */
export async function startPostgres(): Promise<Postgres | null> {
  const bin = binaries();
  if (bin === null) {
    console.log('skipped: PostgreSQL is not installed (apt-get install postgresql)');
    return null;
  }
  const folder = mkdtempSync(join(tmpdir(), 'tkguard-pg-'));
  const isRoot = process.getuid?.() === 0;
  const run = (program: string, ...args: string[]) => {
    const [command = '', ...rest] = [
      ...(isRoot ? ['runuser', '-u', 'postgres', '--'] : []),
      join(bin, program),
      ...args,
    ];
    return execFileSync(command, rest, {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PGPASSWORD: PASSWORD },
      cwd: '/',
    });
  };
  if (isRoot) execFileSync('chown', ['postgres', folder]);
  const secret = join(tmpdir(), `tkguard-pg-${process.pid}.txt`);
  writeFileSync(secret, PASSWORD);
  chmodSync(secret, 0o644);
  const data = join(folder, 'data');
  run('initdb', '-D', data, '-U', 'tkguard', '-A', 'scram-sha-256', `--pwfile=${secret}`, '-E', 'UTF8', '--no-sync');
  rmSync(secret);
  const port = await freePort();
  const options = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off`;
  run('pg_ctl', '-D', data, '-l', join(folder, 'log'), '-w', '-o', options, 'start');
  const made = new Set(['postgres']);
  const psql = (database: string, query: string) =>
    run('psql', '-h', '127.0.0.1', '-p', String(port), '-U', 'tkguard', '-d', database, '-AtqX', '-c', query).trim();
  return {
    url(database, password = PASSWORD) {
      if (!made.has(database)) psql('postgres', `CREATE DATABASE ${database}`);
      made.add(database);
      return `postgres://tkguard:${encodeURIComponent(password)}@127.0.0.1:${port}/${database}`;
    },
    sql: psql,
    stop() {
      run('pg_ctl', '-D', data, '-m', 'immediate', 'stop');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function binaries(): string | null {
  const debian = '/usr/lib/postgresql';
  const folders = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : [];
  const all = [...folders, ...(process.env.PATH ?? '').split(':')];
  return all.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'pg_ctl'))) ?? null;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address ? address.port : 0;
}
