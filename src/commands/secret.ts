/** Secrets: where they are read from, and how they are shown, which is not at all. */
import { dirname, join, resolve } from 'node:path';
import type { Host } from '../host.ts';
import type { Coded } from '../report/report.ts';
import type { Config } from './config-path.ts';
import type { Secret } from './config-schema.ts';

const MOST_BYTES = 65_536;

/** The secret itself, or why it cannot be had. A file must be readable by its owner only; so must the configuration that holds one. */
export function readSecret(secret: Secret, config: Config, host: Host): { readonly secret: string } | Coded {
  if (typeof secret === 'string') {
    const path = config.path ?? '';
    return host.statFile(path)?.isShared ? { code: 'secret-shared', args: { path } } : { secret };
  }
  if (secret.env !== undefined) {
    const found = host.env[secret.env];
    return found ? { secret: found } : { code: 'secret-missing', args: { name: `$${secret.env}` } };
  }
  const path = pathOf(secret.file ?? '', config, host);
  const state = host.statFile(path);
  if (!state || state.bytes > MOST_BYTES) return { code: 'secret-missing', args: { name: path } };
  if (state.isShared) return { code: 'secret-shared', args: { path } };
  const text = Buffer.concat([...host.openFile(path).chunks()])
    .toString('utf8')
    .trim();
  return text === '' ? { code: 'secret-missing', args: { name: path } } : { secret: text };
}

function pathOf(path: string, config: Config, host: Host): string {
  return path.startsWith('~/') ? join(host.home() ?? '~', path.slice(1)) : resolve(dirname(config.path ?? '.'), path);
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
