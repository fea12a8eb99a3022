/** Imports one export: wholly, or not at all with every reason why. */

import { minutesToMilliseconds } from 'date-fns';
import type { Hold } from '../domain/hold.ts';
import type { CapturedFrom, NewSnapshot, OwnTime } from '../domain/snapshot.ts';
import { isRemoval } from '../domain/snapshot.ts';
import { faultOf } from '../errors.ts';
import type { Note, Refusal } from '../ingest/findings.ts';
import { isRefusal, refusalIn, refuse } from '../ingest/findings.ts';
import type { Batch, KnownIds } from '../ingest/format.ts';
import type { AnswerRequest } from '../ingest/har.ts';
import type { PageFile } from '../ingest/list-pages.ts';
import { findPage } from '../ingest/list-pages.ts';
import type { OpenExport } from '../ingest/read-export.ts';
import type { Disagreement } from '../store/disagreement.ts';
import { acceptRates, addHold, releaseFile } from '../store/holds.ts';
import type { ImportSession, KnownFile } from '../store/import.ts';
import { addUntold } from '../store/untold.ts';
import type { SnapshotHead, SnapshotStore, SnapshotWriter } from '../store/write-snapshot.ts';
import type { ImportOptions } from './options.ts';
import type { FileOutcome } from './outcome.ts';
import { outcomeOf, refused } from './outcome.ts';

/** What the files of one batch share. `nowMs`: one time for all files of one sync. */
export interface ImportJob {
  readonly session: ImportSession;
  readonly options: ImportOptions;
  readonly nowMs: number;
  /** By digest and own time, files that cannot be put in order, and the name of a file that says otherwise. */
  readonly undated?: ReadonlyMap<string, string>;
}

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
  /** As far as it is known before it is read. */
  readonly own: OwnTime | null;
  /** The request that it answers, where it comes from a HAR. */
  readonly request: AnswerRequest | null;
  /** It was joined of pages, and is none itself. */
  readonly isJoined: boolean;
  /** What it does not list is not taken for gone, whatever the content says. */
  readonly isPartial: boolean;
  readonly notes: readonly Note[];
  /** It is taken in anew, instead of this. */
  readonly replaces?: KnownFile;
  /** Reads it anew at each call. */
  open(): OpenExport | Refusal;
}

interface CapturedTime {
  readonly capturedMs: number;
  readonly capturedFrom: CapturedFrom;
}

/** Clocks of servers and laptops differ a little: a capture this far ahead of now is still taken. */
export const CLOCK_SKEW_MS = minutesToMilliseconds(10);

/** Up to this size the captures of a file are put in order of time before they are written. Larger ones stay in flat memory. */
const ORDERED_BYTES = 32 << 20;

/** The time of a content itself (design.md §3.3): what it tells, else its file's in whole seconds. */
export function ownTimeOf(toldMs: number | null, modifiedMs: number | null): OwnTime | null {
  if (toldMs !== null) return { ms: toldMs, from: 'content' };
  return modifiedMs === null ? null : { ms: Math.floor(modifiedMs / 1000) * 1000, from: 'file-time' };
}

/** What became of it; or, of a page of a longer list, the page: it is imported when all pages have been read. */
export function importFile(incoming: Incoming, job: ImportJob): FileOutcome | PageFile {
  const { name, request, isJoined } = incoming;
  const copies = job.session.findCopies(incoming.sha256, job.options.account, idText(incoming.ids));
  const found = findKnown(copies, incoming, job);
  // A mapping may be another by now, so what it read is read anew.
  const isMapped = found?.held === null && !found.isDiscarded && found.format.startsWith('map:');
  const isAgain = job.options.again && found !== null && (found.isDiscarded || isMapped);
  const known = found && (isAgain || standsAgain(found, copies, incoming, job)) ? null : found;
  const other = job.undated?.get(`${incoming.sha256} ${incoming.own?.ms}`);
  if (other !== undefined) {
    const [copy] = copies;
    return copy ? knownOutcome(name, copy, job) : refused(name, refuse('undated', { other }));
  }
  // A page that came alone before may be part of a whole list now.
  if (known && (!known.isPartial || known.isDiscarded || known.held)) return knownOutcome(name, known, job);
  return refuseThrown(name, () => {
    const opened = incoming.open();
    const page = isJoined || isRefusal(opened) ? null : findPage(opened, request);
    if (page && !isRefusal(opened)) {
      const own = ownTimeWith(opened, incoming);
      return { ...incoming, own, captured: capturedTime(own, incoming, job), question: request?.list ?? '', page };
    }
    if (known) return knownOutcome(name, known, job);
    if (isRefusal(opened)) return refused(name, opened);
    if (isAgain && isMapped) return addExport(opened, { ...incoming, replaces: found }, job);
    return noteCopies(addExport(opened, incoming, job), copies, incoming, job);
  });
}

