/** Takes one export into the ledger: wholly, or not at all with every reason why. */
import type { CapturedFrom } from '../domain/snapshot.ts';
import type { Host } from '../host.ts';
import type { ByteSource, Survey } from '../ingest/decode.ts';
import { surveyBytes } from '../ingest/decode.ts';
import type { Note, Refusal } from '../ingest/findings.ts';
import { isRefusal, refuse } from '../ingest/findings.ts';
import type { Batch, KnownIds } from '../ingest/format.ts';
import type { OpenExport } from '../ingest/read-export.ts';
import { idsOf, openExport } from '../ingest/read-export.ts';
import type { FileOutcome } from '../report/sync-report.ts';
import type { Alarm } from '../store/alarm.ts';
import { addHold, releaseHold } from '../store/holds.ts';
import type { ImportSession, KnownFile } from '../store/import.ts';
import type { SnapshotHead, SnapshotStore, SnapshotWriter } from '../store/write-snapshot.ts';

export interface ImportOptions {
  readonly account: string;
  readonly capturedMs: number | null;
  readonly format: string | null;
  readonly partial: boolean;
  readonly skipBadRows: boolean;
  /** Take in what would make most known plans vanish, rather than hold it back. */
  readonly acceptRemovals: boolean;
  /** Take in again what was discarded. */
  readonly again: boolean;
  readonly ids: KnownIds;
}

/** Clocks of servers and laptops differ a little: a capture this far ahead of now is still taken. */
const CLOCK_SKEW_MS = 10 * 60_000;

interface Written {
  readonly outcome: FileOutcome;
  readonly shopIds: ReadonlySet<number>;
  /** Why it should be held back; then nothing of it is kept, and it is written again apart. */
  readonly alarm?: Alarm;
}

export function importFile(source: ByteSource, session: ImportSession, options: ImportOptions, host: Host): Written {
  const survey = surveyBytes(source);
  const named = idsOf(options.ids, source.name);
  if (isRefusal(named)) return refused(source.name, named);
  const ids = idText(named);
  const known = session.findKnown(survey.sha256, options.account, ids, options.capturedMs);
  if (known && !(known.isDiscarded && options.again)) return knownFile(source, session, options, known);
  const latestMs = host.now() + CLOCK_SKEW_MS;
  const attempt = (partial: boolean, held: Alarm | null = null): Written => {
    let written: Written | null = null;
    session.attempt((snapshots) => {
      const opened = openExport(source, survey, { format: options.format, ids: options.ids, latestMs });
      written = isRefusal(opened)
        ? refused(source.name, opened)
        : writeExport(opened, {
            source,
            survey,
            session,
            snapshots,
            options: { ...options, partial },
            held,
            ids,
            latestMs,
            nowMs: host.now(),
          });
      return written.outcome.status === 'imported' || written.outcome.status === 'held';
    });
    const result: Written = written ?? refused(source.name, refuse('no-rows'));
    return result.alarm && !held ? attempt(partial, result.alarm) : result;
  };
  const whole = attempt(options.partial);
  const onlyBadRows =
    whole.outcome.refusal?.code === 'bad-rows' &&
    whole.outcome.problems.every((problem) => problem.code !== 'disagrees');
  // What bad rows would have said is unknown, so what is left speaks for itself only: partial.
  return options.skipBadRows && onlyBadRows ? attempt(true) : whole;
}

function knownFile(source: ByteSource, session: ImportSession, options: ImportOptions, known: KnownFile): Written {
  const { importedMs, capturedMs, held } = known;
  const base = { ...nothing(source.name), knownSince: { importedMs, capturedMs } };
  if (held && !(options.acceptRemovals && held.code === 'mass-disappearance')) {
    return { outcome: { ...base, status: 'held', refusal: held }, shopIds: new Set() };
  }
  if (held) {
    const outcome: FileOutcome = { ...base, status: 'known', notes: [{ code: 'released', args: {} }] };
    return { outcome, shopIds: releaseHold(session.db, known.fileId) };
  }
  // The same content may be an old file copied or a new export in which nothing changed: only the user knows.
  const isNewer = !known.isDated && capturedMs !== null && source.modifiedMs !== null && source.modifiedMs > capturedMs;
  const notes: Note[] = [];
  if (known.isDiscarded) notes.push({ code: 'discarded', args: {} });
  else if (isNewer && options.capturedMs === null) notes.push({ code: 'known-again', args: {} });
  return { outcome: { ...base, status: 'known', notes }, shopIds: new Set() };
}

