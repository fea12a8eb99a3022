/** What machines leave for each other in remotes: which remotes, and what is pushed there and pulled from there. */
import { hash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { writtenPath } from '../config/config.ts';
import { readSecret } from '../config/secret.ts';
import { isMachineName } from '../config/shape.ts';
import { type Fault, ioErrorOf, isTkguardError, TkguardError } from '../errors.ts';
import type { BatchResult, SourceBatch } from '../import/batches.ts';
import { importOptionsOf } from '../import/options.ts';
import type { FileOutcome } from '../import/outcome.ts';
import { bytesOf } from '../ingest/decode.ts';
import type { RemotePlace } from '../remote/remote.ts';
import { withRemote } from '../remote/with-remote.ts';
import { type Deed, deedOf } from '../report/done-report.ts';
import { bytesText } from '../report/values.ts';
import { exportText, ledgerId } from '../store/export-ledger.ts';
import { type Db, guard, openForReading, openForWriting } from '../store/open.ts';
import { noteShared, readShared } from '../store/shared.ts';
import { type App, databasePath, importWorldOf } from './app.ts';

/** `TKGUARD_MACHINE`, else the configuration, else the name of the host. Throws `bad-option`. */
export function machineName({ host, config }: Pick<App, 'host' | 'config'>): string {
  const given = host.env.TKGUARD_MACHINE || config().values.machine;
  if (given === undefined) return host.hostname().replace(/[^\p{L}\p{N}._-]/gu, '-') || 'tkguard';
  if (isMachineName(given)) return given;
  throw new TkguardError('bad-option', { option: 'TKGUARD_MACHINE', value: given, expected: 'desk-1, 工作室-1' });
}

/** The remotes of these names; of none all that the configuration has. Throws `no-remotes`, `bad-option`, and what is wrong with a secret. */
export function remotesOf(names: readonly string[], app: App): RemotePlace[] {
  const config = app.config();
  const { remotes = {} } = config.values;
  const known = Object.keys(remotes);
  if (known.length === 0) throw new TkguardError('no-remotes');
  return (names.length > 0 ? names : known).map((name) => {
    const remote = Object.hasOwn(remotes, name) ? remotes[name] : undefined;
    if (!remote) throw new TkguardError('bad-option', { option: 'remote', value: name, expected: known.join(', ') });
    const orders = remote.orders === true;
    if (remote.folder !== undefined) return { name, at: { folder: remote.folder }, orders };
    const read = readSecret(remote.url ?? '', config, app.host);
    if ('code' in read) throw TkguardError.of(read);
    return { name, at: { url: read.secret }, orders };
  });
}

/**
 * The same, and from now on the user's orders go there, too. The configuration remembers it, so that a later push that does not
 * say it takes nothing away.
 */
export async function withOrders(names: readonly string[], app: App): Promise<RemotePlace[]> {
  const places = remotesOf(names, app);
  for (const { name, orders } of places) if (!orders) await editRemotes([name, 'orders'], true, app);
  return places.map((place) => ({ ...place, orders: true }));
}

/** Changes a value of `remotes` in the configuration (`undefined`: takes it away), and makes the file where there is none. */
export async function editRemotes(place: readonly string[], value: unknown, { host }: App): Promise<void> {
  const path = writtenPath(host);
  const { editConfig } = await import('../config/edit.ts');
  try {
    const before = host.exists(path) ? bytesOf(host.openFile(path)).toString('utf8') : '{}\n';
    host.replaceFile(path, editConfig(before, ['remotes', ...place], value));
  } catch (error) {
    throw ioErrorOf(path, error);
  }
}

/** What others have left, to be imported like files; and remotes that could not be reached. */
export interface Pulled {
  readonly batch: SourceBatch;
  readonly faults: readonly Fault[];
  readonly reached: readonly RemotePlace[];
  /** Digests of the objects by the names of the files. */
  readonly digests: ReadonlyMap<string, string>;
}

/** Objects whose digests are known here were imported before, or are our own. */
export async function pullFrom(remotes: readonly RemotePlace[], app: App): Promise<Pulled> {
  const { digests: known } = readShared(databasePath(app));
  const digests = new Map<string, string>();
  const bodies = new Map<string, Uint8Array>();
  const { reached, faults } = await eachRemote(remotes, (place) =>
    withRemote(place, async (remote) => {
      for (const { machine, sha256, ledger } of await remote.list()) {
        if (ledger === null || known.has(sha256)) continue;
        known.add(sha256);
        const body = await remote.get(machine);
        const file = `${place.name}: ${machine}`;
        bodies.set(file, body);
        // One that is another by now is imported, and looked at again the next time.
        digests.set(file, hash('sha256', body));
      }
    }),
  );
  const files = [...bodies].map(([name, body]) => ({
    name,
    open: () => ({ name, modifiedMs: null, chunks: () => [body] }),
  }));
  const importOptions = await importOptionsOf({}, importWorldOf(app));
  return { batch: { source: null, importOptions, files, outcomes: [] }, faults, reached, digests };
}

/** Remembers what was imported. An object that is not whole is still on its way: the next pull looks at it again. */
export function settlePulled(
  { batch, files }: BatchResult,
  { digests, reached }: Pulled,
  db: Db,
  nowMs: number,
): BatchResult {
  const taken = files.filter(({ status }) => status === 'imported' || status === 'known');
  noteShared(db, 'pulled', {
    digests: taken.flatMap(({ file }) => digests.get(file) ?? []),
    remotes: reached.map(({ name }) => name),
    nowMs,
  });
  return { batch, files: files.map(leaveUnfinished) };
}

function leaveUnfinished(outcome: FileOutcome): FileOutcome {
  const isUnfinished = outcome.status === 'refused' && outcome.refusal?.code !== 'ledger-version';
  return isUnfinished ? { ...outcome, status: 'left', refusal: null } : outcome;
}

/** Puts the ledger into each remote, unless it lies there as it is. Gives what was done, and the remotes that could not be reached. */
export async function pushTo(
  remotes: readonly RemotePlace[],
  app: App,
): Promise<{ done: Deed[]; faults: readonly Fault[] }> {
  const path = databasePath(app);
  const machine = machineName(app);
  const packed = new Map<boolean, Packed>();
  for (const { orders } of remotes) if (!packed.has(orders)) packed.set(orders, await packLedger(path, orders));
  const done: Deed[] = [];
  const { reached, faults } = await eachRemote(remotes, (place) =>
    withRemote(place, async (remote) => {
      const own = { machine, ...(packed.get(place.orders) as Packed) };
      const args = { remote: place.name, machine, size: bytesText(own.body.length) };
      const there = (await remote.list()).find((one) => one.machine === machine);
      if (there?.sha256 === own.sha256) done.push(deedOf(app.t, 'push.same', args));
      else if (await remote.put(own, own.body))
        done.push(deedOf(app.t, place.orders ? 'push.done-orders' : 'push.done', args));
      else throw new TkguardError('machine-taken', { machine, remote: place.name });
    }),
  );
  const digests = [...packed.values()].map(({ sha256 }) => sha256);
  if (reached.length > 0)
    rememberPush(path, { digests, remotes: reached.map(({ name }) => name), nowMs: app.host.now() });
  return { done, faults };
}

type Packed = Awaited<ReturnType<typeof packLedger>>;

async function packLedger(path: string, withOrders: boolean) {
  const db = openForReading(path);
  try {
    const body = await pipeline(exportText(db, withOrders), createGzip(), buffer);
    return { body, sha256: hash('sha256', body), ledger: ledgerId(db) };
  } finally {
    db.close();
  }
}

/** So that the next pull does not take it for another's. While somebody else writes it is not remembered, which costs a little time then. */
function rememberPush(path: string, push: Parameters<typeof noteShared>[2]): void {
  try {
    const db = openForWriting(path, 0);
    try {
      guard(path, () => db.transaction(() => noteShared(db, 'pushed', push)).immediate());
    } finally {
      db.close();
    }
  } catch (error) {
    if (!isTkguardError(error) || error.code !== 'db-busy') throw error;
  }
}

/** One that fails does not stop the others. */
async function eachRemote(
  remotes: readonly RemotePlace[],
  work: (place: RemotePlace) => Promise<void>,
): Promise<{ reached: RemotePlace[]; faults: Fault[] }> {
  const reached: RemotePlace[] = [];
  const faults: Fault[] = [];
  for (const place of remotes) {
    try {
      await work(place);
      reached.push(place);
    } catch (error) {
      if (!isTkguardError(error)) throw error;
      faults.push(error.fault);
    }
  }
  return { reached, faults };
}
