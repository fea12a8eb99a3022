/** Reads secrets, and describes them without showing them. */
import { dirname, resolve } from 'node:path';
import type { Fault } from '../errors.ts';
import { belowHome, type Host } from '../host.ts';
import { bytesOf } from '../ingest/decode.ts';
import type { Config, ConfigValues, Secret } from './shape.ts';

const MOST_BYTES = 65_536;

/** The secret, or why it cannot be read. A file with a secret must be readable by its owner only. */
export function readSecret(secret: Secret, config: Config, host: Host): { readonly secret: string } | Fault {
  const { text, name, file } = findSecret(secret, config, host);
  if (file !== null && host.statFile(file)?.isShared) return { code: 'secret-shared', args: { path: file } };
  return text === null ? { code: 'secret-missing', args: { secret: name } } : { secret: text };
}

/** The same of an address that is downloaded: one without user, query and the like may stand where others can read it. */
export function readAddress(address: Secret, config: Config, host: Host): { readonly secret: string } | Fault {
  const isOpen = typeof address === 'string' && !mayHoldSecret(address);
  return isOpen ? { secret: address } : readSecret(address, config, host);
}

/** As `readSecret`, also from a file that others may read: for removing it from text. null: there is none. */
export function readAnySecret(secret: Secret, config: Config, host: Host): string | null {
  return findSecret(secret, config, host).text;
}

interface FoundSecret {
  readonly text: string | null;
  /** What people call the place. */
  readonly name: string;
  /** The file that it stands in. */
  readonly file: string | null;
}

function findSecret(secret: Secret, config: Config, host: Host): FoundSecret {
  if (typeof secret === 'string') return { text: secret, name: '', file: config.path };
  if (secret.env !== undefined) return { text: host.env[secret.env] || null, name: `$${secret.env}`, file: null };
  const file = secretPath(secret.file ?? '', config, host);
  return { text: readWhole(file, host), name: file, file };
}

function readWhole(path: string, host: Host): string | null {
  try {
    if ((host.statFile(path)?.bytes ?? 0) > MOST_BYTES) return null;
    return bytesOf(host.openFile(path)).toString('utf8').trim() || null;
  } catch {
    return null;
  }
}

/** Where the file of a secret is: relative to the configuration, or below `~`. */
function secretPath(path: string, config: Config, host: Host): string {
  return belowHome(path, host) ?? resolve(dirname(config.path ?? '.'), path);
}

/** Every secret that the configuration holds or names. */
export function findSecrets({ sources = [], heartbeat, notify, remotes = {} }: ConfigValues): Secret[] {
  const found: (Secret | undefined)[] = [
    ...sources.flatMap(({ url, headers }) => [url, ...Object.values(headers ?? {})]),
    ...channelSecrets({ notify }),
    ...Object.values(remotes).map(({ url }) => url),
  ];
  if (typeof heartbeat === 'string' || heartbeat?.url === undefined) found.push(heartbeat);
  else found.push(heartbeat.url, heartbeat.start, heartbeat.failure);
  return found.filter((one) => one !== undefined);
}

/** Whole addresses: in those of chat robots the path is what lets in. */
export function channelSecrets({ notify }: { readonly notify?: ConfigValues['notify'] | undefined }): Secret[] {
  const found = (notify?.channels ?? []).flatMap(({ url, key, secret }) => [url, key, secret]);
  return found.filter((one) => one !== undefined);
}

/** An address for people: without user, password, query and fragment, which may be secrets. */
export function redactAddress(address: string): string {
  if (!URL.canParse(address)) return '…';
  const { protocol, host, pathname, search } = new URL(address);
  return `${protocol}//${host}${pathname}${search ? '?…' : ''}`;
}

/** Whether an address has a part that may be secret. */
function mayHoldSecret(address: string): boolean {
  return redactAddress(address) !== new URL(address).href;
}

/** Where a secret comes from. A secret in the configuration itself is shown as `…`. */
export function describeSecret(secret: Secret, show: (text: string) => string = () => '…'): string {
  if (typeof secret === 'string') return show(secret);
  return secret.env === undefined ? (secret.file ?? '') : `$${secret.env}`;
}
