/** Imports one export: wholly, or not at all with every reason why. What is in the ledger already is not read again. */
import { isAccepted } from '../domain/snapshot.ts';
import { faultOf } from '../errors.ts';
import { isRefusal, type Note, refuse } from '../ingest/findings.ts';
import { findPage, type PageFile } from '../ingest/list-pages.ts';
import { ordersOfOther } from '../store/captures.ts';
import { acceptRates } from '../store/holds.ts';
import type { KnownFile } from '../store/import.ts';
import { capturedTime, type ImportJob, type Incoming, idText, ownTimeWith } from './incoming.ts';
import { type FileOutcome, outcomeOf, refused, refuseThrown } from './outcome.ts';
import { addExport } from './write.ts';

/** The outcome; or a page of a longer list, which is imported when all its pages have been read. */
export function importFile(incoming: Incoming, job: ImportJob): FileOutcome | PageFile {
  const { name, request } = incoming;
  const { account } = job.options;
  const copies = job.session.findCopies(incoming.sha256, account, idText(incoming.ids));
  const others =
    copies.every(({ isDiscarded }) => isDiscarded) && ordersOfOther(job.session.db, incoming.sha256, account);
  if (others) {
    const { importedMs, capturedMs, ...args } = others;
    const notes: Note[] = [{ code: 'orders-of-other', args: { account, ...args } }];
    return outcomeOf(name, 'known', { knownSince: { importedMs, capturedMs }, notes });
  }
  const found = findKnown(copies, incoming, job);
  // The mapping may have changed, so a mapped file is read again.
  const isMapped = found?.held === null && !found.isDiscarded && found.format.startsWith('map:');
  const isAgain = job.options.again && found !== null && (found.isDiscarded || isMapped);
  const known = found && (isAgain || standsAgain(found, copies, incoming, job)) ? null : found;
  const other = job.undated?.get(`${incoming.sha256} ${incoming.own?.ms}`);
  if (other !== undefined) {
    const [copy] = copies;
    return copy ? knownOutcome(name, copy, job) : refused(name, refuse('undated', { other }));
  }
  // A page that was imported alone may now be part of a complete list.
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
 * A file is known when these bytes were imported with this own time. A file without own time is known when it was
 * captured at this moment, or when the user has decided about it.
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

/** Whether content that a correction replaced counts again: its file is newer now, or it stands at another path. */
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

/** A held file is released where the user accepts why it is held. */
function knownOutcome(name: string, known: KnownFile, { session, options, nowMs }: ImportJob): FileOutcome {
  const { importedMs, capturedMs, held } = known;
  const knownSince = { importedMs, capturedMs };
  if (options.acceptRates && !known.isDiscarded) acceptRates(session.db, known.fileId, nowMs);
  if (held && !isAccepted(held.code, options))
    return outcomeOf(name, 'held', { knownSince, refusal: faultOf(held.code, held.args) });
  const notes: Note[] = [];
  if (held) {
    session.release(known.fileId, nowMs);
    notes.push({ code: 'released', args: {} });
  } else if (known.isDiscarded) notes.push({ code: 'discarded', args: {} });
  return outcomeOf(name, 'known', { knownSince, notes });
}

/** The same bytes with another file time may be a new export without changes, or a copy: a note asks the user. */
function noteCopies(
  outcome: FileOutcome,
  copies: readonly KnownFile[],
  { own }: Incoming,
  { session }: ImportJob,
): FileOutcome {
  const [snapshot] = outcome.snapshots;
  // A report of orders never goes back to what it said before: its copies change nothing.
  if (own === null || snapshot?.capturedFrom === 'content' || !snapshot || snapshot.orders) return outcome;
  const apart = ({ capturedMs }: KnownFile) => Math.abs((capturedMs ?? Number.NaN) - snapshot.capturedMs);
  const [nearest] = copies.filter(({ capturedMs }) => capturedMs !== null).sort((a, b) => apart(a) - apart(b));
  if (!nearest) return outcome;
  const args = { atMs: nearest.capturedMs ?? 0 };
  // What is only looked at has no number to discard.
  const note: Note = session.isRehearsal
    ? { code: 'would-be-same-content', args }
    : { code: 'same-content', args: { ...args, id: session.lastSnapshot() } };
  return { ...outcome, notes: [...outcome.notes, note] };
}
