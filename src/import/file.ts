/** Takes one export into the ledger: wholly, or not at all with every reason why. */
import { millisecondsInMinute } from 'date-fns/constants';
import type { CapturedFrom } from '../domain/snapshot.ts';
import { faultOf } from '../errors.ts';
import { spareMemory } from '../host/spare-memory.ts';
import type { Host } from '../host.ts';
import type { Note, Refusal } from '../ingest/findings.ts';
import { isRefusal, refusalIn, refuse } from '../ingest/findings.ts';
import type { Batch, KnownIds } from '../ingest/format.ts';
import type { OpenExport } from '../ingest/read-export.ts';
import type { Alarm } from '../store/alarm.ts';
import type { Disagreement } from '../store/disagreement.ts';
import { addHold, releaseFile } from '../store/holds.ts';
import type { ImportSession, KnownFile } from '../store/import.ts';
import { addUntold } from '../store/untold.ts';
import type { SnapshotHead, SnapshotStore, SnapshotWriter } from '../store/write-snapshot.ts';
import type { ImportOptions } from './options.ts';
import type { FileOutcome, Written } from './outcome.ts';
import { nothing, refused } from './outcome.ts';

/** One export on its way in: a file, a part of a container, or the joined pages of a list. */
export interface Incoming {
  readonly name: string;
  /** Of a file on this machine: absolute. */
  readonly path: string | null;
  /** What it is known by. */
  readonly sha256: string;
  readonly bytes: number;
  /** Ids that go with it, from flags, its name and its request. */
  readonly ids: KnownIds;
  /** When it was captured, as far as its content does not say. */
  readonly captured: CapturedTime;
  readonly modifiedMs: number | null;
  /** What it does not list is not taken for gone, whatever the content says. */
  readonly isPartial: boolean;
  readonly notes: readonly Note[];
  /** Reads it anew at each call. */
  open(): OpenExport | Refusal;
}

export interface CapturedTime {
  readonly capturedMs: number;
  readonly capturedFrom: CapturedFrom;
}

/** Clocks of servers and laptops differ a little: a capture this far ahead of now is still taken. */
export const CLOCK_SKEW_MS = 10 * millisecondsInMinute;

/** As it is in the ledger; null: it is not, or is to be taken in again. */
export function findKnownFile(incoming: Incoming, session: ImportSession, options: ImportOptions): KnownFile | null {
  const atMs = options.capturedMs ?? (options.confirms ? incoming.captured.capturedMs : null);
  const find = (capturedMs: number | null) =>
    session.findKnown(incoming.sha256, options.account, idText(incoming.ids), capturedMs);
  const same = find(atMs);
  const before = same || !options.confirms ? null : find(null);
  // One decision is enough for content that is held back.
  const known = same ?? (before?.held ? before : null);
  return known && !(known.isDiscarded && options.again) ? known : null;
}

export function importFile(incoming: Incoming, session: ImportSession, options: ImportOptions, host: Host): Written {
  const known = findKnownFile(incoming, session, options);
  return known ? knownFile(incoming, session, options, known, host) : takeIn(incoming, session, options, host);
}

/** Takes in what is not known. `opened`: by its `open`. */
export function takeIn(
  incoming: Incoming,
  session: ImportSession,
  options: ImportOptions,
  host: Host,
  opened = readSafely(() => incoming.open(), incoming.name),
): Written {
  if ('outcome' in opened) return opened;
  if (incoming.bytes > SMALL_BYTES) spareMemory();
  const nowMs = host.now();
  let first: OpenExport | Refusal | undefined = opened;
  const attempt = (isPartial: boolean, held: Alarm | null = null): Written => {
    let written: Written | null = null;
    session.attempt((snapshots) => {
      const own = isPartial === options.partial ? options : { ...options, partial: isPartial };
      const job = { incoming, session, snapshots, options: own, held, nowMs };
      written = readSafely(() => {
        const open = first ?? incoming.open();
        first = undefined;
        if (isRefusal(open)) return refused(incoming.name, open);
        return readSafely(() => writeExport(open, job), incoming.name, open);
      }, incoming.name);
      return written.outcome.status === 'imported' || written.outcome.status === 'held';
    });
    const result: Written = written ?? refused(incoming.name, refuse('no-rows'));
    return result.alarm && !held ? attempt(isPartial, result.alarm) : result;
  };
  const whole = attempt(options.partial || incoming.isPartial);
  const onlyBadRows =
    whole.outcome.refusal?.code === 'bad-rows' &&
    whole.outcome.problems.every((problem) => problem.code !== 'disagrees');
  // What bad rows would have said is unknown, so what is left speaks for itself only: partial.
  return options.skipBadRows && onlyBadRows ? attempt(true) : whole;
}

