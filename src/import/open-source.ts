/** Opens the sources of the configuration: folders and files, downloads, commands, standard input. One that fails does not stop the others. */

import { createHash } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import { millisecondsInMinute } from 'date-fns/constants';
import type { Redact } from '../config/redact.ts';
import { redactorOf } from '../config/redact.ts';
import { mayHoldSecret, readSecret, redactAddress } from '../config/secret.ts';
import type { Config, ConfigSource } from '../config/shape.ts';
import { parseDuration } from '../domain/time.ts';
import type { Coded, MessageArguments } from '../errors.ts';
import type { FileState, Host } from '../host.ts';
import type { ByteSource } from '../ingest/decode.ts';
import type { SourceRecord, Version } from '../store/sources.ts';
import { downloadExport } from './download.ts';
import type { ImportOptions } from './options.ts';
import type { FileOutcome } from './outcome.ts';
import { missingPath, unreadable } from './outcome.ts';
import type { NamedSource } from './paths.ts';
import { CHANGING } from './paths.ts';

export interface OpenedSource {
  readonly source: ConfigSource;
  readonly files: readonly NamedSource[];
  /** What there is to say without taking in anything: left for the next run, unchanged, unreachable. */
  readonly outcomes: readonly FileOutcome[];
  /** Of the download. */
  readonly version: Version | null;
  /** Of what others write for a source: takes out secrets that they repeat. null: nothing was given to them. */
  readonly redact: ((outcome: FileOutcome) => FileOutcome) | null;
}

const TIMEOUT_MS = 30_000;
const COMMAND_TIMEOUT_MS = 5 * millisecondsInMinute;
const MOST_BYTES = 64 << 20;
const MINIMUM_AGE_MS = 2000;
const COMPLAINT_SHOWN = 2000;

export async function openSource(
  source: ConfigSource,
  config: Config,
  host: Host,
  known: SourceRecord | undefined,
  options: ImportOptions,
): Promise<OpenedSource> {
  if (source.path !== undefined) return openPath(source, source.path, host);
  if (source.command !== undefined) return openCommand(source, source.command, config, host);
  if (source.url !== undefined) return openDownload(source, source.url, config, host, known?.version ?? null, options);
  return opened(source, [{ name: '-', open: () => host.stdin() }]);
}

function opened(source: ConfigSource, files: readonly NamedSource[], more: Partial<OpenedSource> = {}): OpenedSource {
  return { source, files, outcomes: [], version: null, redact: null, ...more };
}

/** The program's own mistakes are refused, as a file would be; the world's are unreadable. */
export function failed(
  source: ConfigSource,
  name: string,
  why: Coded<'error'>,
  status: 'refused' | 'unreadable',
): OpenedSource {
  const outcome: FileOutcome = { ...unreadable(name, ''), status, refusal: why };
  return opened(source, [], { outcomes: [outcome] });
}

const UNFINISHED = ['.part', '.crdownload', '.tmp', '.download'];

/** A folder may well be empty, an inbox mostly is; one that is not there is a mistake. */
async function openPath(source: ConfigSource, path: string, host: Host): Promise<OpenedSource> {
  const isPattern = /[*?[\]{}]/.test(path) && !host.exists(path);
  if (!isPattern && !host.exists(path)) return opened(source, [], { outcomes: [missingPath(path)] });
  const youngest = source.minimumAge === undefined ? MINIMUM_AGE_MS : (parseDuration(source.minimumAge) ?? 0);
  const files: NamedSource[] = [];
  const outcomes: FileOutcome[] = [];
  for (const file of await host.findFiles(path)) {
    if (UNFINISHED.some((ending) => file.toLowerCase().endsWith(ending)) || isArchived(file, source)) continue;
    const state = host.statFile(file);
    if (!state) continue;
    const isYoung = Math.abs(host.now() - state.modifiedMs) < youngest;
    // A browser makes the file empty and writes beside it.
    const isComing = UNFINISHED.some((ending) => host.exists(file + ending));
    if (isYoung || isComing) outcomes.push(leftFile(file));
    else files.push({ name: file, path: resolve(file), state, open: () => openSteady(file, state, host) });
  }
  return opened(source, files, { outcomes });
}

function leftFile(file: string): FileOutcome {
  return { ...missingPath(file), status: 'left', refusal: null };
}

/** What `after: archive` has put away must not be put away again by a pattern that looks into folders. */
function isArchived(file: string, { after }: ConfigSource): boolean {
  return after === 'archive' && /[\\/]archive[\\/]\d{4}-\d\d-\d\d[\\/]/.test(file);
}