interface WriteJob {
  readonly source: ByteSource;
  readonly survey: Survey;
  readonly session: ImportSession;
  readonly snapshots: SnapshotStore;
  readonly options: ImportOptions;
  /** Set when the file is written apart, and why. */
  readonly held: Alarm | null;
  readonly ids: string;
  readonly latestMs: number;
  readonly nowMs: number;
}

function writeExport(opened: OpenExport, job: WriteJob): Written {
  const { source, survey, session, snapshots, options, held, latestMs, nowMs } = job;
  const { problems, notes } = opened.findings;
  const fallback = fallbackTime(source, options, nowMs);
  const isOrdered = survey.bytes <= ORDERED_BYTES;
  const batches = isOrdered ? inOrderOfTime(opened.batches, fallback) : opened.batches;
  const file = openFile(opened, job);
  let everyRowNamesAccount = true;
  let openMs: number | null = null;
  for (const batch of batches) {
    everyRowNamesAccount &&= batch.account !== null;
    if (batch.capturedMs === null && fallback.capturedMs > latestMs) {
      return refused(source.name, refuse('future-file-time', { atMs: fallback.capturedMs }), opened);
    }
    const head = { ...headOf(batch, opened, options, fallback), held: held !== null };
    // One capture is complete before the next begins, so that the next is compared with it.
    if (isOrdered && head.capturedMs !== openMs) file.finish();
    openMs = head.capturedMs;
    const added = file.add(head, batch, snapshots);
    if ('keeperId' in added) return refused(source.name, refuse('keeper-conflict', { ...added }), opened);
    for (const { locator, field, found, earlier } of added) {
      problems.push({ code: 'disagrees', locator, field, found, expected: earlier });
    }
  }
  file.finish();
  const skipping = options.skipBadRows && options.partial && problems.every((problem) => problem.code !== 'disagrees');
  if (problems.length > 0 && !skipping) {
    const count = new Set(problems.map((problem) => problem.locator)).size;
    return refused(source.name, refuse('bad-rows', { count }), opened);
  }
  if (file.snapshots.length === 0) return refused(source.name, refuse('no-rows'), opened);
  if (everyRowNamesAccount) session.setOwnAccounts(file.id);
  const outcome: FileOutcome = {
    ...nothing(source.name),
    status: held ? 'held' : 'imported',
    refusal: held ? { code: held.reason, args: held.args } : null,
    format: opened.format.id,
    encoding: opened.encoding,
    snapshots: file.snapshots,
    rows: file.snapshots.reduce((sum, snapshot) => sum + snapshot.rows, 0),
    changedRows: file.changedRows(),
    problems,
    notes,
  };
  if (held) {
    addHold(session.db, file.id, held);
    return { outcome, shopIds: new Set() };
  }
  const believed = (alarm: Alarm) => options.acceptRemovals && alarm.reason === 'mass-disappearance';
  const alarm = file.alarms.find((found) => !believed(found));
  if (alarm) return { ...refused(source.name, refuse(alarm.reason, alarm.args), opened), alarm };
  return { outcome, shopIds: file.shopIds };
}

/** Up to this size the captures of a file are put in order of time before they are written. Larger ones stay in flat memory. */
const ORDERED_BYTES = 32 << 20;

function inOrderOfTime(batches: Iterable<Batch>, fallback: CapturedTime): Batch[] {
  const timeOf = (batch: Batch) => batch.capturedMs ?? fallback.capturedMs;
  return [...batches].sort((a, b) => timeOf(a) - timeOf(b));
}

