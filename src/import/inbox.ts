/** Files that programs and people put into a folder: read when they are whole, then left, moved away, or deleted. */
import { basename, dirname, extname, join, resolve } from 'node:path';
import type { ConfigSource } from '../config/shape.ts';
import { formatDay, parseDuration } from '../domain/time.ts';
import type { Fault } from '../errors.ts';
import type { FileState, Host } from '../host.ts';
import type { ByteSource } from '../ingest/decode.ts';
import { type FileOutcome, missingPath, outcomeOf } from './outcome.ts';
import { type FoundFiles, isPattern, type NamedSource } from './paths.ts';

const MINIMUM_AGE_MS = 2000;
const UNFINISHED = ['.part', '.crdownload', '.tmp', '.download'];
const MOST_NAMES = 1000;
/** Error code of a file that somebody writes while it is read. */
const CHANGING = 'ECHANGING';

/** An empty folder is fine; a missing one is a mistake. */
export async function openInbox(source: ConfigSource, path: string, host: Host): Promise<FoundFiles> {
  if (!isPattern(path) && !host.exists(path)) return { files: [], outcomes: [missingPath(path)] };
  const youngest = source.minimumAge === undefined ? MINIMUM_AGE_MS : (parseDuration(source.minimumAge) ?? 0);
  const files: NamedSource[] = [];
  const outcomes: FileOutcome[] = [];
  for (const file of await host.findFiles(path)) {
    if (UNFINISHED.some((ending) => file.toLowerCase().endsWith(ending)) || isArchived(file, source)) continue;
    const state = host.statFile(file);
    if (!state) continue;
    const isYoung = Math.abs(host.now() - state.modifiedMs) < youngest;
    // A browser creates the file empty and downloads into a second one.
    const isComing = UNFINISHED.some((ending) => host.exists(file + ending));
    if (isYoung || isComing) outcomes.push(outcomeOf(file, 'left'));
    else
      files.push({ name: file, path: resolve(file), isFound: true, state, open: () => openSteady(file, state, host) });
  }
  return { files, outcomes };
}

/** A pattern that searches folders must not archive archived files again. */
function isArchived(file: string, { after }: ConfigSource): boolean {
  return after === 'archive' && /[\\/]archive[\\/]\d{4}-\d\d-\d\d[\\/]/.test(file);
}

/** Reading throws `CHANGING` where the file differs from its listing. */
function openSteady(file: string, listed: FileState, host: Host): ByteSource {
  const check = () => {
    if (isAsListed(file, listed, host)) return;
    throw Object.assign(new Error('the file changes while it is read'), { code: CHANGING, syscall: 'read' });
  };
  check();
  const source = host.openFile(file);
  return {
    ...source,
    *chunks() {
      let bytes = 0;
      for (const chunk of source.chunks()) {
        bytes += chunk.length;
        // A file that grows for ever must not be read for ever.
        if (bytes > listed.bytes) check();
        yield chunk;
      }
      check();
    },
  };
}

function isAsListed(file: string, listed: FileState, host: Host): boolean {
  const now = host.statFile(file);
  return now?.bytes === listed.bytes && now.modifiedMs === listed.modifiedMs;
}

/** A file that changed while it was read is left for the next sync; outside an inbox a warning says so. */
export function leaveChanging(outcome: FileOutcome): FileOutcome {
  if (outcome.refusal?.code === 'changed-while-read') return { ...outcome, status: 'left' };
  const isChanging = outcome.status === 'unreadable' && outcome.refusal?.args.reason === CHANGING;
  return isChanging ? { ...outcome, status: 'left', refusal: null } : outcome;
}

/** Only after the commit, and only imported files. A file that cannot be moved stays, and is known the next time. */
export function tidyInbox(
  after: 'archive' | 'delete',
  files: readonly NamedSource[],
  outcomes: readonly FileOutcome[],
  host: Host,
): Fault[] {
  return files.flatMap(({ name, state }): Fault[] => {
    const own = outcomes.filter(({ file }) => file === name || file.startsWith(`${name}: `));
    const isTaken = own.length > 0 && own.every(({ status }) => status === 'imported' || status === 'known');
    if (!isTaken || !state) return [];
    try {
      // It was replaced by a new export of the same name.
      if (!isAsListed(name, state, host)) return [];
      if (after === 'delete') host.removeFile(name);
      else archiveFile(name, host);
      return [];
    } catch (error) {
      if (!(error instanceof Error && 'code' in error)) throw error;
      return [{ code: 'not-tidied', args: { file: name, reason: String(error.code) } }];
    }
  });
}

function archiveFile(file: string, host: Host): void {
  const folder = join(dirname(file), 'archive', formatDay(host.now()));
  const ending = extname(file);
  const stem = basename(file, ending);
  const target = (n: number) => join(folder, n === 1 ? `${stem}${ending}` : `${stem}.${n}${ending}`);
  let n = 1;
  while (n < MOST_NAMES && host.exists(target(n))) n += 1;
  host.moveFile(file, target(n));
}
