/** Where a file is, and how a finished one gets its name: in one step, so that whoever finds it finds a whole one. */
import { constants, copyFileSync, existsSync, linkSync, lstatSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { TkguardError } from '../errors.ts';

/** The file that a path leads to through symbolic links, also one that is not there yet. Throws what the file system says. */
export function followLinks(path: string): string {
  if (!isLink(path)) return path;
  try {
    return realpathSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return followLinks(resolve(realpathSync(dirname(path)), readlinkSync(path)));
  }
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

/** Throws `no-folder` where a file cannot be made because there is none to put it in. */
export function needFolderOf(path: string): void {
  const folder = dirname(path);
  if (!existsSync(folder)) throw new TkguardError('no-folder', { path: folder });
}

/** What a file is called until it is whole. By the process: two at the same time do not meet. */
export function unfinishedOf(path: string): string {
  return `${path}.${process.pid}.unfinished`;
}

/** Never overwrites: throws `file-exists`. */
export function placeNew(unfinished: string, target: string): void {
  try {
    linkOrCopy(unfinished, target);
  } catch (error) {
    const isTaken = (error as NodeJS.ErrnoException).code === 'EEXIST';
    throw isTaken ? new TkguardError('file-exists', { path: target }) : error;
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
