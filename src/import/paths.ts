/** Where a sync reads from. */
import { resolve } from 'node:path';
import { TkguardError } from '../errors.ts';
import type { FileState, Host } from '../host.ts';
import type { ByteSource } from '../ingest/decode.ts';

export interface NamedSource {
  readonly name: string;
  /** Of a file: absolute. */
  readonly path?: string;
  /** Of a file in an inbox: how it was when it was found. */
  readonly state?: FileState;
  open(): ByteSource;
}

export interface SourcesOfPaths {
  readonly sources: readonly NamedSource[];
  /** Paths that lead to nothing. */
  readonly missing: readonly string[];
}

/** Error code of a file that somebody writes while it is read. */
export const CHANGING = 'ECHANGING';

/** Files behind the paths, and paths that lead to none. Throws when all do: then there is nothing to sync. */
export async function collectSources(paths: readonly string[], host: Host): Promise<SourcesOfPaths> {
  const sources = new Map<string, NamedSource>();
  const missing: string[] = [];
  for (const path of paths) {
    if (path === '-') {
      // Opened once: what was read of it cannot be read again.
      let input: ByteSource | null = null;
      sources.set(path, {
        name: path,
        open: () => {
          input ??= host.stdin();
          return input;
        },
      });
      continue;
    }
    const files = await findFiles(path, host);
    if (files instanceof Error) {
      // A folder that may not be read must not stop the others.
      sources.set(path, { name: path, open: () => throwIt(files) });
      continue;
    }
    if (files.length === 0) missing.push(path);
    for (const file of files) {
      sources.set(file, { name: file, path: resolve(file), open: () => host.openFile(file) });
    }
  }
  const [first] = missing;
  if (sources.size === 0 && first !== undefined) {
    throw new TkguardError(host.exists(first) ? 'nothing-to-read' : 'no-such-path', { path: first });
  }
  return { sources: [...sources.values()], missing: missing.filter((path) => !host.exists(path)) };
}

async function findFiles(path: string, host: Host): Promise<readonly string[] | Error> {
  try {
    return await host.findFiles(path);
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return error;
    throw error;
  }
}

function throwIt(error: Error): never {
  throw error;
}
