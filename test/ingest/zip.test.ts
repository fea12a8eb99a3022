import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { inflateEntry, listZip, type ZipLimits, zipFaultOf } from '../../src/ingest/zip.ts';

const LIMITS: ZipLimits = { entries: 10, entryBytes: 50 << 20, ratio: 200 };
const decoder = new TextDecoder();

/** Every entry by name, or the fault. */
function unzip(archive: Uint8Array, limits = LIMITS): unknown {
  const entries = listZip(archive, limits);
  if (typeof entries === 'string') return entries;
  try {
    return Object.fromEntries(
      entries.map((entry) => [
        entry.name,
        [...inflateEntry(archive, entry, limits)].map((piece) => decoder.decode(piece)).join(''),
      ]),
    );
  } catch (error) {
    return zipFaultOf(error) ?? error;
  }
}

/** Where the directory's entry n has its fields. */
function directoryAt(archive: Uint8Array, n = 0): number {
  const buffer = Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength);
  let at = -1;
  for (let i = 0; i <= n; i++) at = buffer.indexOf('PK\x01\x02', at + 1, 'latin1');
  return at;
}

function patched(archive: Uint8Array, offset: number, value: number): Uint8Array {
  const copy = archive.slice();
  new DataView(copy.buffer).setUint32(directoryAt(copy) + offset, value, true);
  return copy;
}

const SMALL = zipSync({ 'a.txt': strToU8('hello'), folder: { 'b.txt': [strToU8('bye'), { level: 0 }] } });

test('entries, packed and stored', () => {
  expect(unzip(SMALL)).toEqual({ 'a.txt': 'hello', 'folder/b.txt': 'bye' });
});

test('a comment and bytes before the end do not hide the directory', () => {
  const comment = Buffer.concat([SMALL, Buffer.alloc(500, 32)]);
  expect(unzip(comment)).toEqual({ 'a.txt': 'hello', 'folder/b.txt': 'bye' });
});

test('names in GBK', () => {
  const archive = zipSync({ abcd: strToU8('x') });
  const gbk = [0xb6, 0xa9, 0xb5, 0xa5];
  for (const marker of ['PK\x01\x02', 'PK\x03\x04']) {
    const at = Buffer.from(archive.buffer).indexOf(marker, 0, 'latin1');
    archive.set(gbk, at + (marker === 'PK\x01\x02' ? 46 : 30));
  }
  expect(unzip(archive)).toEqual({ 订单: 'x' });
});

test.each([
  ['one changed byte of the content', () => patched(SMALL, 16, 0x12345678), 'damaged'],
  ['an entry said to be larger than it is', () => patched(SMALL, 24, 6), 'damaged'],
  ['an entry said to be smaller than it is', () => patched(SMALL, 24, 4), 'bomb'],
  ['an entry beyond the end', () => patched(SMALL, 42, 1 << 30), 'damaged'],
  ['a way of packing that nothing uses', () => patched(SMALL, 10, 99), 'damaged'],
  ['an encrypted entry', () => patched(SMALL, 8, 1), 'encrypted'],
  ['no directory', () => SMALL.subarray(0, 60), 'damaged'],
  [
    'too many entries',
    () => zipSync(Object.fromEntries([...Array(11).keys()].map((n) => [`${n}`, strToU8('')]))),
    'bomb',
  ],
  ['two megabytes of zeros in two kilobytes', () => zipSync({ a: new Uint8Array(2 << 20) }), 'bomb'],
])('%s', (_, make, fault) => {
  expect(unzip(make())).toBe(fault);
});

test('an entry above the limit is not unpacked at all', () => {
  expect(unzip(SMALL, { ...LIMITS, entryBytes: 4 })).toBe('bomb');
});

test('any damage is a fault, or leaves what was there', () => {
  const archive = zipSync({ 'a.txt': strToU8('hello '.repeat(500)), 'b.txt': strToU8('bye') });
  const edit = fc.tuple(fc.nat(archive.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.nat(archive.length), (edits, length) => {
      const copy = archive.slice();
      for (const [at, byte] of edits) copy[at] = byte;
      for (const bytes of [copy, archive.slice(0, length)]) {
        const result = unzip(bytes);
        if (typeof result === 'string') expect(['damaged', 'encrypted', 'bomb']).toContain(result);
        else
          for (const text of Object.values(result as object)) expect(['hello '.repeat(500), 'bye', '']).toContain(text);
      }
    }),
    { numRuns: 1000 },
  );
});
