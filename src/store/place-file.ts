/** Gives a finished file its name in one step, so that whoever finds it finds a whole one. */
import { constants, copyFileSync, existsSync, linkSync, rmSync } from 'node:fs';
import { TkguardError } from '../errors.ts';

/** Never overwrites: throws `file-exists`. */
export function placeNew(unfinished: string, target: string): void {
  try {
    linkOrCopy(unfinished, target);
  } catch (error) {
    if (existsSync(target)) throw new TkguardError('file-exists', { path: target });
    throw error;
  } finally {
    rmSync(unfinished, { force: true });
  }
}

/** A second name for a file; a copy where the file system knows no links. Fails when the name is taken. */
export function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' || code === 'ENOENT') throw error;
    copyFileSync(from, to, constants.COPYFILE_EXCL);
  }
}
