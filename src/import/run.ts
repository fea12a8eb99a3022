/** Takes everything that a sync names into the ledger: each export by itself, what is in containers, and lists whose pages are apart. */
import { createHash } from 'node:crypto';
import type { Host } from '../host.ts';
import type { ByteSource } from '../ingest/decode.ts';
import { rereadBytes } from '../ingest/decode.ts';
import type { Note, Refusal } from '../ingest/findings.ts';
import { isRefusal } from '../ingest/findings.ts';
import type { KnownIds } from '../ingest/format.ts';
import type { AnswerRequest } from '../ingest/har.ts';
import { idsOf } from '../ingest/ids-in-name.ts';
import type { JoinedList, ListPage, PageFile } from '../ingest/list-pages.ts';
import { findPage, joinPages } from '../ingest/list-pages.ts';
import type { ReadOptions } from '../ingest/read-export.ts';
import { openExport } from '../ingest/read-export.ts';
import type { Part } from '../ingest/unpack.ts';
import { unpack } from '../ingest/unpack.ts';
import type { ImportSession } from '../store/import.ts';
import type { CapturedTime, Incoming } from './file.ts';
import { CLOCK_SKEW_MS, findKnownFile, importFile, knownFile, readSafely, takeIn } from './file.ts';
import { importLedger } from './ledger.ts';
import type { ImportOptions } from './options.ts';
import type { FileOutcome, Written } from './outcome.ts';
import { missingPath, refused, unreadable } from './outcome.ts';
import type { NamedSource, SourcesOfPaths } from './paths.ts';

/** `host`: its clock stands still, so that all files of one sync have one time. */
export function importSources(
  { missing, sources }: SourcesOfPaths,
  session: ImportSession,
  options: ImportOptions,
  host: Host,
): FileOutcome[] {
  const files = missing.map(missingPath);
  const pages: PageFile[] = [];
  const take = (read: Written | PageFile) => {
    if ('page' in read) pages.push(read);
    else files.push(read.outcome);
  };
  const readOne = (source: NamedSource) => readParts(source, session, options, host);
  let most = FEWEST_TOGETHER;
  for (const left = sources.map(openOnce); left.length > 0; ) {
    const group = left.slice(0, most);
    const together = takeTogether(group, session, readOne);
    most = together === null ? FEWEST_TOGETHER : Math.min(most * 2, MOST_TOGETHER);
    // One that is not small goes alone.
    const taken =
      together === null ? group.map(readOne) : together.length > 0 ? together : group.slice(0, 1).map(readOne);
    left.splice(0, taken.length);
    taken.flat().forEach(take);
  }
  for (const list of joinPages(pages))
    take(importFile(incomingList(list, host.now() + CLOCK_SKEW_MS), session, options, host));
  return files;
}

/** Files whose pages of the database are kept as they were, in case one of them is refused: more while none is. */
const [FEWEST_TOGETHER, MOST_TOGETHER] = [32, 256];
const SHORT_BYTES = 64 << 10;

/**
 * Takes in the small files at the beginning of these as one: what each of them gave. Null: all of it is undone, for one of
 * them was refused after it had written; each is to be taken in by itself.
 *
 * Why: SQLite sets aside every page that a file changes, to be able to undo just that file. For ten thousand small ones
 * that was two hundred thousand pages, a sixth of the time. test/cli/together.test.ts holds both ways to the same ledger.
 */
function takeTogether(
  sources: readonly NamedSource[],
  session: ImportSession,
  readOne: (source: NamedSource) => (Written | PageFile)[],
): (Written | PageFile)[][] | null {
  const taken: (Written | PageFile)[][] = [];
  const isKept = session.attemptTogether(() => {
    for (const source of sources) {
      if (!isSmall(source)) return;
      taken.push(readOne(source));
    }
  });
  return isKept ? taken : null;
}

/** False also where it cannot be opened, which is told when it is taken in by itself. */
function isSmall({ open }: NamedSource): boolean {
  try {
    return (open().bytes ?? SHORT_BYTES) < SHORT_BYTES;
  } catch (error) {
    if (readFailure(error) === null) throw error;
    return false;
  }
}

/** What comes through a pipe is there but for the first who opens it. */
function openOnce(source: NamedSource): NamedSource {
  let opened: ByteSource | null = null;
  return {
    ...source,
    open() {
      opened ??= source.open();
      return opened;
    },
  };
}

/** What is in a file, each part taken in by itself. */
function readParts(
  { name, path, open }: NamedSource,
  session: ImportSession,
  options: ImportOptions,
  host: Host,
): (Written | PageFile)[] {
  const read: (Written | PageFile)[] = [];
  try {
    for (const part of unpack(open())) {
      const isFile = part.source.name === name && part.source.modifiedMs !== null;
      read.push(importPart(part, isFile && path !== undefined ? path : null, session, options, host));
    }
  } catch (error) {
    const reason = readFailure(error);
    if (reason === null) throw error;
    read.push({ outcome: unreadable(name, reason) });
  }
  return read;
}

