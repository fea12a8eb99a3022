/** Records of an .xls and the texts in them, which run on into continuation records ([MS-XLS] 2.1.4, 2.5.293). */
import { stop } from './findings.ts';
import { ownText } from './sheet-limits.ts';

export interface XlsRecord {
  readonly id: number;
  readonly body: DataView;
  /** The body and its continuations. */
  readonly parts: readonly DataView[];
}

const CONTINUE = 0x003c;
const BEGIN = [0x0009, 0x0209, 0x0409, 0x0809];
const END = 0x000a;

/**
 * The records from the beginning of a part of the stream to its end, parts within it (charts) left out. Gives up where
 * the stream ends before the part does. A body that is too short for what is read of it throws a RangeError.
 */
export function* scanRecords(stream: Uint8Array, start: number): Generator<XlsRecord> {
  const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
  let [at, depth] = [start, 0];
  const next = (): { id: number; body: DataView } => {
    if (at + 4 > view.byteLength) stop('sheet-damaged');
    const [id, bytes] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    if (at + 4 + bytes > view.byteLength) stop('sheet-damaged');
    const body = new DataView(stream.buffer, stream.byteOffset + at + 4, bytes);
    at += 4 + bytes;
    return { id, body };
  };
  for (;;) {
    const { id, body } = next();
    if (BEGIN.includes(id)) depth += 1;
    else if (depth === 0) stop('sheet-damaged');
    if (id === END && --depth === 0) return;
    const parts = [body];
    while (at + 4 <= view.byteLength && view.getUint16(at, true) === CONTINUE) parts.push(next().body);
    if (depth === 1) yield { id, body, parts };
  }
}

/** A text with its length in front. In Excel 5 it is bytes of a code page. */
export function readChars(
  { parts }: XlsRecord,
  at: number,
  lengthBytes: 1 | 2,
  isUnicode: boolean,
  codePage: number,
): string {
  const reader = makeReader(parts, at);
  const length = lengthBytes === 1 ? reader.byte() : reader.word();
  if (isUnicode) return reader.chars(length, (reader.byte() & 1) === 1);
  const bytes = Uint8Array.from({ length }, () => reader.byte());
  return new TextDecoder(LABELS.get(codePage) ?? 'windows-1252').decode(bytes);
}

const RICH = 8;
const EXTENDED = 4;

/** The table of texts that cells share. */
export function readSharedStrings({ parts }: XlsRecord): string[] {
  const reader = makeReader(parts, 4);
  const count = reader.long();
  const strings: string[] = [];
  while (strings.length < count) {
    const length = reader.word();
    const flags = reader.byte();
    const runs = flags & RICH ? reader.word() : 0;
    const extended = flags & EXTENDED ? reader.long() : 0;
    strings.push(ownText(reader.chars(length, (flags & 1) === 1)));
    reader.skip(runs * 4 + extended);
  }
  return strings;
}

function makeReader(parts: readonly DataView[], start: number) {
  let [part, at] = [0, start];
  /** The view to read the next byte from. */
  const here = (): DataView => {
    for (let view = parts[part]; view; view = parts[part]) {
      if (at < view.byteLength) return view;
      part += 1;
      at = 0;
    }
    return stop('sheet-damaged');
  };
  const byte = (): number => here().getUint8(at++);
  const word = (): number => byte() | (byte() << 8);
  return {
    byte,
    word,
    long: (): number => word() + word() * 0x10000,
    skip(bytes: number) {
      for (let left = bytes; left > 0; ) {
        const step = Math.min(left, here().byteLength - at);
        at += step;
        left -= step;
      }
    },
    /** A continuation says anew whether its characters have two bytes. */
    chars(length: number, isWide: boolean): string {
      let [text, wide] = ['', isWide];
      while (text.length < length) {
        const before = part;
        const view = here();
        if (part !== before) wide = (byte() & 1) === 1;
        const width = wide ? 2 : 1;
        const count = Math.min(length - text.length, Math.floor((view.byteLength - at) / width));
        if (count === 0) stop('sheet-damaged');
        const bytes = new Uint8Array(view.buffer, view.byteOffset + at, count * width);
        text += Buffer.from(bytes).toString(wide ? 'utf16le' : 'latin1');
        at += count * width;
      }
      return text;
    },
  };
}

/** 936 is that of Chinese Windows; the others are those of its neighbours and of the West. */
const LABELS: ReadonlyMap<number, string> = new Map([
  [936, 'gb18030'],
  [950, 'big5'],
  [932, 'shift_jis'],
  [949, 'euc-kr'],
  [1200, 'utf-16le'],
]);

const ERRORS: ReadonlyMap<number, string> = new Map([
  [0x00, '#NULL!'],
  [0x07, '#DIV/0!'],
  [0x0f, '#VALUE!'],
  [0x17, '#REF!'],
  [0x1d, '#NAME?'],
  [0x24, '#NUM!'],
  [0x2a, '#N/A'],
]);

/** What a cell shows that could not be worked out: `#N/A`. */
export function errorText(code: number): string {
  return ERRORS.get(code) ?? '#ERROR!';
}
