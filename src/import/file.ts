/** Imports one export: wholly, or not at all with every reason why. What is in the ledger already is not read again. */
import { isRemoval } from '../domain/snapshot.ts';
import { faultOf } from '../errors.ts';
import type { Note } from '../ingest/findings.ts';
import { isRefusal, refuse } from '../ingest/findings.ts';
import type { PageFile } from '../ingest/list-pages.ts';
import { findPage } from '../ingest/list-pages.ts';
import { acceptRates, releaseFile } from '../store/holds.ts';
import type { KnownFile } from '../store/import.ts';
import type { ImportJob, Incoming } from './incoming.ts';
import { capturedTime, idText, ownTimeWith } from './incoming.ts';
import type { FileOutcome } from './outcome.ts';
import { outcomeOf, refused, refuseThrown } from './outcome.ts';
import { addExport } from './write.ts';

/** What became of it; or, of a page of a longer list, the page: it is imported when all pages have been read. */
export function importFile(incoming: Incoming, job: ImportJob): FileOutcome | PageFile {
  const { name, request } = incoming;
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
    const page = isRefusal(opened) ? null : findPage(opened, request);
    if (page && !isRefusal(opened)) {
      const own = ownTimeWith(opened, incoming);
      return { ...incoming, own, captured: capturedTime(own, incoming, job), question: request?.list ?? '', page };
    }
    if (known) return knownOutcome(name, known, job);
    if (isRefusal(opened)) return refused(name, opened);
    if (isAgain && isMapped) return addExport(opened, incoming, job, found);
    return noteCopies(addExport(opened, incoming, job, null), copies, incoming, job);
  });
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

/** It is released where the user says so. */
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
  const args = { atMs: nearest.capturedMs ?? 0, id: session.lastSnapshot() };
  return { ...outcome, notes: [...outcome.notes, { code: 'same-content', args }] };
}
