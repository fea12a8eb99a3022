/**
 * Bytes to text. Encodings are tried in the order BOM, UTF-8, GB18030 (which includes GBK): UTF-8 first, because
 * UTF-8 bytes also decode as GB18030 nonsense; never the label `gbk`, which gets 101 codes wrong.
 */
import { createHash } from 'node:crypto';
import { TextDecoder } from 'node:util';

export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'gb18030'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** A file, or stdin, that can be read more than once. */
export interface ByteSource {
  /** As the user named it. */
  readonly name: string;
  readonly modifiedMs: number | null;
  chunks(): Iterable<Uint8Array>;
}

export interface Survey {
  readonly sha256: string;
  readonly bytes: number;
  /** null: in no encoding that we know. */
  readonly encoding: Encoding | null;
  /** The first bytes, enough to recognise a format by. */
  readonly head: Uint8Array;
}

const HEAD_BYTES = 65_536;

/** One pass over the bytes: digest and encoding, in flat memory. Throws what reading throws. */
export function surveyBytes(source: ByteSource): Survey {
  const hash = createHash('sha256');
  const trial = new Map<Encoding, TextDecoder>();
  let head: Uint8Array = new Uint8Array(0);
  let bytes = 0;
  for (const chunk of source.chunks()) {
    hash.update(chunk);
    if (bytes === 0)
      for (const encoding of candidates(chunk)) trial.set(encoding, new TextDecoder(encoding, { fatal: true }));
    if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk.subarray(0, HEAD_BYTES - head.length)]);
    bytes += chunk.length;
    tryDecode(trial, chunk, true);
  }
  tryDecode(trial, new Uint8Array(0), false);
  return {
    sha256: hash.digest('hex'),
    bytes,
    encoding: bytes === 0 ? 'utf-8' : (trial.keys().next().value ?? null),
    head,
  };
}

/** Decodes all remaining candidates until the first in order is known to hold; drops those that fail. */
function tryDecode(trial: Map<Encoding, TextDecoder>, chunk: Uint8Array, stream: boolean): void {
  for (const [encoding, decoder] of trial) {
    try {
      decoder.decode(chunk, { stream });
    } catch {
      trial.delete(encoding);
    }
  }
}

function candidates(chunk: Uint8Array): readonly Encoding[] {
  const [a, b, c] = chunk;
  if (a === 0xff && b === 0xfe) return ['utf-16le'];
  if (a === 0xfe && b === 0xff) return ['utf-16be'];
  if (a === 0xef && b === 0xbb && c === 0xbf) return ['utf-8'];
  // Text of a sheet without a BOM still begins with an ASCII letter, digit, brace or bracket beside a zero byte.
  if (a !== 0 && b === 0) return ['utf-16le'];
  if (a === 0 && b !== 0) return ['utf-16be'];
  return ['utf-8', 'gb18030'];
}

/** The text in pieces, BOM removed. */
export function* decodeChunks(source: ByteSource, encoding: Encoding): Generator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  for (const chunk of source.chunks()) {
    const text = decoder.decode(chunk, { stream: true });
    if (text) yield text;
  }
  const rest = decoder.decode();
  if (rest) yield rest;
}
