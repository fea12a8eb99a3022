/** Downloads and commands as sources. Secrets that their answers repeat are removed before anything is shown. */
import { hash } from 'node:crypto';
import { dirname } from 'node:path';
import { millisecondsInMinute } from 'date-fns/constants';
import { type Redact, redactorOf } from '../config/redact.ts';
import { readAddress, readSecret, redactAddress } from '../config/secret.ts';
import type { Config, ConfigSource, Secret } from '../config/shape.ts';
import { mapValues } from '../domain/map-values.ts';
import { parseDuration } from '../domain/time.ts';
import type { Fault, MessageArguments } from '../errors.ts';
import type { Host } from '../host.ts';
import type { Version } from '../store/sources.ts';
import { downloadExport } from './download.ts';
import type { ImportOptions } from './options.ts';
import { type FileOutcome, outcomeOf } from './outcome.ts';
import type { FoundFiles } from './paths.ts';

export interface OpenedSource extends FoundFiles {
  /** Of a download. */
  readonly version?: Version | null;
  readonly redact?: Redact;
}

const TIMEOUT_MS = 30_000;
const COMMAND_TIMEOUT_MS = 5 * millisecondsInMinute;
const MOST_BYTES = 64 << 20;
const COMPLAINT_SHOWN = 2000;

/** `refused`: the configuration is wrong; `unreadable`: the network or a command failed. */
export function failed(name: string, refusal: Fault, status: 'refused' | 'unreadable'): OpenedSource {
  return { files: [], outcomes: [outcomeOf(name, status, { refusal })] };
}

export async function runSource(
  source: ConfigSource,
  command: readonly string[],
  config: Config,
  host: Host,
): Promise<OpenedSource> {
  const name = `${source.name}: ${command[0]}`;
  const redact = redactorOf(config, host);
  const { output, complaint, failure } = await host.runCommand(command, {
    folder: dirname(config.path ?? '.'),
    ...limitsOf(source, COMMAND_TIMEOUT_MS),
  });
  if (failure === null) return inMemory(name, output, null, redact);
  // First redacted, then shortened: half a secret would not be known again.
  const said = redact(complaint).trim().split('\n').slice(-3).join(' ');
  const args = { reason: failure, complaint: said.slice(-COMPLAINT_SHOWN) };
  return failed(name, { code: 'command-failed', args }, 'unreadable');
}

/** `version`: the one imported before; null: download in any case. */
export async function downloadSource(
  source: ConfigSource,
  url: Secret,
  config: Config,
  host: Host,
  version: Version | null,
  options: ImportOptions,
): Promise<OpenedSource> {
  const read = readAddress(url, config, host);
  if ('code' in read) return failed(source.name, read, 'refused');
  const address = read.secret;
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(source.headers ?? {})) {
    const header = readSecret(value, config, host);
    if ('code' in header) return failed(source.name, header, 'refused');
    headers[name] = header.secret;
  }
  if (!/^https?:\/\//.test(address) || !URL.canParse(address))
    return failed(source.name, { code: 'bad-address', args: {} }, 'refused');
  // An address from the environment or a file is a secret as a whole.
  const shown = typeof url === 'string' ? redactAddress(address) : `${new URL(address).origin}/…`;
  const digest = hash('sha256', JSON.stringify([address, source, options.account, options.mapping]));
  const limits = limitsOf(source, TIMEOUT_MS);
  const download = await downloadExport({ address, headers, digest, ...limits, known: version }, host);
  if (download === 'unchanged')
    return { files: [], outcomes: [outcomeOf(shown, 'known', { notes: [{ code: 'not-modified', args: {} }] })] };
  if ('code' in download) return failed(shown, download, 'unreadable');
  const { bytes, modifiedMs } = download;
  return { ...inMemory(shown, bytes, modifiedMs, redactorOf(config, host)), version: download.version };
}

function inMemory(name: string, bytes: Uint8Array, modifiedMs: number | null, redact: Redact): OpenedSource {
  return { files: [{ name, open: () => ({ name, modifiedMs, chunks: () => [bytes] }) }], outcomes: [], redact };
}

const UNIT_BYTES: Readonly<Record<string, number>> = { k: 1e3, K: 1e3, M: 1e6, G: 1e9 };

function limitsOf({ timeout, maxSize }: ConfigSource, usualMs: number) {
  const [, count, unit] = /^(\d+) ?([kKMG])B$/.exec(maxSize ?? '') ?? [];
  return {
    timeoutMs: (timeout === undefined ? null : parseDuration(timeout)) ?? usualMs,
    maxBytes: count === undefined ? MOST_BYTES : Number(count) * (UNIT_BYTES[unit ?? ''] ?? 1),
  };
}

/** The file's name is already redacted. */
export function redactOutcome(outcome: FileOutcome, redact: Redact): FileOutcome {
  const { refusal, problems, notes } = outcome;
  return {
    ...outcome,
    refusal: refusal && redactArguments(refusal, redact),
    problems: problems.map((problem) => ({ ...problem, found: redact(problem.found) })),
    notes: notes.map((note) => redactArguments(note, redact)),
  };
}

function redactArguments<T extends { readonly args: MessageArguments }>(coded: T, redact: Redact): T {
  return { ...coded, args: mapValues(coded.args, (value) => (typeof value === 'string' ? redact(value) : value)) };
}
