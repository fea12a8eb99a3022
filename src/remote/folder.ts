/** A folder that all machines see: a network drive, a synchronised folder, a stick. */
import { hash } from 'node:crypto';
import { open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import type { Remote, SharedLedger } from './remote.ts';

const ENDING = '.ledger.ndjson.gz';
/** Also what such folders make of two versions: `desk.ledger (conflicted copy).ndjson.gz`, `desk.ledger.ndjson.sync-conflict-….gz`, `….gz.conflict1`. */
const LEDGER_NAME = /^[^.~].*\.ledger.*\.gz(\.conflict\d*)?$/;
const HEAD_BYTES = 1 << 12;

export function openFolder(folder: string): Remote {
  const fileOf = (machine: string) => join(folder, LEDGER_NAME.test(machine) ? machine : `${machine}${ENDING}`);
  const look = async (machine: string): Promise<SharedLedger> => {
    const body = await readFile(fileOf(machine));
    return { machine, sha256: hash('sha256', body), ledger: ledgerOf(body) };
  };
  return {
    async list() {
      const names = (await readdir(folder)).filter((name) => LEDGER_NAME.test(name)).sort();
      return Promise.all(names.map((name) => look(name.endsWith(ENDING) ? name.slice(0, -ENDING.length) : name)));
    },
    get: (machine) => readFile(fileOf(machine)),
    async put({ machine, ledger }, body) {
      const there = await look(machine).catch(nothingThere);
      if (there && there.ledger !== null && there.ledger !== ledger) return false;
      // Others see the old one or the new one, never a part of it.
      const unfinished = join(folder, `.${machine}.${ledger.slice(0, 8)}.tmp`);
      const file = await open(unfinished, 'w');
      try {
        await file.writeFile(body);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(unfinished, fileOf(machine)).catch(async (error) => {
        await rm(unfinished, { force: true });
        throw error;
      });
      return true;
    },
    close: async () => {},
  };
}

/** Whatever else goes wrong is no reason to put something in its place. */
function nothingThere(error: NodeJS.ErrnoException): null {
  if (error.code !== 'ENOENT') throw error;
  return null;
}

/** Of the first line; null where it cannot be read. */
function ledgerOf(body: Uint8Array): string | null {
  try {
    const head = gunzipSync(body.subarray(0, HEAD_BYTES), { finishFlush: constants.Z_SYNC_FLUSH }).toString('utf8');
    return /^\{"format":"tkguard\/ledger@\d+","ledger":"([0-9a-f]{32})"\}\n/.exec(head)?.[1] ?? null;
  } catch {
    return null;
  }
}
