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
import type { ImportSession } from '../store/import.ts';
import type { SnapshotHead, SnapshotStore, SnapshotWriter } from '../store/write-snapshot.ts';

export interface ImportOptions {
  readonly account: string;
  readonly capturedMs: number | null;
  readonly format: string | null;
  readonly partial: boolean;
  readonly skipBadRows: boolean;
  /** Take in what would make most known plans vanish, rather than hold it back. */
  readonly acceptRemovals: boolean;
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
  if (known?.held && options.acceptRemovals) releaseHold(session.db, known.fileId);
  if (known) {
    const { importedMs, capturedMs } = known;
    // The same content may be an old file copied or a new export in which nothing changed: only the user knows.
    const isNewer =
      options.capturedMs === null &&
      !known.isDated &&
      capturedMs !== null &&
      source.modifiedMs !== null &&
      source.modifiedMs > capturedMs;
    const notes: Note[] = isNewer ? [{ code: 'known-again', args: {} }] : [];
    return {
      outcome: { ...nothing(source.name), status: 'known', knownSince: { importedMs, capturedMs }, notes },
      shopIds: new Set(),
    };
  }
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
  const { source, survey, session, snapshots, options, held, ids, latestMs, nowMs } = job;
  const { problems, notes } = opened.findings;
  const writers = new Map<string, { head: SnapshotHead; writer: SnapshotWriter }>();
  const fallback = fallbackTime(source, options, nowMs);
  let everyRowNamesAccount = true;
  for (const batch of opened.batches) {
    everyRowNamesAccount &&= batch.account !== null;
    if (batch.capturedMs === null && fallback.capturedMs > latestMs) {
      return refused(source.name, refuse('future-file-time', { atMs: fallback.capturedMs }), opened);
    }
    const head = { ...headOf(batch, opened, options, fallback), held: held !== null };
    const key = `${head.account}\u0000${head.capturedMs}\u0000${head.coverage}\u0000${head.subject}`;
    const open = writers.get(key) ?? { head, writer: snapshots.open(head, batch.readings) };
    writers.set(key, open);
    const added = open.writer.add(batch.readings);
    if ('keeperId' in added) return refused(source.name, refuse('keeper-conflict', { ...added }), opened);
    for (const { locator, field, found, earlier } of added) {
      problems.push({ code: 'disagrees', locator, field, found, expected: earlier });
    }
  }
  const skipping = options.skipBadRows && options.partial && problems.every((problem) => problem.code !== 'disagrees');
  if (problems.length > 0 && !skipping)
    return refused(
      source.name,
      refuse('bad-rows', { count: new Set(problems.map((problem) => problem.locator)).size }),
      opened,
    );
  if (writers.size === 0) return refused(source.name, refuse('no-rows'), opened);

  const account = everyRowNamesAccount ? '' : options.account;
  const { sha256, bytes } = survey;
  const file = {
    sha256,
    account,
    name: source.name,
    ids: opened.format.isNamed ? ids : '',
    bytes,
    encoding: opened.encoding,
    format: opened.format.id,
    importedMs: nowMs,
  };
  const fileId = session.addFile(file);
  const shopIds = new Set<number>();
  let changedRows = 0;
  const alarms: Alarm[] = [];
  const finished = [...writers.values()].map(({ head, writer }) => {
    const { changed, alarm } = writer.finish(fileId);
    changedRows += changed;
    if (alarm) alarms.push(alarm);
    for (const id of writer.shopIds) shopIds.add(id);
    const { account: name, capturedMs, capturedFrom, coverage } = head;
    return { account: name, capturedMs, capturedFrom, coverage, rows: writer.rows };
  });
  const rows = finished.reduce((sum, snapshot) => sum + snapshot.rows, 0);
  const outcome: FileOutcome = {
    ...nothing(source.name),
    status: held ? 'held' : 'imported',
    refusal: held ? { code: held.reason, args: held.args } : null,
    format: opened.format.id,
    encoding: opened.encoding,
    snapshots: finished,
    rows,
    changedRows,
    problems,
    notes,
  };
  if (held) {
    addHold(session.db, fileId, held);
    return { outcome, shopIds: new Set() };
  }
  const believed = (alarm: Alarm) => options.acceptRemovals && alarm.reason === 'mass-disappearance';
  const alarm = alarms.find((found) => !believed(found));
  return alarm ? { ...refused(source.name, refuse(alarm.reason, alarm.args), opened), alarm } : { outcome, shopIds };
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
