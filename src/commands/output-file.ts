/** Files that a user has pages and papers written to. */
import { existsSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { ioErrorOf, TkguardError } from '../errors.ts';
import { followLinks, needFolderOf, unfinishedOf } from '../store/place-file.ts';

/** Throws `report-exists`. */
export function refuseExisting(path: string): void {
  if (existsSync(path)) throw new TkguardError('report-exists', { path });
}

/** Throws `no-folder`. In one step: whoever looks finds the old file or the new one. Only its owner may read it, but where it stood already. */
export function placeFile(path: string, text: string): void {
  try {
    const target = followLinks(path);
    needFolderOf(target);
    const mode = existsSync(target) ? statSync(target).mode & 0o777 : 0o600;
    const unfinished = unfinishedOf(target);
    try {
      writeFileSync(unfinished, text, { mode });
      renameSync(unfinished, target);
    } finally {
      rmSync(unfinished, { force: true });
    }
  } catch (error) {
    throw ioErrorOf(path, error);
  }
}
