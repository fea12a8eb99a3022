/** Reads gzip files that may be hostile or cut off, in small pieces. */
import { crc32 } from 'node:zlib';
import { Gunzip } from 'fflate';

/** `damaged`: cut off, or not what its checksum says. `bomb`: it would unpack to far more than anything honest does. */
export type GzipFault = 'damaged' | 'bomb';

export interface GzipLimits {
  /** Unpacked. */
  readonly entryBytes: number;
  /** Unpacked to packed, of what was read so far, above 4 MiB: text reaches about 50, deflate itself 1032. */
  readonly ratio: number;
}

/** Small enough that one step unpacks to 4 MiB at most. */
const STEP_BYTES = 4096;
const RATIO_FROM_BYTES = 4 << 20;
const TRAILER_BYTES = 8;

/** When the file was last changed that was packed; null where the archive does not say. */
export function gzipTime(packed: Uint8Array): number | null {
  const seconds = packed.length < TRAILER_BYTES ? 0 : viewOf(packed).getUint32(4, true);
  return seconds === 0 ? null : seconds * 1000;
}

/**
 * The content in pieces, of all members where several were put one after another. Throws a fault (`gzipFaultOf`), when
 * what came out before is not to be used.
 */
export function* inflateGzip(packed: Uint8Array, limits: GzipLimits): Generator<Uint8Array> {
  const view = viewOf(packed);
  let pieces: Uint8Array[] = [];
  let [crc, memberBytes, bytes] = [0, 0, 0];
  const endMember = (end: number) => {
    const trailer = end - TRAILER_BYTES;
    const isWhole =
      trailer >= 0 && view.getUint32(trailer, true) === crc && view.getUint32(trailer + 4, true) === memberBytes >>> 0;
    if (!isWhole) throw gzipError('damaged');
    [crc, memberBytes] = [0, 0];
  };
  const gunzip = new Gunzip((piece) => {
    crc = crc32(piece, crc);
    memberBytes += piece.length;
    bytes += piece.length;
    pieces.push(piece);
  });
  gunzip.onmember = endMember;
  for (let at = 0; at < packed.length; at += STEP_BYTES) {
    const end = Math.min(at + STEP_BYTES, packed.length);
    try {
      gunzip.push(packed.subarray(at, end), end === packed.length);
    } catch {
      throw gzipError('damaged');
    }
    if (bytes > limits.entryBytes) throw gzipError('bomb');
    if (bytes > RATIO_FROM_BYTES && bytes > end * limits.ratio) throw gzipError('bomb');
    yield* pieces;
    pieces = [];
  }
  endMember(packed.length);
}

/** The fault that `inflateGzip` threw; null for any other error. */
export function gzipFaultOf(error: unknown): GzipFault | null {
  return error instanceof Error && 'gzipFault' in error ? (error.gzipFault as GzipFault) : null;
}

function gzipError(gzipFault: GzipFault): Error {
  return Object.assign(new Error(gzipFault), { gzipFault });
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
