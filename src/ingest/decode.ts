/**
 * Bytes to text. Encodings are tried in the order BOM, UTF-8, GB18030 (which includes GBK): UTF-8 first, because
 * UTF-8 bytes also decode as GB18030 nonsense; never the label `gbk`, which gets 101 codes wrong.
 */
import { isUtf8 } from 'node:buffer';
import { createHash, hash } from 'node:crypto';
import { TextDecoder } from 'node:util';
import { crc32 } from 'node:zlib';
import { refuse, stopReading } from './findings.ts';

export const ENCODINGS = ['utf-8', 'utf-16le', 'utf-16be', 'gb18030'] as const;
export type Encoding = (typeof ENCODINGS)[number];

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
  /** By which other bytes are told when they are read again; 0 where all there is of them is the head. */
  readonly crc: number;
  readonly bytes: number;
  /** null: in no encoding that we know. */
  readonly encoding: Encoding | null;
  /** The first bytes, enough to recognise a format by. */
  readonly head: Uint8Array;
}

const HEAD_BYTES = 65_536;

/** One pass over the bytes: digest and encoding, in flat memory. Throws what reading throws. */
export function surveyBytes(source: ByteSource): Survey {
  // A pipe may give the first bytes one by one: nothing is told from them before the head is whole.
  const first: Uint8Array[] = [];
  let bytes = 0;
  let long: LongSurvey | null = null;
  for (const chunk of source.chunks()) {
    bytes += chunk.length;
    if (long) long.add(chunk);
    else if (bytes >= HEAD_BYTES) long = new LongSurvey(joinBytes([...first, chunk]));
    else first.push(chunk);
  }
  return long ? long.end(source) : surveyShort(joinBytes(first));
}

/** What is all in its head, at once: ten thousand small files are read faster so. */
function surveyShort(head: Uint8Array): Survey {
  const encoding = candidates(head).find((candidate) => isIn(candidate, [head])) ?? null;
  return { sha256: hash('sha256', head, 'hex'), crc: 0, bytes: head.length, encoding, head };
}

class LongSurvey {
  private readonly digest = createHash('sha256');
  private readonly head: Uint8Array;
  /** Of the encodings that the first bytes allow; only the first is tried to the end at once. */
  private readonly trials: readonly Trial[];
  private crc = 0;
  private bytes = 0;

  constructor(first: Uint8Array) {
    this.head = Buffer.from(first.subarray(0, HEAD_BYTES));
    this.trials = candidates(first)
      .map(startTrial)
      .filter((trial) => trial.add(first));
    this.count(first);
  }

  add(chunk: Uint8Array): void {
    this.count(chunk);
    this.trials[0]?.add(chunk);
  }

  end(source: ByteSource): Survey {
    const { head, crc, bytes, digest } = this;
    const [trial, ...others] = this.trials;
    // Where the first fails late all is read again, which is rare.
    const encoding = trial?.end() ? trial : others.find((other) => isIn(other.encoding, source.chunks()));
    return { sha256: digest.digest('hex'), crc, bytes, encoding: encoding?.encoding ?? null, head };
  }

  private count(chunk: Uint8Array): void {
    this.digest.update(chunk);
    this.crc = crc32(chunk, this.crc);
    this.bytes += chunk.length;
  }
}

function joinBytes([first, ...others]: readonly Uint8Array[]): Uint8Array {
  return first && others.length === 0 ? first : Buffer.concat(first ? [first, ...others] : []);
}

/** Whether the head is all there is of the file: then it need not be read again. */
export function isShort({ bytes, head }: Survey): boolean {
  return bytes <= head.length;
}

/** The first four bytes as hexadecimal digits, by which kinds of files are known. */
export function magicOf(head: Uint8Array): string {
  return Buffer.from(head.subarray(0, 4)).toString('hex');
}