/** Takes a part in, or gives the page that it is of a longer list, to be joined when all have been read. */
function importPart(
  part: Part,
  path: string | null,
  session: ImportSession,
  options: ImportOptions,
  host: Host,
): Written | PageFile {
  const { content, source, request } = part;
  if (isRefusal(content)) return refused(source.name, content);
  const ledger = readSafely(() => importLedger(source, content, session), source.name);
  if (ledger) return ledger;
  const readOptions = readOptionsOf(part, options, host);
  if (isRefusal(readOptions)) return refused(source.name, readOptions);
  const { ids } = readOptions;
  const incoming: Incoming = {
    name: source.name,
    path,
    sha256: digestOf(content.sha256, request),
    bytes: content.bytes,
    ids,
    captured: capturedTime(part, options, host.now()),
    isPartial: request !== null && request.filters.length > 0,
    notes: notesOf(part),
    modifiedMs: source.modifiedMs,
    open: () => openExport(rereadBytes(source, content), content, readOptions),
  };
  const known = findKnownFile(incoming, session, options);
  // A page that came alone before may be part of a whole list now.
  const mayBePage = !known || (known.isPartial && !known.isDiscarded && known.held === null);
  if (known && !mayBePage) return knownFile(incoming, session, options, known, host);
  return readSafely((): Written | PageFile => {
    const opened = incoming.open();
    const page = isRefusal(opened) ? null : findPage(opened, request);
    if (page) return pageFileOf(incoming, request?.list ?? '', page);
    return known
      ? knownFile(incoming, session, options, known, host)
      : takeIn(incoming, session, options, host, opened);
  }, source.name);
}

function pageFileOf(incoming: Incoming, question: string, page: ListPage): PageFile {
  const { name, sha256, bytes, captured, ids, isPartial, notes } = incoming;
  return { name, sha256, bytes, captured, ids, isPartial, question, notes, page };
}

/** How a part is read: its own name and request say what flags may leave open. */
export function readOptionsOf({ source, request }: Part, options: ImportOptions, host: Host): ReadOptions | Refusal {
  const ids = idsOf(idsWith(options.ids, request), source.name);
  if (isRefusal(ids)) return ids;
  const { mapping } = options;
  return { format: request?.format ?? options.format, mapping, ids, latestMs: host.now() + CLOCK_SKEW_MS };
}

/** What a request says of its answer is more certain than flags, which stand for whole runs. */
function idsWith(given: KnownIds, request: AnswerRequest | null): KnownIds {
  const ids = request?.ids;
  if (!ids) return given;
  return {
    seller: ids.seller ?? given.seller,
    item: ids.item ?? given.item,
    campaign: ids.campaign ?? given.campaign,
    keeper: ids.keeper ?? given.keeper,
  };
}

/** The same answer at another time is another capture, so its time is part of what it is known by. */
function digestOf(sha256: string, request: AnswerRequest | null): string {
  if (!request || request.capturedMs === null) return sha256;
  return createHash('sha256').update(`${sha256} ${request.capturedMs}`).digest('hex');
}

/** Captured time of content that does not say: the record's of the request, else `--captured-at`, else the file's, else now (design.md §5). */
function capturedTime({ source, request }: Part, options: ImportOptions, nowMs: number): CapturedTime {
  if (request && request.capturedMs !== null) return { capturedMs: request.capturedMs, capturedFrom: 'content' };
  if (options.capturedMs !== null) return { capturedMs: options.capturedMs, capturedFrom: 'flag' };
  if (source.modifiedMs !== null) return { capturedMs: source.modifiedMs, capturedFrom: 'file-time' };
  return { capturedMs: nowMs, capturedFrom: 'now' };
}

function notesOf({ request, notes }: Part): readonly Note[] {
  if (!request || request.filters.length === 0) return notes;
  return [...notes, { code: 'filtered-list', args: { filters: request.filters.join(', ') } }];
}

function incomingList(list: JoinedList, latestMs: number): Incoming {
  const { capturedMs, capturedFrom } = list.captured;
  const modifiedMs = capturedFrom === 'file-time' ? capturedMs : null;
  return { ...list, path: null, modifiedMs, open: () => list.open(latestMs) };
}

/** Why a file could not be read, for errors of the file system; null for anything else. */
export function readFailure(error: unknown): string | null {
  return error instanceof Error && 'syscall' in error && 'code' in error ? `${error.code}` : null;
}