/** Refuses a file whose bytes turn out, while they are read, not to be what they should be. */
export function readSafely<T>(read: () => T, name: string, opened?: OpenExport): T | Written {
  try {
    return read();
  } catch (error) {
    const refusal = refusalIn(error);
    if (!refusal) throw error;
    return refused(name, refusal, opened);
  }
}

/** What is in the ledger already: told, released where the user says so, and not read. */
export function knownFile(
  incoming: Incoming,
  session: ImportSession,
  options: ImportOptions,
  known: KnownFile,
  host: Host,
): Written {
  const { name, modifiedMs } = incoming;
  const { importedMs, capturedMs, held } = known;
  const base = { ...nothing(name), knownSince: { importedMs, capturedMs } };
  if (held && !(options.acceptRemovals && held.code === 'mass-disappearance')) {
    return { outcome: { ...base, status: 'held', refusal: faultOf(held.code, held.args) } };
  }
  if (held) {
    const outcome: FileOutcome = { ...base, status: 'known', notes: [{ code: 'released', args: {} }] };
    releaseFile(session.db, known.fileId, host.now());
    return { outcome };
  }
  // The same content may be an old file copied or a new export in which nothing changed: only the user knows.
  const isNewer = !known.isDated && capturedMs !== null && modifiedMs !== null && modifiedMs > capturedMs;
  const notes: Note[] = [];
  if (known.isDiscarded) notes.push({ code: 'discarded', args: {} });
  else if (isNewer && options.capturedMs === null) notes.push({ code: 'known-again', args: {} });
  return { outcome: { ...base, status: 'known', notes } };
}

interface WriteJob {
  readonly incoming: Incoming;
  readonly session: ImportSession;
  readonly snapshots: SnapshotStore;
  readonly options: ImportOptions;
  /** Set when the file is written apart, and why. */
  readonly held: Alarm | null;
  readonly nowMs: number;
}

function writeExport(opened: OpenExport, job: WriteJob): Written {
  const { incoming, session, snapshots, options, held, nowMs } = job;
  const { name, captured: fallback } = incoming;
  const { problems, notes } = opened.findings;
  const isOrdered = incoming.bytes <= ORDERED_BYTES;
  const batches = isOrdered ? inOrderOfTime(opened.batches, fallback) : opened.batches;
  const file = openFile(opened, job);
  let everyRowNamesAccount = true;
  let openMs: number | null = null;
  for (const batch of batches) {
    everyRowNamesAccount &&= batch.account !== null;
    if (batch.capturedMs === null && fallback.capturedMs > nowMs + CLOCK_SKEW_MS) {
      const code = fallback.capturedFrom === 'content' ? 'future-request-time' : 'future-file-time';
      return refused(name, refuse(code, { atMs: fallback.capturedMs }), opened);
    }
    const head = headOf(batch, opened, job);
    // One capture is complete before the next begins, so that the next is compared with it.
    if (isOrdered && head.capturedMs !== openMs) file.finish();
    openMs = head.capturedMs;
    file.add(head, batch, snapshots);
  }
  file.finish();
  const skipping = options.skipBadRows && options.partial && problems.every((problem) => problem.code !== 'disagrees');
  if (problems.length > 0 && !skipping) {
    const count = new Set(problems.map((problem) => problem.locator)).size;
    return refused(name, refuse('bad-rows', { count }), opened);
  }
  if (file.snapshots.length === 0) return refused(name, refuse('no-rows'), opened);
  if (everyRowNamesAccount) session.setOwnAccounts(file.id);
  if (file.snapshots.every(({ capturedFrom }) => capturedFrom === 'content'))
    session.setOwnTime(
      file.id,
      file.snapshots.reduce((newest, { capturedMs }) => Math.max(newest, capturedMs), 0),
    );
  const outcome: FileOutcome = {
    file: name,
    status: held ? 'held' : 'imported',
    refusal: held ? faultOf(held.reason, held.args) : null,
    format: opened.format.id,
    encoding: opened.encoding,
    snapshots: file.snapshots,
    rows: file.snapshots.reduce((sum, snapshot) => sum + snapshot.rows, 0),
    changedRows: file.changedRows(),
    against: file.against,
    problems,
    notes: [...incoming.notes, ...notes],
    knownSince: null,
  };
  if (held) {
    addHold(session.db, file.id, held);
    return { outcome };
  }
  const believed = (alarm: Alarm) => options.acceptRemovals && alarm.reason === 'mass-disappearance';
  const alarm = file.alarms.find((found) => !believed(found));
  if (alarm) return { ...refused(name, faultOf(alarm.reason, alarm.args), opened), alarm };
  addUntold(session.db, file.shopIds);
  return { outcome };
}

