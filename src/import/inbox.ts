/** What becomes of files after they were taken in: left, moved away, or deleted. Only after the commit, and only what is in the ledger. */
import { basename, dirname, extname, join } from 'node:path';
import { formatDay } from '../domain/time.ts';
import type { Coded } from '../errors.ts';
import type { Host } from '../host.ts';
import type { FileOutcome } from './outcome.ts';
import type { NamedSource } from './paths.ts';

const MOST_NAMES = 1000;

/** A file that cannot be moved stays, which is a warning and no failure: it is known the next time. */
export function tidyInbox(
  after: 'archive' | 'delete',
  files: readonly NamedSource[],
  outcomes: readonly FileOutcome[],
  host: Host,
): Coded<'error'>[] {
  return files.flatMap(({ name, state }): Coded<'error'>[] => {
    const own = outcomes.filter(({ file }) => file === name || file.startsWith(`${name}: `));
    const isTaken = own.length > 0 && own.every(({ status }) => status === 'imported' || status === 'known');
    if (!isTaken || !state) return [];
    try {
      const now = host.statFile(name);
      // Another file by now: a new export of the same name.
      if (now?.bytes !== state.bytes || now.modifiedMs !== state.modifiedMs) return [];
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
