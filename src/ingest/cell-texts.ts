/** What cells of a delimited text say, by their bytes. */
import { TextDecoder } from 'node:util';
import type { Encoding } from './decode.ts';
import { isSameBytes } from './row-cells.ts';

/** Bytes of the longest cell that is remembered; how many are, as bits. */
const [LONGEST, PLACE_BITS] = [32, 10];

/** Short ones are remembered where a hash of the bytes says, until others take their place. */
export class CellTexts {
  /** null: of UTF-8. */
  private readonly decoder: TextDecoder | null;
  private readonly known = new Uint8Array(LONGEST << PLACE_BITS);
  private readonly lengths = new Uint8Array(1 << PLACE_BITS);
  private readonly texts: string[] = new Array(1 << PLACE_BITS).fill('');

  constructor(encoding: Encoding) {
    this.decoder = encoding === 'utf-8' ? null : new TextDecoder(encoding);
  }

  read(bytes: Buffer, from: number, to: number): string {
    const length = to - from;
    if (length === 0) return '';
    if (length > LONGEST) return unquote(this.decode(bytes, from, to));
    let hash = length;
    let bits = 0;
    for (let i = from; i < to; i++) {
      const byte = bytes[i] ?? 0;
      hash = Math.imul(hash ^ byte, 0x9e3779b1);
      bits |= byte;
    }
    const place = hash >>> (32 - PLACE_BITS);
    if (this.isAt(place, bytes, from, to)) return this.texts[place] ?? '';
    const text = unquote(bits < 128 ? bytes.toString('latin1', from, to) : this.decode(bytes, from, to));
    for (let i = 0; i < length; i++) this.known[place * LONGEST + i] = bytes[from + i] ?? 0;
    this.lengths[place] = length;
    this.texts[place] = text;
    return text;
  }

  /** Bytes that are not in the encoding, which the survey found, have changed since: their digest says so at the end. */
  decode(bytes: Buffer, from: number, to: number): string {
    return this.decoder ? this.decoder.decode(bytes.subarray(from, to)) : bytes.toString('utf8', from, to);
  }

  private isAt(place: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = place * LONGEST;
    return isSameBytes(this.known, start, start + (this.lengths[place] ?? 0), bytes, from, to);
  }
}

/** One for all files: of ten thousand small ones each would have to make room first. */
const TEXTS = new Map<Encoding, CellTexts>();

export function textsIn(encoding: Encoding): CellTexts {
  const texts = TEXTS.get(encoding) ?? new CellTexts(encoding);
  TEXTS.set(encoding, texts);
  return texts;
}

/** Text after the closing quote belongs to the cell too (`"a"b`), as spreadsheets read it. */
function unquote(cell: string): string {
  if (!cell.startsWith('"')) return cell;
  let close = cell.indexOf('"', 1);
  while (cell[close + 1] === '"') close = cell.indexOf('"', close + 2);
  return cell.slice(1, close).replaceAll('""', '"') + cell.slice(close + 1).trimEnd();
}
