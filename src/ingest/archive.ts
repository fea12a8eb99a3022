/**
 * Zip archives and gzip files that may be hostile: nothing unpacks to more than the directory states or the limits allow.
 * Names of entries are text to compare and to show, never paths to open. All functions `stop`:
 * `damaged-archive`, `unsafe-archive` (it would unpack to far more than anything honest does), `encrypted-archive`.
 */
import { isUtf8 } from 'node:buffer';
import { crc32, gunzipSync, inflateRawSync } from 'node:zlib';
import { parseTime } from '../domain/time.ts';
import { refusalIn, stop } from './findings.ts';

export interface ZipEntry {
  readonly name: string;
  /** As the directory claims; `inflateEntry` holds the entry to it. */
  readonly bytes: number;
  readonly packedBytes: number;
  readonly method: number;
  readonly crc: number;
  readonly isEncrypted: boolean;
  readonly headerAt: number;
  /** When the file was last changed; null where the archive does not say. */
  readonly modifiedMs: number | null;
}

interface UnpackLimits {
  readonly entries: number;
  /** Of one entry, unpacked. */
  readonly entryBytes: number;
  /** Unpacked to packed: text reaches about 50, deflate itself 1032. */
  readonly ratio: number;
}

/** Anything may unpack to this much, however small it is. */
const FREE_BYTES = 1 << 20;
const DIRECTORY_END = Buffer.from('PK\x05\x06', 'latin1');
const DIRECTORY_END_64 = 0x06064b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const LOCAL_HEADER_BYTES = 30;
/** The directory's end may be followed by a comment of 65,535 bytes. */
const MOST_END_BYTES = 22 + 0xffff;
/** Zip64: what does not fit stands in an extra field. Some writers do so for small files too. */
const ELSEWHERE = 0xffffffff;
const [WIDE_SIZES, UNIX_TIME] = [0x0001, 0x5455];
const [STORED, DEFLATED] = [0, 8];

/** The entries of an archive that is wholly in memory, folders left out. Looks at the directory alone. */
export function listZip(archive: Buffer, limits: UnpackLimits): readonly ZipEntry[] {
  const entries = orDamaged(() => readDirectory(archive, limits)).filter(({ name }) => !name.endsWith('/'));
  const inPlace = [...entries].sort((a, b) => a.headerAt - b.headerAt);
  for (const [n, { headerAt, packedBytes }] of inPlace.entries()) {
    // Entries that share bytes make a small archive endless.
    if (headerAt + LOCAL_HEADER_BYTES + packedBytes > (inPlace[n + 1]?.headerAt ?? Number.POSITIVE_INFINITY))
      stop('unsafe-archive');
  }
  return entries;
}

/** An .xlsx is a zip too, and an export by itself. */
export function isWorkbook(entries: readonly ZipEntry[]): boolean {
  return (
    entries.some(({ name }) => name === '[Content_Types].xml') && entries.some(({ name }) => name.startsWith('xl/'))
  );
}

/** An entry's content. Also throws `archive-method`. */
export function inflateEntry(archive: Buffer, entry: ZipEntry, limits: UnpackLimits): Buffer {
  const { bytes, packedBytes, headerAt, method } = entry;
  if (entry.isEncrypted) stop('encrypted-archive');
  if (bytes > mostBytes(packedBytes, limits)) stop('unsafe-archive');
  return orDamaged(() => {
    if (archive.readUInt32LE(headerAt) !== LOCAL_HEADER) stop('damaged-archive');
    const start =
      headerAt + LOCAL_HEADER_BYTES + archive.readUInt16LE(headerAt + 26) + archive.readUInt16LE(headerAt + 28);
    const packed = archive.subarray(start, start + packedBytes);
    if (method !== STORED && method !== DEFLATED) stop('archive-method', { method });
    const content = method === STORED ? packed : inflateRawSync(packed, { maxOutputLength: Math.max(1, bytes) });
    return content.length === bytes && crc32(content) === entry.crc ? content : stop('damaged-archive');
  });
}

/** The content of all members, joined. */
export function inflateGzip(packed: Buffer, limits: UnpackLimits): Buffer {
  return orDamaged(() => gunzipSync(packed, { maxOutputLength: mostBytes(packed.length, limits) }));
}

/** When the packed file was last changed; null: not stated. */
export function gzipTime(packed: Buffer): number | null {
  return (packed.length >= 8 && packed.readUInt32LE(4) * 1000) || null;
}

