/** Removes secrets from text of others: the output of a command or a server may repeat them. */
import type { Host } from '../host.ts';
import { channelSecrets, findSecrets, readAnySecret } from './secret.ts';
import type { Config } from './shape.ts';

/** Shorter parts occur in ordinary words. */
const LEAST = 4;
const LEAST_PART = 6;
const SCHEMES = /^(basic|bearer|digest|token|apikey)$/i;

export type Redact = (text: string) => string;

/** Replaces every secret of the configuration, its parts, and their encoded forms, by `…`. */
export function redactorOf(config: Config, host: Host): Redact {
  const ofChannels = channelSecrets(config.values);
  const found = findSecrets(config.values).flatMap((secret) => {
    const text = readAnySecret(secret, config, host);
    return text === null ? [] : tellingParts(text, typeof secret !== 'string' || ofChannels.includes(secret));
  });
  const forms = [...new Set(found.flatMap(formsOf))].sort((a, b) => b.length - a.length);
  return (text) => forms.reduce((clean, form) => clean.replaceAll(form, '…'), text);
}

/** `isWhole`: the whole address is secret; otherwise only user, password, query and fragment. */
function tellingParts(text: string, isWhole: boolean): string[] {
  if (/^(https?|smtps?|postgres(ql)?):\/\//.test(text) && URL.canParse(text)) {
    const { href, username, password, pathname, search, searchParams, hash } = new URL(text);
    const isSecret = isWhole || username + password + search + hash !== '';
    const path = isWhole ? [pathname, ...pathname.split('/').filter((part) => part.length >= LEAST_PART)] : [];
    const pair = Buffer.from(`${decoded(username)}:${decoded(password)}`).toString('base64');
    const parts = [password, pair, search.slice(1), hash.slice(1), ...path, ...searchParams.values()];
    return [...(isSecret ? [text, href] : []), ...parts].filter((part) => part.length >= LEAST);
  }
  const parts = text.split(/[\s;,=:"]+/).filter((part) => part.length >= LEAST_PART && !SCHEMES.test(part));
  // After the scheme of an Authorization header.
  return [text, text.replace(/^\S+\s+/, ''), ...parts].filter((part) => part.length >= LEAST);
}

function formsOf(text: string): string[] {
  const encoded = encodeURIComponent(text);
  const form = encoded.replaceAll('%20', '+');
  const lower = encoded.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase());
  const quoted = JSON.stringify(text).slice(1, -1);
  return [text, decoded(text), encoded, lower, form, encodeURI(text), quoted].filter((one) => one.length >= LEAST);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
