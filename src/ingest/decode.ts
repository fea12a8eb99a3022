/**
 * Bytes to text. Encodings are tried in the order BOM, UTF-8, GB18030 (which includes GBK): UTF-8 first, because
 * UTF-8 bytes also decode as GB18030 nonsense; never the label `gbk`, which gets 101 codes wrong.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { TextDecoder } from 'node:util';
import { crc32 } from 'node:zlib';
import { lazyByKey } from '../domain/lazy.ts';
import { stop } from './findings.ts';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030';

/** A file, or stdin, that can be read more than once. */
export interface ByteSource {
  /** As the user named it. */
  readonly name: string;
  readonly modifiedMs: number | null;
  /** Where it can be told without reading. */
  readonly bytes?: number;
  chunks(): Iterable<Uint8Array>;
  /** Whether the file is still as it was when it was opened, where that can be told without reading it again. */
  isAsOpened?(): boolean;
}

export interface Survey {
  readonly sha256: string;
  /** Checked when the bytes are read again. */
  readonly crc: number;
  readonly bytes: number;
  /** null: in no encoding that we know. */
  readonly encoding: Encoding | null;
  /** The end breaks off a character of what else is UTF-8. */
  readonly isCutOff: boolean;
  /** The first bytes, enough to recognise a format by. */
  readonly head: Uint8Array;
}

const HEAD_BYTES = 65_536;

/** Digest and encoding, in flat memory: one pass over the bytes, and a second where they are not UTF-8. Throws what reading throws. */
export function surveyBytes(source: ByteSource): Survey {
  const digest = createHash('sha256');
  const utf8 = new Utf8Check();
  const beginning: Uint8Array[] = [];
  let [crc, bytes] = [0, 0];
  for (const chunk of source.chunks()) {
    if (bytes < HEAD_BYTES) beginning.push(chunk.subarray(0, HEAD_BYTES - bytes));
    digest.update(chunk);
    crc = crc32(chunk, crc);
    bytes += chunk.length;
    utf8.add(chunk);
  }
  const head = Buffer.concat(beginning);
  const encoding = likelyEncoding(head, utf8.holds());
  const chunks = bytes > head.length ? source.chunks() : [head];
  const isSure = encoding === 'utf-8' ? utf8.holds() : isIn(encoding, chunks);
  const isCutOff = utf8.isCutOff();
  return { sha256: digest.digest('hex'), crc, bytes, encoding: isSure && !isCutOff ? encoding : null, isCutOff, head };
}

function likelyEncoding(head: Uint8Array, isUtf8: boolean): Encoding {
  const magic = magicOf(head);
  if (magic.startsWith('fffe')) return 'utf-16le';
  if (magic.startsWith('feff')) return 'utf-16be';
  if (magic.startsWith('efbbbf')) return 'utf-8';
  // No text has a zero byte but UTF-16, where it is half of every separator, digit and line end.
  const zero = head.indexOf(0);
  if (zero >= 0) return zero % 2 === 1 ? 'utf-16le' : 'utf-16be';
  return isUtf8 ? 'utf-8' : 'gb18030';
}

function isIn(encoding: Encoding, chunks: Iterable<Uint8Array>): boolean {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    for (const chunk of chunks) decoder.decode(chunk, { stream: true });
    decoder.decode();
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

/** In bytes of UTF-8. */
const LONGEST_CHARACTER = 4;

/** Whether bytes are UTF-8. Nothing is decoded, which would take ten times as long. */
class Utf8Check {
  private isWell = true;
  private isPlain = true;
  /** What the pieces so far have of a character that they break off. */
  private rest = Buffer.alloc(0);

  add(bytes: Uint8Array): void {
    if (!this.isWell) return;
    let from = 0;
    while (from < LONGEST_CHARACTER && goesOn(bytes[from])) from += 1;
    this.rest = Buffer.concat([this.rest, bytes.subarray(0, from)]);
    this.isWell = this.rest.length <= LONGEST_CHARACTER;
    if (from === bytes.length || !this.isWell) return;
    let to = bytes.length - 1;
    while (to > from && goesOn(bytes[to])) to -= 1;
    this.isWell = isUtf8(this.rest) && isUtf8(bytes.subarray(from, to));
    this.isPlain &&= isAscii(this.rest) && isAscii(bytes.subarray(from, to));
    this.rest = Buffer.from(bytes.subarray(to));
  }

  holds(): boolean {
    return this.isWell && isUtf8(this.rest);
  }

  /** Whether all but the last character are, more than ASCII, and that one lacks bytes. */
  isCutOff(): boolean {
    const [lead = 0] = this.rest;
    const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    return this.isWell && !this.isPlain && lead >= 0xc2 && lead <= 0xf4 && this.rest.length < length;
  }
}

/** 10xxxxxx goes on with a character. */
function goesOn(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** Whether the head is all there is of the file: then it need not be read again. */
export function isShort({ bytes, head }: Survey): boolean {
  return bytes <= head.length;
}

/** The whole content. */
export function bytesOf(source: ByteSource): Buffer {
  return Buffer.concat([...source.chunks()]);
}

/** The first four bytes as hexadecimal digits, by which kinds of files are known. */
export function magicOf(head: Uint8Array): string {
  return Buffer.from(head.subarray(0, 4)).toString('hex');
}

const decoderOf = lazyByKey((encoding: Encoding) => new TextDecoder(encoding));

/** The text of a head, BOM removed; a character that the head breaks off is `\ufffd`. */
export function decodeHead(head: Uint8Array, encoding: Encoding): string {
  return decoderOf(encoding).decode(head);
}

/**
 * The bytes once more, checked against the survey at the end: another program may still write the file. Stops with
 * `changed-while-read` where they differ; a file that fits into the head is checked at once and not read again.
 */
export function rereadBytes(source: ByteSource, survey: Survey): ByteSource {
  if (isShort(survey)) {
    const isSame = source.isAsOpened?.() ?? bytesOf(source).equals(survey.head);
    if (!isSame) stop('changed-while-read');
    return { ...source, chunks: () => [survey.head] };
  }
  return {
    ...source,
    *chunks() {
      let crc = 0;
      let bytes = 0;
      for (const chunk of source.chunks()) {
        crc = crc32(chunk, crc);
        bytes += chunk.length;
        yield chunk;
      }
      if (crc !== survey.crc || bytes !== survey.bytes) stop('changed-while-read');
    },
  };
}

/** The text in pieces, BOM removed. Bytes outside the surveyed encoding mean that the file has changed. */
export function* decodeChunks(source: ByteSource, encoding: Encoding): Generator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const decode = (chunk?: Uint8Array) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      stop('changed-while-read');
    }
  };
  for (const chunk of source.chunks()) {
    const text = decode(chunk);
    if (text) yield text;
  }
  const rest = decode();
  if (rest) yield rest;
}

/** The whole text, BOM removed. As `decodeChunks`. */
export function decodeAll(source: ByteSource, encoding: Encoding): string {
  return [...decodeChunks(source, encoding)].join('');
}
