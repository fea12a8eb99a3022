/** Secrets: how they are shown, which is not at all. */
import type { Secret } from './config-schema.ts';

/** An address for people: without user, password, query and fragment, which may be secrets. */
export function redactAddress(address: string): string {
  if (!URL.canParse(address)) return '…';
  const { protocol, host, pathname, search } = new URL(address);
  return `${protocol}//${host}${pathname}${search ? '?…' : ''}`;
}

/** Where a secret comes from; of one that stands in the file itself, nothing. */
export function describeSecret(secret: Secret, show: (text: string) => string = () => '…'): string {
  if (typeof secret === 'string') return show(secret);
  return secret.env === undefined ? (secret.file ?? '') : `$${secret.env}`;
}
