/**
 * Reads zip archives that may be hostile: the directory first, then one entry at a time in small pieces, never more than
 * the directory promised. For spreadsheets (sheet-xlsx.ts) and for archives of exports alike; names of entries are text
 * to compare and to show, never paths to open.
 */
import { crc32 } from 'node:zlib';
import { Inflate } from 'fflate';
import { parseTime } from '../domain/time.ts';

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

/** What makes an archive unreadable. `bomb`: it would unpack to far more than anything honest does. */
export type ZipFault = 'damaged' | 'encrypted' | 'bomb';

export interface ZipLimits {
  readonly entries: number;
  /** Of one entry, unpacked. */
  readonly entryBytes: number;
  /** Unpacked to packed, of entries above a mebibyte: text reaches about 50, deflate itself 1032. */
  readonly ratio: number;
}

const DIRECTORY_END = 0x06054b50;
const DIRECTORY_END_64 = 0x06064b50;
const DIRECTORY_ENTRY = 0x02014b50;
const LOCAL_HEADER = 0x04034b50;
const DIRECTORY_END_BYTES = 22;
const LOCAL_HEADER_BYTES = 30;
const STORED = 0;
const DEFLATED = 8;

/** Small enough that one step unpacks to 4 MiB at most. */
const STEP_BYTES = 4096;
const RATIO_FROM_BYTES = 1 << 20;

/** The entries of an archive that is wholly in memory, folders left out. Looks at the directory alone. */
export function listZip(archive: Uint8Array, limits: ZipLimits): readonly ZipEntry[] | ZipFault {
  const view = viewOf(archive);
  const end = findDirectoryEnd(view);
  if (end === null) return 'damaged';
  if (end.entries > limits.entries) return 'bomb';
  const entries: ZipEntry[] = [];
  let at = end.directoryAt;
  for (let i = 0; i < end.entries; i++) {
    if (at + 46 > view.byteLength || view.getUint32(at, true) !== DIRECTORY_ENTRY) return 'damaged';
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const next = at + 46 + (nameBytes ?? 0) + (extraBytes ?? 0) + (commentBytes ?? 0);
    if (next > view.byteLength) return 'damaged';
    const nameEnd = at + 46 + (nameBytes ?? 0);
    const entry = readEntry(view, at, archive.subarray(at + 46, nameEnd), nameEnd, nameEnd + (extraBytes ?? 0));
    if (entry === null) return 'damaged';
    if (!entry.name.endsWith('/')) entries.push(entry);
    at = next;
  }
  return overlap(entries) ? 'bomb' : entries;
}

/** An .xlsx is a zip too, and an export by itself. */
export function isWorkbook(entries: readonly ZipEntry[]): boolean {
  return (
    entries.some(({ name }) => name === '[Content_Types].xml') && entries.some(({ name }) => name.startsWith('xl/'))
  );
}

/** Entries that share their bytes: a small archive becomes endless so. */
function overlap(entries: readonly ZipEntry[]): boolean {
  const inPlace = [...entries].sort((a, b) => a.headerAt - b.headerAt);
  return inPlace.some(({ headerAt, packedBytes }, n) => {
    const next = inPlace[n + 1];
    return next !== undefined && headerAt + LOCAL_HEADER_BYTES + packedBytes > next.headerAt;
  });
}

/**
 * An entry's content in pieces. Throws a fault (`zipFaultOf`) where the entry is encrypted, larger than the limits, or
 * not what the directory says of it; what came out before is not to be used then.
 */
export function* inflateEntry(archive: Uint8Array, entry: ZipEntry, limits: ZipLimits): Generator<Uint8Array> {
  if (entry.isEncrypted) throw zipError('encrypted');
  const { bytes, packedBytes } = entry;
  if (bytes > limits.entryBytes) throw zipError('bomb');
  if (bytes > RATIO_FROM_BYTES && bytes > packedBytes * limits.ratio) throw zipError('bomb');
  let [left, crc] = [bytes, 0];
  for (const piece of unpack(packedOf(archive, entry), entry.method)) {
    left -= piece.length;
    if (left < 0) throw zipError('bomb');
    crc = crc32(piece, crc);
    yield piece;
  }
  if (left > 0 || crc !== entry.crc) throw zipError('damaged');
}

/** The fault that `inflateEntry` threw; null for any other error. */
export function zipFaultOf(error: unknown): ZipFault | null {
  return error instanceof Error && 'zipFault' in error ? (error.zipFault as ZipFault) : null;
}

function zipError(zipFault: ZipFault): Error {
  return Object.assign(new Error(zipFault), { zipFault });
}

