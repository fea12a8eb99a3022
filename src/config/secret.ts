/** Secrets: where they are read from, and how they are shown, which is not at all. */
import { dirname, join, resolve } from 'node:path';
import type { Coded } from '../errors.ts';
import type { Host } from '../host.ts';
import type { Config, ConfigValues, Secret } from './shape.ts';

const MOST_BYTES = 65_536;

/** The secret itself, or why it cannot be had. A file must be readable by its owner only; so must the configuration that holds one. */
export function readSecret(secret: Secret, config: Config, host: Host): { readonly secret: string } | Coded<'error'> {
  if (typeof secret === 'string') {
    const path = config.path ?? '';
    return host.statFile(path)?.isShared ? { code: 'secret-shared', args: { path } } : { secret };
  }
  if (secret.env !== undefined) {
    const found = host.env[secret.env];
    return found ? { secret: found } : { code: 'secret-missing', args: { secret: `$${secret.env}` } };
  }
  const path = secretPath(secret.file ?? '', config, host);
  const state = host.statFile(path);
  if (!state || state.bytes > MOST_BYTES) return { code: 'secret-missing', args: { secret: path } };
  if (state.isShared) return { code: 'secret-shared', args: { path } };
  const text = readWhole(path, host);
  return text === '' ? { code: 'secret-missing', args: { secret: path } } : { secret: text };
}

function readWhole(path: string, host: Host): string {
  return Buffer.concat([...host.openFile(path).chunks()])
    .toString('utf8')
    .trim();
}

/** Where the file of a secret is: relative to the configuration, or below `~`. */
export function secretPath(path: string, config: Config, host: Host): string {
  return path.startsWith('~/') ? join(host.home() ?? '~', path.slice(1)) : resolve(dirname(config.path ?? '.'), path);
}

/** The same for taking it out of a text: one that would be refused is secret all the same. null: there is none. */
export function readAnySecret(secret: Secret, config: Config, host: Host): string | null {
  if (typeof secret === 'string') return secret;
  if (secret.env !== undefined) return host.env[secret.env] || null;
  try {
    const path = secretPath(secret.file ?? '', config, host);
    const state = host.statFile(path);
    return state && state.bytes <= MOST_BYTES ? readWhole(path, host) || null : null;
  } catch {
    return null;
  }
}

/** Every secret that the configuration holds or names. */
export function findSecrets({ sources = [], heartbeat }: ConfigValues): Secret[] {
  const ofSources = sources.flatMap(({ url, headers }) => [
    ...(url === undefined ? [] : [url]),
    ...Object.values(headers ?? {}),
  ]);
  if (heartbeat === undefined) return ofSources;
  if (typeof heartbeat === 'string' || heartbeat.url === undefined) return [...ofSources, heartbeat];
  const { url, start, failure } = heartbeat;
  return [...ofSources, ...[url, start, failure].filter((one) => one !== undefined)];
}

/** An address for people: without user, password, query and fragment, which may be secrets. */
export function redactAddress(address: string): string {
  if (!URL.canParse(address)) return '…';
  const { protocol, host, pathname, search } = new URL(address);
  return `${protocol}//${host}${pathname}${search ? '?…' : ''}`;
}

/** Whether an address has a part that may be secret. */
export function mayHoldSecret(address: string): boolean {
  return redactAddress(address) !== new URL(address).href;
}

/** Where a secret comes from; of one that stands in the file itself, nothing. */
export function describeSecret(secret: Secret, show: (text: string) => string = () => '…'): string {
  if (typeof secret === 'string') return show(secret);
  return secret.env === undefined ? (secret.file ?? '') : `$${secret.env}`;
}