function openSteady(file: string, listed: FileState, host: Host): ByteSource {
  const check = () => {
    const now = host.statFile(file);
    if (now?.bytes === listed.bytes && now.modifiedMs === listed.modifiedMs) return;
    throw Object.assign(new Error('the file changes while it is read'), { code: CHANGING, syscall: 'read' });
  };
  check();
  const source = host.openFile(file);
  return {
    ...source,
    *chunks(reuse) {
      let bytes = 0;
      for (const chunk of source.chunks(reuse)) {
        bytes += chunk.length;
        // Else one that grows without end would be read without end.
        if (bytes > listed.bytes) check();
        yield chunk;
      }
      check();
    },
  };
}

async function openCommand(
  source: ConfigSource,
  command: readonly string[],
  config: Config,
  host: Host,
): Promise<OpenedSource> {
  const name = `${source.name}: ${command[0]}`;
  const redact = redactorOf(config, host);
  const { output, complaint, failure } = await host.runCommand(command, {
    folder: dirname(config.path ?? '.'),
    timeoutMs: timeoutOf(source, COMMAND_TIMEOUT_MS),
    maxBytes: sizeOf(source),
  });
  if (failure !== null) {
    // First redacted, then shortened: half a secret would not be known again.
    const said = redact(complaint).trim().split('\n').slice(-3).join(' ');
    const args = { reason: failure, complaint: said.slice(-COMPLAINT_SHOWN) };
    return failed(source, name, { code: 'command-failed', args }, 'unreadable');
  }
  return opened(source, [memoryFile(name, output, null)], { redact: (outcome) => redactOutcome(outcome, redact) });
}

async function openDownload(
  source: ConfigSource,
  url: NonNullable<ConfigSource['url']>,
  config: Config,
  host: Host,
  version: Version | null,
  options: ImportOptions,
): Promise<OpenedSource> {
  const isOpen = typeof url === 'string' && !mayHoldSecret(url);
  const address = isOpen ? { secret: url } : readSecret(url, config, host);
  const headers: Record<string, string> = {};
  if ('code' in address) return failed(source, source.name, address, 'refused');
  for (const [name, value] of Object.entries(source.headers ?? {})) {
    const read = readSecret(value, config, host);
    if ('code' in read) return failed(source, source.name, read, 'refused');
    headers[name] = read.secret;
  }
  if (!/^https?:\/\//.test(address.secret) || !URL.canParse(address.secret)) {
    return failed(source, source.name, { code: 'bad-address', args: {} }, 'refused');
  }
  // An address that is kept elsewhere is a secret as a whole.
  const shown = typeof url === 'string' ? redactAddress(address.secret) : `${new URL(address.secret).origin}/…`;
  const digest = createHash('sha256')
    .update(JSON.stringify([address.secret, source, options.account, options.mapping]))
    .digest('hex');
  const limits = { timeoutMs: timeoutOf(source, TIMEOUT_MS), maxBytes: sizeOf(source) };
  const known = options.again ? null : version;
  const download = await downloadExport({ address: address.secret, headers, digest, ...limits, known }, host);
  if (download === 'unchanged') {
    const outcome: FileOutcome = {
      ...missingPath(shown),
      status: 'known',
      refusal: null,
      notes: [{ code: 'not-modified', args: {} }],
    };
    return opened(source, [], { outcomes: [outcome] });
  }
  if ('code' in download) return failed(source, shown, download, 'unreadable');
  const { bytes, modifiedMs } = download;
  const redact = redactorOf(config, host);
  return opened(source, [memoryFile(shown, bytes, modifiedMs)], {
    version: download.version,
    redact: (outcome) => redactOutcome(outcome, redact),
  });
}

function memoryFile(name: string, bytes: Uint8Array, modifiedMs: number | null): NamedSource {
  return { name, open: () => ({ name, modifiedMs, chunks: () => [bytes] }) };
}

function timeoutOf({ timeout }: ConfigSource, usual: number): number {
  return timeout === undefined ? usual : (parseDuration(timeout) ?? usual);
}

const UNIT_BYTES: Readonly<Record<string, number>> = { k: 1e3, K: 1e3, M: 1e6, G: 1e9 };

function sizeOf({ maxSize }: ConfigSource): number {
  const match = /^(\d+) ?([kKMG])B$/.exec(maxSize ?? '');
  return match ? Number(match[1]) * (UNIT_BYTES[match[2] ?? ''] ?? 1) : MOST_BYTES;
}

/** What is shown of a source that others write for. Its name is left to who made it. */
function redactOutcome(outcome: FileOutcome, redact: Redact): FileOutcome {
  const { refusal, problems, notes } = outcome;
  return {
    ...outcome,
    refusal: refusal && redactArguments(refusal, redact),
    problems: problems.map((problem) => ({ ...problem, found: redact(problem.found) })),
    notes: notes.map((note) => redactArguments(note, redact)),
  };
}

function redactArguments<T extends { readonly args: MessageArguments }>(coded: T, redact: Redact): T {
  const entries = Object.entries(coded.args).map(([name, value]) => [
    name,
    typeof value === 'string' ? redact(value) : value,
  ]);
  return { ...coded, args: Object.fromEntries(entries) };
}
