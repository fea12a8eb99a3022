import { gzipSync as gzip } from 'node:zlib';
import fc from 'fast-check';
import { strToU8, zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { isRefusal } from '../../src/ingest/findings.ts';
import { unpack } from '../../src/ingest/unpack.ts';
import { fixtureBytes, fixtureSource, memorySource } from '../support/exports.ts';

const CSV = 'shop_id,plan_id,plan_type,rate\n7,1,special,5%\n';
const decoder = new TextDecoder();

/** Name and content of every part, or the code of its refusal. */
function partsOf(content: Uint8Array, name = 'x', chunkSize?: number): (readonly [string, string])[] {
  return [...unpack(memorySource(name, content, chunkSize))].map(({ source, content: survey }) => [
    source.name,
    isRefusal(survey) ? `refused: ${survey.code}` : decoder.decode(Buffer.concat([...source.chunks()])),
  ]);
}

/** The same of a fixture; of the contents only their beginning. */
const briefly = (path: string) =>
  partsOf(fixtureBytes(path), path.split('/').at(-1)).map(([name, text]) => [
    name,
    text.replace(/\s/g, '').slice(0, 20),
  ]);

test('what is no container is its own only part', () => {
  for (const text of [CSV, '', '{"log":1}', '{"data":{"log":{}}}'])
    expect(partsOf(strToU8(text))).toEqual([['x', text]]);
});

test('the entries of a zip: names in GBK, folders and what is no export passed over, archives within', () => {
  expect(briefly('archives/exports.zip')).toEqual([
    ['exports.zip: exports/三月一a.csv', 'captured_at,account,'],
    ['exports.zip: ../../etc/shop-campaigns.seller-2166356588.json', '{"data":{"exsitApply'],
    ['exports.zip: exports/story.csv.gz', 'captured_at,account,'],
    ['exports.zip: exports/joined-campaigns.json', '{"data":{"pagelist":'],
    ['exports.zip: exports/empty.json', ''],
  ]);
});

test.each([
  ['story.csv.gz', 'story.csv.gz', 'captured_at,account,'],
  ['cut-short.csv.gz', 'cut-short.csv.gz', 'refused:damaged-arch'],
  ['cut-short.zip', 'cut-short.zip', 'refused:damaged-arch'],
  ['damaged.zip', 'damaged.zip: a.csv', 'refused:damaged-arch'],
  ['encrypted.zip', 'encrypted.zip', 'refused:encrypted-ar'],
  ['deflate64.zip', 'deflate64.zip: a.csv', 'refused:archive-meth'],
  ['empty.zip', 'empty.zip', 'refused:nothing-insi'],
  ['nothing-inside.zip', 'nothing-inside.zip', 'refused:nothing-insi'],
  ['lying.zip', 'lying.zip: a.csv', 'refused:unsafe-archi'],
  ['zeros.csv.gz', 'zeros.csv.gz', 'refused:unsafe-archi'],
  ['five-deep.zip', 'five-deep.zip: a.zip: a.zip: a.zip', 'refused:nested-too-d'],
])('archives/%s', (file, name, content) => {
  expect(briefly(`archives/${file}`)).toEqual([[name, content]]);
});

test('a workbook is an export, also in an archive', () => {
  const workbook = zipSync({ '[Content_Types].xml': strToU8('<x/>'), 'xl/workbook.xml': strToU8('<x/>') });
  const names = (bytes: Uint8Array) => partsOf(bytes, 'a').map(([name, text]) => [name, text.slice(0, 2)]);
  expect(names(workbook)).toEqual([['a', 'PK']]);
  expect(names(zipSync({ 'b.xlsx': workbook }))).toEqual([['a: b.xlsx', 'PK']]);
});

test('three levels are opened: an archive of a packed record of answers', () => {
  const packed = zipSync({ 'session.har.gz': fixtureBytes('archives/session.har.gz') });
  expect(partsOf(packed, 'a.zip').map(([name]) => name)).toContain(
    'a.zip: session.har.gz: campaigns.json seller 2649797694',
  );
});

test('gzip: members put one after another are one file; junk after it is damage', () => {
  const members = Buffer.concat([gzip(CSV), gzip('7,2,special,6%\n')]);
  for (const chunkSize of [1, 7, 65_536])
    expect(partsOf(members, 'a.gz', chunkSize)).toEqual([['a.gz', `${CSV}7,2,special,6%\n`]]);
  expect(partsOf(Buffer.concat([members, strToU8('junk')]))).toEqual([['x', 'refused: damaged-archive']]);
  expect(partsOf(members.subarray(0, -1))).toEqual([['x', 'refused: damaged-archive']]);
});

test('the time of a part is its own, but not later than that of the archive', () => {
  const time = (bytes: Uint8Array, modifiedMs: number | null) =>
    [...unpack({ ...memorySource('x', bytes), modifiedMs })].map(({ source }) => source.modifiedMs);
  const [before, after] = [Date.UTC(2026, 10, 20), Date.UTC(2026, 10, 21)];
  const withTime = Buffer.from(gzip(CSV));
  withTime.writeUInt32LE(before / 1000, 4);
  expect([time(withTime, after), time(withTime, before - 1), time(withTime, null), time(gzip(CSV), after)]).toEqual([
    [before],
    [before - 1],
    [before],
    [after],
  ]);
  // Without a zone: China's. The writer takes its own, whatever it is.
  const zip = zipSync({ 'a.csv': strToU8(CSV) }, { mtime: new Date(2026, 10, 20, 9, 30) });
  expect(time(zip, null)).toEqual([Date.parse('2026-11-20T09:30:00+08:00')]);
  expect(time(zipSync({ 'a.csv': strToU8(CSV) }, { mtime: new Date(1980, 0, 1) }), after)).toEqual([after]);
});

const manyOf = (content: Uint8Array) =>
  Object.fromEntries([...Array(100).keys()].map((n) => [`${n}.csv`, [content, { level: 1 }] as const]));

test('many small entries that unpack to very much are not all unpacked', () => {
  const million = new Uint8Array(1_000_000);
  const packed = zipSync(manyOf(million) as Parameters<typeof zipSync>[0]);
  expect(partsOf(packed)).toEqual([['x', 'refused: unsafe-archive']]);
});

/** Of a zip, one word changed in the directory's first entry. */
function patched(offset: number, value: number): Uint8Array {
  const archive = Buffer.from(SMALL);
  archive.writeUInt32LE(value, archive.indexOf('PK\x01\x02', 0, 'latin1') + offset);
  return archive;
}

const SMALL = zipSync({ 'a.csv': strToU8('hello'), folder: { 'b.csv': [strToU8('bye'), { level: 0 }] } });
const GOOD = [
  ['x: a.csv', 'hello'],
  ['x: folder/b.csv', 'bye'],
] as const;

test('entries packed and stored, also with a comment behind the directory', () => {
  for (const bytes of [SMALL, Buffer.concat([SMALL, Buffer.alloc(500, 32)])]) expect(partsOf(bytes)).toEqual(GOOD);
});

test.each([
  ['one changed byte of the content', patched(16, 0x12345678), 'damaged-archive'],
  ['an entry said to be larger than it is', patched(24, 6), 'damaged-archive'],
  ['an entry said to be smaller than it is', patched(24, 4), 'unsafe-archive'],
  ['an entry beyond the end', patched(42, 1 << 30), 'damaged-archive'],
  ['an entry with sizes that stand nowhere', patched(24, 0xffffffff), 'damaged-archive'],
  ['a way of packing that nothing uses', patched(10, 99), 'archive-method'],
  ['an encrypted entry', patched(8, 1), 'encrypted-archive'],
  ['no directory', SMALL.subarray(0, 60), 'damaged-archive'],
  ['two megabytes of zeros in two kilobytes', zipSync({ 'a.csv': new Uint8Array(2 << 20) }), 'unsafe-archive'],
  [
    'too many entries',
    zipSync(Object.fromEntries(Array.from({ length: 20_001 }, (_, n) => [`${n}.csv`, strToU8('')])), { level: 0 }),
    'unsafe-archive',
  ],
])('%s', (_, bytes, code) => {
  expect(partsOf(bytes)[0]?.[1]).toBe(`refused: ${code}`);
});

test('any damage is a refusal, or leaves what was there', () => {
  const archive = zipSync({ 'a.csv': strToU8('hello '.repeat(500)), 'b.csv': strToU8('bye') });
  const edit = fc.tuple(fc.nat(archive.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(edit, { minLength: 1, maxLength: 4 }), fc.nat(archive.length), (edits, length) => {
      const copy = archive.slice();
      for (const [at, byte] of edits) copy[at] = byte;
      for (const bytes of [copy, archive.slice(0, length)]) {
        const isZip = Buffer.from(bytes.subarray(0, 4)).toString('latin1') === 'PK\x03\x04';
        for (const [, text] of isZip ? partsOf(bytes) : [])
          if (!text.startsWith('refused: ')) expect(['hello '.repeat(500), 'bye', '']).toContain(text);
      }
    }),
    { numRuns: 1000 },
  );
});

test('entries that share their bytes are not unpacked', () => {
  const archive = Buffer.from(zipSync({ 'a.csv': strToU8(CSV), 'b.csv': strToU8(CSV) }));
  const second = archive.lastIndexOf(Buffer.from('PK\x01\x02', 'latin1'));
  archive.writeUInt32LE(0, second + 42);
  expect(partsOf(archive)).toEqual([['x', 'refused: unsafe-archive']]);
});

const CONTAINERS = ['archives/exports.zip', 'archives/session.har.gz', 'har/session.har', 'har/refused-answers.har'];

test('damage anywhere: every part is refused, or is read to its end', () => {
  const edit = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255));
  fc.assert(
    fc.property(
      fc.constantFrom(...CONTAINERS.map(fixtureBytes)),
      fc.array(edit, { maxLength: 4 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.boolean(),
      (bytes, edits, length, isCut) => {
        const copy = bytes.slice(0, isCut ? Math.floor(bytes.length * length) : bytes.length);
        for (const [place, byte] of edits) if (copy.length > 0) copy[Math.floor(place * (copy.length - 1))] = byte;
        for (const [name, text] of partsOf(copy)) expect(name.length + text.length).toBeGreaterThan(0);
      },
    ),
    { numRuns: 200 },
  );
});

test('a part in a longer chunk or a shorter one is the same', () => {
  for (const path of CONTAINERS) {
    const whole = partsOf(fixtureBytes(path));
    expect(partsOf(fixtureBytes(path), 'x', 13)).toEqual(whole);
    expect([...unpack(fixtureSource(path, 13))].length).toBe(whole.length);
  }
});