function ownTimeWith({ pageMs }: OpenExport, { own }: Incoming): OwnTime | null {
  return pageMs === null || own?.from === 'content' ? own : ownTimeOf(pageMs, null);
}

/** Where the rows do not say: `--captured-at`, else its own time, else now. A day that is not over was captured at the file's time. */
function capturedTime(own: OwnTime | null, incoming: Incoming, { options, nowMs }: ImportJob): CapturedTime {
  if (options.capturedMs !== null) return { capturedMs: options.capturedMs, capturedFrom: 'flag' };
  if (own === null) return { capturedMs: nowMs, capturedFrom: 'now' };
  const isToCome = own.from === 'content' && own !== incoming.own && own.ms > nowMs;
  const capturedMs = isToCome ? Math.min(incoming.own?.ms ?? nowMs, nowMs) : own.ms;
  return { capturedMs, capturedFrom: own.from };
}

/** Refuses a file whose bytes turn out, while they are read, not to be what they should be. */
export function refuseThrown<T>(name: string, read: () => T, opened?: OpenExport): T | FileOutcome {
  try {
    return read();
  } catch (error) {
    const refusal = refusalIn(error);
    if (!refusal) throw error;
    return refused(name, refusal, opened);
  }
}

/**
 * A file is known when these bytes were taken in with this own time, whatever time they were then dated to. What has no
 * own time is known when it was captured at this moment, and one decision on it is enough.
 */
function findKnown(copies: readonly KnownFile[], incoming: Incoming, job: ImportJob): KnownFile | null {
  const { own } = incoming;
  const { capturedMs } = capturedTime(own, incoming, job);
  const known = copies.find((copy) => {
    if (copy.own?.from === 'content') return true;
    if (own !== null) return copy.own?.ms === own.ms;
    return copy.own === null && (copy.isDiscarded || copy.held !== null || copy.capturedMs === capturedMs);
  });
  return known ?? null;
}

/** What is in the ledger already is not read; it is released where the user says so. */
function knownOutcome(name: string, known: KnownFile, { session, options, nowMs }: ImportJob): FileOutcome {
  const { importedMs, capturedMs, held } = known;
  const knownSince = { importedMs, capturedMs };
  if (options.acceptRates && !known.isDiscarded) acceptRates(session.db, known.fileId, nowMs);
  if (held && !(options.acceptRemovals && isRemoval(held.code)))
    return outcomeOf(name, 'held', { knownSince, refusal: faultOf(held.code, held.args) });
  const notes: Note[] = [];
  if (held) {
    releaseFile(session.db, known.fileId, nowMs);
    notes.push({ code: 'released', args: {} });
  } else if (known.isDiscarded) notes.push({ code: 'discarded', args: {} });
  return outcomeOf(name, 'known', { knownSince, notes });
}

/** The same bytes with another file time may be a new export in which nothing changed, or a copy: only the user knows. */
function noteCopies(
  outcome: FileOutcome,
  copies: readonly KnownFile[],
  { own }: Incoming,
  { session }: ImportJob,
): FileOutcome {
  const [snapshot] = outcome.snapshots;
  if (own === null || snapshot?.capturedFrom === 'content' || !snapshot) return outcome;
  const apart = ({ capturedMs }: KnownFile) => Math.abs((capturedMs ?? Number.NaN) - snapshot.capturedMs);
  const [nearest] = copies.filter(({ capturedMs }) => capturedMs !== null).sort((a, b) => apart(a) - apart(b));
  if (!nearest) return outcome;
  const id = session.lastSnapshot();
  return {
    ...outcome,
    notes: [...outcome.notes, { code: 'same-content', args: { atMs: nearest.capturedMs ?? 0, id } }],
  };
}

/** Whether content that a correction replaced stands where it is found now: its file is newer there, or the place is another. */
function standsAgain(
  known: KnownFile,
  copies: readonly KnownFile[],
  { path, own }: Incoming,
  { session, nowMs }: ImportJob,
): boolean {
  const { corrections } = session;
  if (path === null || own === null) return false;
  const files = copies.map(({ fileId }) => fileId);
  if (known.isCorrected) return !corrections.isPlaced(files, path, own.ms);
  if (corrections.place(known.fileId, path, own.ms)) corrections.settle(known.fileId, nowMs);
  return false;
}