/** The snapshots of one file while they are written. */
function openFile(opened: OpenExport, { source, survey, session, options, ids, nowMs }: WriteJob) {
  const id = session.addFile({
    sha256: survey.sha256,
    account: options.account,
    name: source.name,
    ids: opened.format.isNamed ? ids : '',
    bytes: survey.bytes,
    encoding: opened.encoding,
    format: opened.format.id,
    importedMs: nowMs,
  });
  const open = new Map<string, { head: SnapshotHead; writer: SnapshotWriter }>();
  const snapshots: FileOutcome['snapshots'][number][] = [];
  const alarms: Alarm[] = [];
  const shopIds = new Set<number>();
  let changedRows = 0;
  return {
    id,
    snapshots,
    alarms,
    shopIds,
    changedRows: () => changedRows,
    add(head: SnapshotHead, batch: Batch, store: SnapshotStore) {
      const key = `${head.account}\u0000${head.capturedMs}\u0000${head.coverage}\u0000${head.subject}`;
      const known = open.get(key) ?? { head, writer: store.open(head, batch.readings) };
      open.set(key, known);
      return known.writer.add(batch.readings);
    },
    /** Completes what is open. */
    finish() {
      for (const { head, writer } of open.values()) {
        const { changed, alarm } = writer.finish(id);
        changedRows += changed;
        if (alarm) alarms.push(alarm);
        for (const shopId of writer.shopIds) shopIds.add(shopId);
        const { account, capturedMs, capturedFrom, coverage } = head;
        snapshots.push({ account, capturedMs, capturedFrom, coverage, rows: writer.rows });
      }
      open.clear();
    },
  };
}

interface CapturedTime {
  readonly capturedMs: number;
  readonly capturedFrom: CapturedFrom;
}

/** Captured time of content that does not say: `--captured-at`, else the file's, else now (design.md §5). */
function fallbackTime(source: ByteSource, options: ImportOptions, nowMs: number): CapturedTime {
  if (options.capturedMs !== null) return { capturedMs: options.capturedMs, capturedFrom: 'flag' };
  if (source.modifiedMs !== null) return { capturedMs: source.modifiedMs, capturedFrom: 'file-time' };
  return { capturedMs: nowMs, capturedFrom: 'now' };
}

function headOf(batch: Batch, opened: OpenExport, options: ImportOptions, fallback: CapturedTime): SnapshotHead {
  const captured =
    batch.capturedMs === null ? fallback : { capturedMs: batch.capturedMs, capturedFrom: 'content' as const };
  return {
    ...captured,
    account: batch.account ?? options.account,
    format: opened.format.id,
    coverage: options.partial ? 'partial' : batch.coverage,
    subject: batch.subject,
  };
}

function nothing(file: string): FileOutcome {
  return {
    file,
    status: 'refused',
    format: null,
    encoding: null,
    snapshots: [],
    rows: 0,
    changedRows: 0,
    refusal: null,
    problems: [],
    notes: [],
    knownSince: null,
  };
}

function refused(file: string, refusal: Refusal, opened?: OpenExport): Written {
  const outcome: FileOutcome = {
    ...nothing(file),
    format: opened?.format.id ?? null,
    encoding: opened?.encoding ?? null,
    refusal,
    problems: opened?.findings.problems ?? [],
    notes: opened?.findings.notes ?? [],
  };
  return { outcome, shopIds: new Set() };
}

/** `seller=1 item=2`: the ids that go with a file's content. */
function idText(ids: KnownIds): string {
  const given = Object.entries(ids).filter(([, id]) => id !== null);
  return given
    .map(([kind, id]) => `${kind}=${id}`)
    .sort()
    .join(' ');
}

/** A path that leads to no file: a mistake in the call, which must not stop the others. */
export function missingPath(path: string): FileOutcome {
  return { ...nothing(path), refusal: refuse('no-such-path', { path }) };
}

/** A file that could not be read at all. */
export function unreadable(file: string, reason: string): FileOutcome {
  return { ...nothing(file), status: 'unreadable', refusal: refuse('unreadable', { reason }) };
}