/** In these a byte below 128 that begins a character is that character of ASCII. */
export function holdsAscii(encoding: Encoding): boolean {
  return encoding === 'utf-8' || encoding === 'gb18030';
}

const decoders = new Map<Encoding, TextDecoder>();

/** The text of a head, BOM removed; a character that the head breaks off is `\ufffd`. */
export function decodeHead(head: Uint8Array, encoding: Encoding): string {
  const decoder = decoders.get(encoding) ?? new TextDecoder(encoding);
  decoders.set(encoding, decoder);
  return decoder.decode(head);
}

/** Tells whether bytes are in an encoding: false from the first bytes on that are not. */
interface Trial {
  readonly encoding: Encoding;
  add(bytes: Uint8Array): boolean;
  end(): boolean;
}

function isIn(encoding: Encoding, chunks: Iterable<Uint8Array>): boolean {
  const trial = startTrial(encoding);
  for (const chunk of chunks) if (!trial.add(chunk)) return false;
  return trial.end();
}

function startTrial(encoding: Encoding): Trial {
  if (encoding === 'utf-8') return startUtf8Trial();
  const decoder = new TextDecoder(encoding, { fatal: true });
  let holds = true;
  const decode = (bytes: Uint8Array, stream: boolean) => {
    try {
      if (holds) decoder.decode(bytes, { stream });
    } catch {
      holds = false;
    }
    return holds;
  };
  return { encoding, add: (bytes) => decode(bytes, true), end: () => decode(new Uint8Array(0), false) };
}

/** Nothing is decoded here, which would take ten times as long. */
function startUtf8Trial(): Trial {
  let holds = true;
  let rest = Buffer.alloc(0);
  const add = (bytes: Uint8Array) => {
    const all = Buffer.concat([rest, bytes]);
    // Where the last character begins, of which bytes may be missing: 10xxxxxx goes on with a character.
    let last = all.length - 1;
    while (last > all.length - 4 && ((all[last] ?? 0) & 0xc0) === 0x80) last -= 1;
    holds &&= isUtf8(all.subarray(0, Math.max(0, last)));
    rest = all.subarray(Math.max(0, last));
    return holds;
  };
  return { encoding: 'utf-8', add, end: () => holds && isUtf8(rest) };
}

function candidates(head: Uint8Array): readonly Encoding[] {
  const [a, b, c] = head;
  if (a === 0xff && b === 0xfe) return ['utf-16le'];
  if (a === 0xfe && b === 0xff) return ['utf-16be'];
  if (a === 0xef && b === 0xbb && c === 0xbf) return ['utf-8'];
  // No text has a zero byte but UTF-16, where it is half of every separator, digit and line end.
  const zero = head.indexOf(0);
  if (zero < 0) return ['utf-8', 'gb18030'];
  return zero % 2 === 1 ? ['utf-16le'] : ['utf-16be'];
}

/**
 * The bytes once more, held against their survey when they have all been read: a file may still be being written.
 * Throws `changed-while-read` (see `stopReading`) where they are others; at once where all there is of them is the head,
 * which stands for them.
 */
export function rereadBytes(source: ByteSource, survey: Survey): ByteSource {
  if (isShort(survey)) {
    const isSame = source.isAsOpened?.() ?? Buffer.concat([...source.chunks()]).equals(survey.head);
    if (!isSame) throw stopReading(refuse('changed-while-read'));
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
      if (crc !== survey.crc || bytes !== survey.bytes) throw stopReading(refuse('changed-while-read'));
    },
  };
}

/** The text in pieces, BOM removed. Bytes that are not in the encoding, which the survey found, have changed since. */
export function* decodeChunks(source: ByteSource, encoding: Encoding): Generator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const decode = (chunk?: Uint8Array) => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch {
      throw stopReading(refuse('changed-while-read'));
    }
  };
  for (const chunk of source.chunks()) {
    const text = decode(chunk);
    if (text) yield text;
  }
  const rest = decode();
  if (rest) yield rest;
}
