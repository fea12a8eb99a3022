/** Where a sync reads from. */
import { resolve } from 'node:path';
import { lazy } from '../domain/lazy.ts';
import { TkguardError } from '../errors.ts';
import type { FileState, Host } from '../host.ts';
import type { ByteSource } from '../ingest/decode.ts';
import { type FileOutcome, missingPath } from './outcome.ts';

export interface NamedSource {
  readonly name: string;
  /** Of a file: absolute. */
  readonly path?: string;
  /** Nobody named it: a folder or a pattern led to it. */
  readonly isFound?: boolean;
  /** Of a file in an inbox: how it was when it was found. */
  readonly state?: FileState;
  open(): ByteSource;
}

/** Files to read, and outcomes of paths that cannot be read. */
export interface FoundFiles {
  readonly files: readonly NamedSource[];
  readonly outcomes: readonly FileOutcome[];
}

/** A path that stands for all that it matches. */
export function isPattern(path: string): boolean {
  return /[*?[\]{}]/.test(path);
}

/** Files behind the paths, and paths that lead to none. Throws when all do: then there is nothing to sync. */
export async function collectSources(paths: readonly string[], host: Host): Promise<FoundFiles> {
  // Each is opened once: a pipe cannot be opened again.
  const files = new Map<string, NamedSource>();
  const missing: string[] = [];
  for (const path of paths) {
    if (path === '-') {
      files.set(path, { name: path, open: lazy(() => host.stdin()) });
      continue;
    }
    let found: readonly string[];
    try {
      found = await host.findFiles(path);
    } catch (error) {
      if (!(error instanceof Error && 'syscall' in error)) throw error;
      // A folder that may not be read must not stop the others.
      const fail = () => {
        throw error;
      };
      files.set(path, { name: path, open: fail });
      continue;
    }
    if (found.length === 0) missing.push(path);
    for (const file of found)
      files.set(file, {
        name: file,
        path: resolve(file),
        isFound: file !== path,
        open: lazy(() => host.openFile(file)),
      });
  }
  const [first] = missing;
  if (files.size === 0 && first !== undefined)
    throw new TkguardError(host.exists(first) ? 'nothing-to-read' : 'no-such-path', { path: first });
  return { files: [...files.values()], outcomes: missing.filter((path) => !host.exists(path)).map(missingPath) };
}