function* unpack(packed: Uint8Array, method: number): Generator<Uint8Array> {
  if (method === STORED) {
    yield packed;
    return;
  }
  if (method !== DEFLATED) throw zipError('damaged');
  let pieces: Uint8Array[] = [];
  const inflate = new Inflate((piece) => pieces.push(piece));
  for (let at = 0; at < packed.length; at += STEP_BYTES) {
    const end = Math.min(at + STEP_BYTES, packed.length);
    try {
      inflate.push(packed.subarray(at, end), end === packed.length);
    } catch {
      throw zipError('damaged');
    }
    yield* pieces;
    pieces = [];
  }
}

function packedOf(archive: Uint8Array, { headerAt, packedBytes }: ZipEntry): Uint8Array {
  const view = viewOf(archive);
  if (headerAt + LOCAL_HEADER_BYTES > view.byteLength || view.getUint32(headerAt, true) !== LOCAL_HEADER)
    throw zipError('damaged');
  const start =
    headerAt + LOCAL_HEADER_BYTES + view.getUint16(headerAt + 26, true) + view.getUint16(headerAt + 28, true);
  if (start + packedBytes > archive.length) throw zipError('damaged');
  return archive.subarray(start, start + packedBytes);
}

function findDirectoryEnd(view: DataView): { readonly entries: number; readonly directoryAt: number } | null {
  const last = view.byteLength - DIRECTORY_END_BYTES;
  // A comment of up to 65,535 bytes may follow.
  for (let at = last; at >= 0 && at >= last - 0xffff; at--) {
    if (view.getUint32(at, true) !== DIRECTORY_END) continue;
    const [entries, directoryAt] = [view.getUint16(at + 10, true), view.getUint32(at + 16, true)];
    if (entries !== 0xffff && directoryAt !== 0xffffffff) return { entries, directoryAt };
    const far = at >= 20 ? at - 20 : 0;
    const end64 = Number(view.getBigUint64(far + 8, true));
    if (end64 + 56 > view.byteLength || view.getUint32(end64, true) !== DIRECTORY_END_64) return null;
    return {
      entries: Number(view.getBigUint64(end64 + 32, true)),
      directoryAt: Number(view.getBigUint64(end64 + 48, true)),
    };
  }
  return null;
}

function readEntry(view: DataView, at: number, nameBytes: Uint8Array, extraAt: number, extraEnd: number) {
  const flags = view.getUint16(at + 8, true);
  const sizes = [24, 20, 42].map((offset) => view.getUint32(at + offset, true));
  const large = widenSizes(view, sizes, extraAt, extraEnd);
  if (large === null) return null;
  const [bytes = 0, packedBytes = 0, headerAt = 0] = large;
  return {
    name: decodeName(nameBytes, (flags & 0x800) !== 0),
    bytes,
    packedBytes,
    headerAt,
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    isEncrypted: (flags & 1) !== 0,
    modifiedMs: readTime(view, at, extraAt, extraEnd),
  } satisfies ZipEntry;
}

/**
 * The time with its zone, from the extra field that most writers add (0x5455, seconds since 1970), else the entry's own,
 * which has no zone and is China's. Writers that hide it put the first day it can hold, in 1980.
 */
function readTime(view: DataView, at: number, extraAt: number, extraEnd: number): number | null {
  for (let field = extraAt; field + 9 <= extraEnd; field += 4 + view.getUint16(field + 2, true)) {
    const hasTime = view.getUint16(field, true) === 0x5455 && (view.getUint8(field + 4) & 1) !== 0;
    if (hasTime) return view.getInt32(field + 5, true) * 1000;
  }
  const [time, date] = [view.getUint16(at + 12, true), view.getUint16(at + 14, true)];
  const day = [1980 + (date >> 9), (date >> 5) & 15, date & 31].join('-');
  const clock = [time >> 11, (time >> 5) & 63, (time & 31) * 2].map((part) => `${part}`.padStart(2, '0')).join(':');
  return day.startsWith('1980') ? null : (parseTime(`${day} ${clock}`)?.ms ?? null);
}

/** Zip64: a size of all ones stands in an extra field instead. Some writers do so for small files too. */
function widenSizes(view: DataView, sizes: readonly number[], extraAt: number, extraEnd: number): number[] | null {
  if (!sizes.includes(0xffffffff)) return [...sizes];
  for (let at = extraAt; at + 4 <= extraEnd; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    let field = at + 4;
    const wide = sizes.map((size) => {
      if (size !== 0xffffffff) return size;
      field += 8;
      return field <= extraEnd ? Number(view.getBigUint64(field - 8, true)) : Number.NaN;
    });
    return wide.every(Number.isSafeInteger) ? wide : null;
  }
  return null;
}

/** Archives made on Chinese Windows name their entries in GBK and do not say so. */
function decodeName(bytes: Uint8Array, isUtf8: boolean): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder(isUtf8 ? 'utf-8' : 'gb18030').decode(bytes);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
