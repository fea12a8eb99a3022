/** Imports everything that a sync names: each export by itself, what is in containers, and lists whose pages are apart. */
import { hash } from 'node:crypto';
import { decodeHead, rereadBytes } from '../ingest/decode.ts';
import { idsOf, isMemo } from '../ingest/file-names.ts';
import { isRefusal, type Note, orRefusal, type Refusal } from '../ingest/findings.ts';
import type { KnownIds } from '../ingest/format.ts';
import type { AnswerRequest } from '../ingest/har.ts';
import { joinPages, type PageFile } from '../ingest/list-pages.ts';
import { openExport, type ReadOptions } from '../ingest/read-export.ts';
import { type Part, unpack } from '../ingest/unpack.ts';
import { findUndated } from '../store/undated.ts';
import { importFile } from './file.ts';
import { CLOCK_SKEW_MS, type ImportJob, ownTimeOf } from './incoming.ts';
import { importLedger, isLedger } from './ledger.ts';
import type { ImportOptions } from './options.ts';
import { type FileOutcome, outcomeOf, refused, refuseThrown, unreadable } from './outcome.ts';
import type { NamedSource } from './paths.ts';

/**
 * Each file, part by part; then the lists whose pages were among them. Where copies turn out to contradict each other
 * nothing is kept, and all is read again without them.
 */
export function importSources(sources: readonly NamedSource[], job: ImportJob): FileOutcome[] {
  const undated = new Map<string, string>();
  for (;;) {
    const { outcomes, found } = job.session.attempt(
      () => {
        const lastFileId = job.session.lastFile();
        const outcomes = importAll(sources, { ...job, undated });
        return { outcomes, found: findUndated(job.session.db, lastFileId) };
      },
      ({ found }) => found.length === 0,
    );
    if (found.length === 0) {
      job.session.finish();
      return outcomes;
    }
    for (const { sha256, ownMs, other } of found) undated.set(`${sha256} ${ownMs}`, other);
  }
}

function importAll(sources: readonly NamedSource[], job: ImportJob): FileOutcome[] {
  const outcomes: FileOutcome[] = [];
  const pages: PageFile[] = [];
  const take = (read: FileOutcome | PageFile) => {
    if ('page' in read) pages.push(read);
    else outcomes.push(read);
  };
  for (const { name, path, isFound, open } of sources) {
    try {
      for (const part of unpack(open())) {
        const isFile = part.source.name === name && part.source.modifiedMs !== null;
        const read = importPart(part, isFile && path !== undefined ? path : null, job);
        take(isFound || part.source.name !== name ? skipMemo(read, part) : read);
      }
    } catch (error) {
      const reason = readFailure(error);
      if (reason === null) throw error;
      take(unreadable(name, reason));
    }
  }
  for (const list of joinPages(pages)) {
    const open = () => list.open(job.nowMs + CLOCK_SKEW_MS);
    take(importFile({ ...list, path: null, request: null, open }, job));
  }
  return outcomes;
}

/** A note among the exports of a folder is counted, not refused. */
function skipMemo(read: FileOutcome | PageFile, { source, content }: Part): FileOutcome | PageFile {
  if ('page' in read || read.refusal?.code !== 'unknown-format' || isRefusal(content) || !content.encoding) return read;
  return isMemo(source.name, decodeHead(content.head, content.encoding)) ? outcomeOf(source.name, 'skipped') : read;
}

function importPart(part: Part, path: string | null, job: ImportJob): FileOutcome | PageFile {
  const { content, source, request } = part;
  const { name, modifiedMs } = source;
  const { options, nowMs } = job;
  if (isRefusal(content)) return refused(name, content);
  if (isLedger(content.head)) return refuseThrown(name, () => importLedger(source, content, job.session));
  const readOptions = readOptionsOf(part, options, nowMs);
  if (isRefusal(readOptions)) return refused(name, readOptions);
  return importFile(
    {
      name,
      path,
      sha256: digestOf(content.sha256, request),
      bytes: content.bytes,
      ids: readOptions.ids,
      own: ownTimeOf(request?.capturedMs ?? null, modifiedMs),
      request,
      isPartial: request !== null && request.filters.length > 0,
      notes: notesOf(part),
      open: () => openExport(rereadBytes(source, content), content, readOptions),
    },
    job,
  );
}

/** How a part is read: ids come from its request, flags and its name. */
export function readOptionsOf({ source, request }: Part, options: ImportOptions, nowMs: number): ReadOptions | Refusal {
  const ids = orRefusal(() => idsOf(idsWith(options.ids, request), source.name));
  if (isRefusal(ids)) return ids;
  const { mapping, rateUnit } = options;
  return { format: request?.format ?? options.format, mapping, rateUnit, ids, latestMs: nowMs + CLOCK_SKEW_MS };
}

/** The request knows better than flags, which are given for a whole run. */
function idsWith(given: KnownIds, request: AnswerRequest | null): KnownIds {
  const told = Object.entries(request?.ids ?? {}).filter(([, id]) => id !== null);
  return { ...given, ...Object.fromEntries(told) };
}

/** The same answer at another time is another capture, so its time is part of the digest. */
function digestOf(sha256: string, request: AnswerRequest | null): string {
  if (!request || request.capturedMs === null) return sha256;
  return hash('sha256', `${sha256} ${request.capturedMs}`);
}

function notesOf({ request, notes }: Part): readonly Note[] {
  if (!request || request.filters.length === 0) return notes;
  return [...notes, { code: 'filtered-list', args: { filters: request.filters.join(', ') } }];
}

/** Why a file could not be read, for errors of the file system; null for anything else. */
export function readFailure(error: unknown): string | null {
  return error instanceof Error && 'syscall' in error && 'code' in error ? `${error.code}` : null;
}