/** How a file is written. `held`: apart, and why. */
interface Way {
  readonly isPartial: boolean;
  readonly held: Hold | null;
}

/** `hold`: why it should be held; then nothing of it was kept. */
interface Attempt {
  readonly outcome: FileOutcome;
  readonly hold?: Hold;
}

/** As it is; else held, where it cannot be believed unseen; else without its bad rows, where the user says so. */
function addExport(first: OpenExport, incoming: Incoming, job: ImportJob): FileOutcome {
  let way: Way = { isPartial: job.options.partial || incoming.isPartial, held: null };
  for (let opened: OpenExport | Refusal = first; ; opened = incoming.open()) {
    if (isRefusal(opened)) return refused(incoming.name, opened);
    const { outcome, hold } = attemptExport(opened, way, incoming, job);
    if (hold) way = { ...way, held: hold };
    // What bad rows would have said is unknown, so what is left speaks for itself only.
    else if (job.options.skipBadRows && !way.isPartial && hasOnlyBadRows(outcome))
      way = { isPartial: true, held: null };
    else return outcome;
  }
}

function hasOnlyBadRows({ refusal, problems }: FileOutcome): boolean {
  return refusal?.code === 'bad-rows' && problems.every(({ code }) => code !== 'disagrees');
}

function attemptExport(opened: OpenExport, way: Way, incoming: Incoming, job: ImportJob): Attempt {
  const write = (snapshots: SnapshotStore) => writeExport(opened, way, incoming, job, snapshots);
  return job.session.attempt(
    (snapshots) => {
      const written = refuseThrown(incoming.name, () => write(snapshots), opened);
      return 'outcome' in written ? written : { outcome: written };
    },
    ({ outcome }) => outcome.status === 'imported' || outcome.status === 'held',
  );
}

function writeExport(
  opened: OpenExport,
  { isPartial, held }: Way,
  incoming: Incoming,
  job: ImportJob,
  snapshots: SnapshotStore,
): Attempt {
  const { session, options, nowMs } = job;
  const { name } = incoming;
  const own = ownTimeWith(opened, incoming);
  if (incoming.replaces) session.replace(incoming.replaces.fileId, nowMs);
  const givenMs = incoming.replaces?.givenMs ?? null;
  const captured: CapturedTime =
    options.capturedMs === null && givenMs !== null
      ? { capturedMs: givenMs, capturedFrom: 'flag' }
      : capturedTime(own, incoming, job);
  const { problems, notes } = opened.findings;
  const refuseIt = (refusal: Refusal): Attempt => ({ outcome: refused(name, refusal, opened) });
  const isOrdered = incoming.bytes <= ORDERED_BYTES;
  const fileId = addFile(opened, { ...incoming, own }, session, options, nowMs);
  const file = new OpenFile(fileId, snapshots, problems);
  let [everyRowNamesAccount, everyRowIsDated] = [true, true];
  for (const batch of isOrdered ? inOrderOfTime(opened.batches, captured) : opened.batches) {
    everyRowNamesAccount &&= batch.account !== null;
    everyRowIsDated &&= batch.capturedMs !== null;
    if (batch.capturedMs === null && captured.capturedMs > nowMs + CLOCK_SKEW_MS) {
      const code = captured.capturedFrom === 'content' ? 'future-request-time' : 'future-file-time';
      return refuseIt(refuse(code, { atMs: captured.capturedMs }));
    }
    const head: SnapshotHead = {
      capturedMs: batch.capturedMs ?? captured.capturedMs,
      capturedFrom: batch.capturedMs === null ? captured.capturedFrom : 'content',
      account: batch.account ?? options.account,
      format: opened.format.id,
      coverage: isPartial ? 'partial' : batch.coverage,
      subject: batch.subject,
      held: held !== null,
    };
    file.add(head, batch, isOrdered);
  }
  file.finish();
  const isSkipping = options.skipBadRows && isPartial && problems.every(({ code }) => code !== 'disagrees');
  if (problems.length > 0 && !isSkipping) return refuseIt(refuse('bad-rows', { count: problems.length }));
  if (file.snapshots.length === 0) return refuseIt(refuse('no-rows'));
  if (options.acceptRates) acceptRates(session.db, fileId, nowMs);
  const hold = file.holds.find(({ reason }) => !(options.acceptRemovals && isRemoval(reason)));
  if (hold) return { ...refuseIt(faultOf(hold.reason, hold.args)), hold };
  if (everyRowNamesAccount) session.setOwnAccounts(fileId);
  if (everyRowIsDated) session.setOwnTime(fileId, newestOf(file.snapshots));
  if (held) addHold(session.db, fileId, held);
  else addUntold(session.db, file.shopIds);
  if (incoming.path !== null && incoming.own !== null)
    session.corrections.place(fileId, incoming.path, incoming.own.ms);
  const replaced = session.corrections.settle(fileId, nowMs);
  if (replaced.size > 0) notes.push({ code: replaced.has(fileId) ? 'corrected' : 'correction', args: {} });
  return {
    outcome: outcomeOf(name, held ? 'held' : 'imported', {
      refusal: held ? faultOf(held.reason, held.args) : null,
      format: opened.format.id,
      encoding: opened.encoding,
      rowUnit: opened.rowUnit,
      snapshots: file.snapshots,
      rows: file.snapshots.reduce((sum, { rows }) => sum + rows, 0),
      changedRows: file.changedRows,
      against: file.against,
      problems,
      notes: [...incoming.notes, ...notes],
    }),
  };
}