function mostBytes(packedBytes: number, { entryBytes, ratio }: UnpackLimits): number {
  return Math.min(entryBytes, Math.max(FREE_BYTES, packedBytes * ratio));
}

/** Reading beyond the end of a buffer throws a RangeError. */
function orDamaged<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (refusalIn(error) || !(error instanceof Error) || !('code' in error)) throw error;
    return stop(error.code === 'ERR_BUFFER_TOO_LARGE' ? 'unsafe-archive' : 'damaged-archive');
  }
}

function readDirectory(archive: Buffer, limits: UnpackLimits): ZipEntry[] {
  const entries: ZipEntry[] = [];
  const directory = findDirectory(archive);
  if (directory.entries > limits.entries) stop('unsafe-archive');
  for (let at = directory.at; entries.length < directory.entries; ) {
    if (archive.readUInt32LE(at) !== DIRECTORY_ENTRY) stop('damaged-archive');
    const nameEnd = at + 46 + archive.readUInt16LE(at + 28);
    const extraEnd = nameEnd + archive.readUInt16LE(at + 30);
    const end = extraEnd + archive.readUInt16LE(at + 32);
    if (end > archive.length) stop('damaged-archive');
    const extra = readExtra(archive.subarray(nameEnd, extraEnd));
    entries.push(readEntry(archive.subarray(at, nameEnd), extra));
    at = end;
  }
  return entries;
}

function findDirectory(archive: Buffer): { readonly entries: number; readonly at: number } {
  const end = archive.lastIndexOf(DIRECTORY_END);
  if (end < Math.max(0, archive.length - MOST_END_BYTES)) stop('damaged-archive');
  const [entries, at] = [archive.readUInt16LE(end + 10), archive.readUInt32LE(end + 16)];
  if (entries !== 0xffff && at !== ELSEWHERE) return { entries, at };
  const far = Number(archive.readBigUInt64LE(end - 12));
  if (archive.readUInt32LE(far) !== DIRECTORY_END_64) stop('damaged-archive');
  return { entries: Number(archive.readBigUInt64LE(far + 32)), at: Number(archive.readBigUInt64LE(far + 48)) };
}

type ExtraFields = ReadonlyMap<number, Buffer>;

function readExtra(extra: Buffer): ExtraFields {
  const fields = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= extra.length; ) {
    const end = at + 4 + extra.readUInt16LE(at + 2);
    fields.set(extra.readUInt16LE(at), extra.subarray(at + 4, end));
    at = end;
  }
  return fields;
}

/** `entry`: its bytes in the directory, the name at their end. */
function readEntry(entry: Buffer, extra: ExtraFields): ZipEntry {
  const flags = entry.readUInt16LE(8);
  let at = 0;
  const [bytes = 0, packedBytes = 0, headerAt = 0] = [24, 20, 42].map((offset) => {
    const size = entry.readUInt32LE(offset);
    if (size !== ELSEWHERE) return size;
    at += 8;
    return Number((extra.get(WIDE_SIZES) ?? stop('damaged-archive')).readBigUInt64LE(at - 8));
  });
  return {
    name: decodeName(entry.subarray(46), (flags & 0x800) !== 0),
    bytes,
    packedBytes,
    headerAt,
    method: entry.readUInt16LE(10),
    crc: entry.readUInt32LE(16),
    isEncrypted: (flags & 1) !== 0,
    modifiedMs: readTime(entry.readUInt16LE(14), entry.readUInt16LE(12), extra.get(UNIX_TIME)),
  };
}

/**
 * The time with its zone, from the extra field that most writers add (seconds since 1970), else the entry's own, which has
 * no zone and is China's. Writers that hide it put the first day it can hold, in 1980.
 */
function readTime(date: number, time: number, unix: Buffer | undefined): number | null {
  if (unix && unix.length >= 5 && unix.readUInt8(0) & 1) return unix.readInt32LE(1) * 1000;
  const day = [1980 + (date >> 9), (date >> 5) & 15, date & 31].join('-');
  const clock = [time >> 11, (time >> 5) & 63, (time & 31) * 2].map((part) => `${part}`.padStart(2, '0')).join(':');
  return day.startsWith('1980') ? null : (parseTime(`${day} ${clock}`)?.ms ?? null);
}

/** Chinese Windows writes entry names in GBK without a mark. */
function decodeName(bytes: Uint8Array, saysUtf8: boolean): string {
  return new TextDecoder(saysUtf8 || isUtf8(bytes) ? 'utf-8' : 'gb18030').decode(bytes);
}
