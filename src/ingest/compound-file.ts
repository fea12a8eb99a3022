/** OLE compound files, the small file system that an .xls lives in ([MS-CFB]). Every chain is followed at most as long as the file is. */
import { stop } from './findings.ts';

const END_OF_CHAIN = 0xfffffffe;
const HEADER_BYTES = 512;
const ENTRY_BYTES = 128;
const FAT_IN_HEADER = 109;
const STREAM = 2;
const ROOT = 5;

/** Gives a stream by its name, in any case; null where there is none. Gives up where it is cut off. */
export function openCompoundFile(file: Uint8Array): (name: string) => Uint8Array | null {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < HEADER_BYTES) stop('sheet-damaged');
  const sectorBytes = 1 << view.getUint16(30, true);
  const miniBytes = 1 << view.getUint16(32, true);
  if ((sectorBytes !== 512 && sectorBytes !== 4096) || miniBytes !== 64) stop('sheet-damaged');
  const sectorCount = Math.ceil((file.length - HEADER_BYTES) / sectorBytes);
  const miniCutoff = view.getUint32(56, true);

  /** The last sector of a file may be cut where its content ends. */
  const sector = (index: number): Uint8Array => {
    const start = (index + 1) * sectorBytes;
    return index < sectorCount && start < file.length
      ? file.subarray(start, start + sectorBytes)
      : stop('sheet-damaged');
  };
  const words = (bytes: Uint8Array): Uint32Array => {
    // Copied: the words may stand at any byte.
    const whole = new Uint8Array(bytes.subarray(0, bytes.length & ~3));
    return new Uint32Array(whole.buffer);
  };
  const chain = (start: number, next: Uint32Array): number[] => {
    const indexes: number[] = [];
    for (let at = start; at < END_OF_CHAIN - 3; at = next[at] ?? stop('sheet-damaged')) {
      indexes.push(at);
      if (indexes.length > next.length) stop('sheet-damaged');
    }
    return indexes;
  };

  const fat = readFat(view, sectorCount, (index) => words(sector(index)), sectorBytes / 4);
  const read = (start: number) => Buffer.concat(chain(start, fat).map(sector));
  const directory = read(view.getUint32(48, true));
  const entries = new Map<string, { readonly type: number; readonly start: number; readonly bytes: number }>();
  for (let at = 0; at + ENTRY_BYTES <= directory.length; at += ENTRY_BYTES) {
    const type = directory.readUInt8(at + 66);
    if (type !== STREAM && type !== ROOT) continue;
    const name = directory.toString('utf16le', at, at + Math.min(64, Math.max(0, directory.readUInt16LE(at + 64) - 2)));
    const key = type === ROOT ? '' : name.toLowerCase();
    const entry = { type, start: directory.readUInt32LE(at + 116), bytes: directory.readUInt32LE(at + 120) };
    if (!entries.has(key)) entries.set(key, entry);
  }
  const readMini = (start: number) => {
    const root = entries.get('') ?? stop('sheet-damaged');
    const [container, next] = [read(root.start), words(read(view.getUint32(60, true)))];
    return Buffer.concat(
      chain(start, next).map((index) => container.subarray(index * miniBytes, (index + 1) * miniBytes)),
    );
  };
  return (name) => {
    const entry = entries.get(name.toLowerCase());
    if (!entry) return null;
    const content = entry.bytes < miniCutoff ? readMini(entry.start) : read(entry.start);
    return content.length < entry.bytes ? stop('sheet-damaged') : content.subarray(0, entry.bytes);
  };
}

/** The table that says which sector follows which. */
function readFat(
  view: DataView,
  sectorCount: number,
  wordsOf: (index: number) => Uint32Array,
  wordsInSector: number,
): Uint32Array {
  const parts: number[] = [];
  const add = (index: number) => {
    if (index < END_OF_CHAIN - 2) parts.push(index);
    if (parts.length > sectorCount) stop('sheet-damaged');
  };
  for (let i = 0; i < FAT_IN_HEADER; i++) add(view.getUint32(76 + i * 4, true));
  let [more, seen] = [view.getUint32(68, true), 0];
  while (more < END_OF_CHAIN - 2) {
    if (++seen > sectorCount) stop('sheet-damaged');
    const list = wordsOf(more);
    for (const index of list.subarray(0, wordsInSector - 1)) add(index);
    more = list[wordsInSector - 1] ?? END_OF_CHAIN;
  }
  const fat = new Uint32Array(parts.length * wordsInSector).fill(END_OF_CHAIN);
  for (const [i, index] of parts.entries()) fat.set(wordsOf(index), i * wordsInSector);
  return fat;
}