function newestOf(snapshots: readonly NewSnapshot[]): number {
  return snapshots.reduce((newest, { capturedMs }) => Math.max(newest, capturedMs), 0);
}

function inOrderOfTime(batches: Iterable<Batch>, captured: CapturedTime): Batch[] {
  const timeOf = (batch: Batch) => batch.capturedMs ?? captured.capturedMs;
  return [...batches].sort((a, b) => timeOf(a) - timeOf(b));
}

function addFile(
  { format, encoding }: OpenExport,
  { sha256, name, ids, bytes, own }: Incoming,
  session: ImportSession,
  { account }: ImportOptions,
  importedMs: number,
): number {
  return session.addFile({
    sha256,
    account,
    name,
    ids: format.isNamed ? idText(ids) : '',
    bytes,
    encoding,
    format: format.id,
    importedMs,
    own,
  });
}

/** The snapshots of one file while they are written. */
class OpenFile {
  readonly snapshots: NewSnapshot[] = [];
  readonly holds: Hold[] = [];
  readonly shopIds = new Set<number>();
  readonly against = { added: 0, changed: 0, gone: 0 };
  changedRows = 0;
  readonly #open = new Map<string, { readonly head: SnapshotHead; readonly writer: SnapshotWriter }>();
  #capturedMs: number | null = null;

  constructor(
    private readonly fileId: number,
    private readonly store: SnapshotStore,
    private readonly problems: OpenExport['findings']['problems'],
  ) {}

  /** `isOrdered`: one capture is complete before the next begins, so that the next is compared with it. */
  add(head: SnapshotHead, batch: Batch, isOrdered: boolean): void {
    if (isOrdered && head.capturedMs !== this.#capturedMs) this.finish();
    this.#capturedMs = head.capturedMs;
    const key = JSON.stringify([head.account, head.capturedMs, head.coverage, head.subject]);
    const writer = this.#open.get(key)?.writer ?? this.store.open(head, batch.readings);
    this.#open.set(key, { head, writer });
    this.#note(writer.add(batch.readings));
  }

  /** Completes what is open. */
  finish(): void {
    for (const { head, writer } of this.#open.values()) {
      const { changed, counts, hold, disagreements } = writer.finish(this.fileId);
      this.#note(disagreements);
      this.changedRows += changed;
      for (const kind of ['added', 'changed', 'gone'] as const) this.against[kind] += counts[kind];
      if (hold) this.holds.push(hold);
      for (const shopId of writer.shopIds) this.shopIds.add(shopId);
      const { account, capturedMs, capturedFrom, coverage } = head;
      this.snapshots.push({ account, capturedMs, capturedFrom, coverage, rows: writer.rows() });
    }
    this.#open.clear();
  }

  #note(disagreements: readonly Disagreement[]): void {
    for (const { locator, field, found, earlier } of disagreements)
      this.problems.push({ code: 'disagrees', locator, field, found, expected: earlier });
  }
}

/** `item=2 seller=1`: the ids that go with a file's content. */
function idText(ids: KnownIds): string {
  const kinds = ['campaign', 'item', 'keeper', 'seller'] as const satisfies readonly (keyof KnownIds)[];
  return kinds.flatMap((kind) => (ids[kind] === null ? [] : `${kind}=${ids[kind]}`)).join(' ');
}
