/** Texts of cells by their bytes: a text that stands in many rows is made once. */
import { TextDecoder } from 'node:util';
import type { Encoding } from './decode.ts';
import { refuse, stopReading } from './findings.ts';
import { unquote } from './scan-table.ts';

/** Bytes of the longest cell that is remembered, and how many are: more would not stay in the processor's cache, and titles come again in the next row or not at all. */
const [MOST_BYTES, PLACES] = [32, 1 << 12];

/**
 * Gives what the cell between `from` and `to` says. `hash`: of its bytes, which says where its text may be remembered;
 * the bytes say whether it is the same.
 */
export type TextOfCell = (bytes: Buffer, from: number, to: number, hash: number) => string;

export function rememberTexts(encoding: Encoding): TextOfCell {
  const known = MEMORIES.get(encoding) ?? makeMemory(encoding);
  MEMORIES.set(encoding, known);
  return known;
}

/** One for all files: of ten thousand small ones each would have to make room first. */
const MEMORIES = new Map<Encoding, TextOfCell>();

function makeMemory(encoding: Encoding): TextOfCell {
  const decode = makeDecoder(encoding);
  const texts: string[] = new Array(PLACES).fill('');
  const lengths = new Uint8Array(PLACES);
  const known = new Uint8Array(PLACES * MOST_BYTES);

  return (bytes, from, to, hash) => {
    const length = to - from;
    if (length === 0) return '';
    const place = hash & (PLACES - 1);
    const start = place * MOST_BYTES;
    if (lengths[place] === length && isSame(known, start, bytes, from, length)) return texts[place] ?? '';
    // Most are ids and numbers, which need no decoder.
    const text = unquote(
      isAscii(bytes, from, to) ? bytes.toString('latin1', from, to) : decode(bytes.subarray(from, to)),
    );
    if (length > MOST_BYTES) return text;
    for (let k = 0; k < length; k++) known[start + k] = bytes[from + k] ?? 0;
    lengths[place] = length;
    texts[place] = text;
    return text;
  };
}

/** Bytes that are not in the encoding, which the survey found, have changed since. */
export function makeDecoder(encoding: Encoding): (bytes: Uint8Array) => string {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  return (bytes) => {
    try {
      return decoder.decode(bytes);
    } catch {
      throw stopReading(refuse('changed-while-read'));
    }
  };
}

function isSame(a: Uint8Array, fromA: number, b: Uint8Array, fromB: number, length: number): boolean {
  for (let k = 0; k < length; k++) if (a[fromA + k] !== b[fromB + k]) return false;
  return true;
}

function isAscii(bytes: Uint8Array, from: number, to: number): boolean {
  for (let k = from; k < to; k++) if ((bytes[k] ?? 0) > 127) return false;
  return true;
}