/** Larger ones may be of so many plans that what is judged and told of these fills the memory. */
const SMALL_BYTES = 4 << 20;

/** Up to this size the captures of a file are put in order of time before they are written. Larger ones stay in flat memory. */
const ORDERED_BYTES = 32 << 20;

function inOrderOfTime(batches: Iterable<Batch>, fallback: CapturedTime): Batch[] {
  const timeOf = (batch: Batch) => batch.capturedMs ?? fallback.capturedMs;
  return [...batches].sort((a, b) => timeOf(a) - timeOf(b));
}

/** The snapshots of one file while they are written. */
function openFile(opened: OpenExport, { incoming, session, options, nowMs }: WriteJob) {
  const id = session.addFile({
    sha256: incoming.sha256,
    account: options.account,
    name: incoming.name,
    ids: opened.format.isNamed ? idText(incoming.ids) : '',
    bytes: incoming.bytes,
    encoding: opened.encoding,
    format: opened.format.id,
    importedMs: nowMs,
    ownMs: incoming.modifiedMs === null ? null : Math.floor(incoming.modifiedMs / 1000) * 1000,
    path: incoming.path,
  });
  const open = new Map<string, { head: SnapshotHead; writer: SnapshotWriter }>();
  const snapshots: FileOutcome['snapshots'][number][] = [];
  const alarms: Alarm[] = [];
  const shopIds = new Set<number>();
  let changedRows = 0;
  const against = { added: 0, changed: 0, gone: 0 };
  function note(disagreements: readonly Disagreement[]): void {
    for (const { locator, field, found, earlier } of disagreements)
      opened.findings.problems.push({ code: 'disagrees', locator, field, found, expected: earlier });
  }
  return {
    id,
    snapshots,
    alarms,
    shopIds,
    changedRows: () => changedRows,
    against,
    add(head: SnapshotHead, batch: Batch, store: SnapshotStore) {
      const key = `${head.account}\u0000${head.capturedMs}\u0000${head.coverage}\u0000${head.subject}`;
      const writer = open.get(key)?.writer ?? store.open(head, batch.readings);
      open.set(key, { head, writer });
      note(writer.add(batch.readings));
    },
    /** Completes what is open. */
    finish() {
      for (const { head, writer } of open.values()) {
        const { changed, counts, alarm, disagreements } = writer.finish(id);
        note(disagreements);
        changedRows += changed;
        for (const kind of ['added', 'changed', 'gone'] as const) against[kind] += counts[kind];
        if (alarm) alarms.push(alarm);
        for (const shopId of writer.shopIds) shopIds.add(shopId);
        const { account, capturedMs, capturedFrom, coverage } = head;
        snapshots.push({ account, capturedMs, capturedFrom, coverage, rows: writer.rows() });
      }
      open.clear();
    },
  };
}

function headOf(batch: Batch, opened: OpenExport, { incoming, options, held }: WriteJob): SnapshotHead {
  const { captured } = incoming;
  return {
    capturedMs: batch.capturedMs ?? captured.capturedMs,
    capturedFrom: batch.capturedMs === null ? captured.capturedFrom : 'content',
    account: batch.account ?? options.account,
    format: opened.format.id,
    coverage: options.partial ? 'partial' : batch.coverage,
    subject: batch.subject,
    held: held !== null,
  };
}

/** `item=2 seller=1`: the ids that go with a file's content. */
function idText(ids: KnownIds): string {
  let text = '';
  for (const kind of ID_KINDS) {
    if (ids[kind] !== null) text += `${text && ' '}${kind}=${ids[kind]}`;
  }
  return text;
}

/** In the order in which they are told. */
const ID_KINDS = ['campaign', 'item', 'keeper', 'seller'] as const satisfies readonly (keyof KnownIds)[];
