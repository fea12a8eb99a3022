import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ByteSource, decodeChunks, type Encoding, surveyBytes } from '../../src/ingest/decode.ts';
import { memorySource } from '../support/exports.ts';

const utf16le = (text: string) => Buffer.from(text, 'utf16le');
const utf16be = (text: string) => Buffer.from(text, 'utf16le').swap16();
/** 采集时间 in GBK, a comma, and 𠀀 (U+20000), which GB18030 writes in four bytes. */
const GB18030 = Buffer.from('b2c9bcafcab1bce42c95328236', 'hex');

function decode(bytes: Uint8Array, chunkSize: number): { encoding: Encoding | null; text: string } {
  const source = memorySource('x', bytes, chunkSize);
  const { encoding } = surveyBytes(source);
  return { encoding, text: encoding ? [...decodeChunks(source, encoding)].join('') : '' };
}

test.each<[string, Uint8Array, Encoding, string]>([
  ['ASCII', Buffer.from('a,b\n1'), 'utf-8', 'a,b\n1'],
  ['UTF-8', Buffer.from('采集时间,😀'), 'utf-8', '采集时间,😀'],
  ['UTF-8 with BOM', Buffer.from('\ufeff采集时间'), 'utf-8', '采集时间'],
  ['GB18030', GB18030, 'gb18030', '采集时间,𠀀'],
  ['UTF-16LE with BOM', utf16le('\ufeff采集,😀'), 'utf-16le', '采集,😀'],
  ['UTF-16LE without BOM', utf16le('shop_id\t采集'), 'utf-16le', 'shop_id\t采集'],
  ['UTF-16LE without BOM, Chinese first', utf16le('采集时间\t账号\r\n'), 'utf-16le', '采集时间\t账号\r\n'],
  ['UTF-16BE with BOM', utf16be('\ufeff采集'), 'utf-16be', '采集'],
  ['UTF-16BE without BOM', utf16be('shop_id\t采集'), 'utf-16be', 'shop_id\t采集'],
])('%s, in pieces of any size', (_, bytes, encoding, text) => {
  for (const chunkSize of [1, 2, 3, 5, 7, 65_536]) expect(decode(bytes, chunkSize)).toEqual({ encoding, text });
});

test.each<[string, Uint8Array]>([
  ['bytes of no encoding', Uint8Array.of(0x61, 0xff, 0xff, 0xfe)],
  ['a GB18030 character cut short', GB18030.subarray(0, -2)],
  ['UTF-8 that a BOM promised', Uint8Array.of(0xef, 0xbb, 0xbf, 0xb2, 0xc9)],
  ['half a unit of UTF-16', Uint8Array.of(0xff, 0xfe, 0x61)],
])('%s: no encoding', (_, bytes) => {
  for (const chunkSize of [1, 3, 65_536]) expect(decode(bytes, chunkSize).encoding).toBeNull();
});

test('a break in UTF-8 late in a long file is found', () => {
  const bytes = Buffer.concat([Buffer.from('采'.repeat(50_000)), Uint8Array.of(0xff)]);
  expect(surveyBytes(memorySource('x', bytes)).encoding).toBeNull();
});

test('the survey does not depend on the pieces', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 20 }), (bytes, chunkSize) => {
      const whole = surveyBytes(memorySource('x', bytes));
      const pieces = surveyBytes(memorySource('x', bytes, chunkSize));
      expect(pieces.encoding).toBe(whole.encoding);
      expect(pieces.bytes).toBe(bytes.length);
      expect(Buffer.from(pieces.head).equals(bytes)).toBe(true);
      expect(pieces.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    }),
  );
});

test('what is short has the encoding that it has in a long file', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 12 }),
    fc
      .tuple(fc.constantFrom(utf16le, utf16be, Buffer.from), fc.string({ unit: 'binary', maxLength: 8 }))
      .map(([encode, text]) => encode(text)),
  );
  fc.assert(
    fc.property(bytes, (short) => {
      const long = Buffer.concat([short, Buffer.alloc(1 << 16, ' ')]);
      expect(surveyBytes(memorySource('x', short)).encoding).toBe(surveyBytes(memorySource('x', long)).encoding);
    }),
  );
});

test('the head is the first 64 KiB', () => {
  const bytes = new Uint8Array(200_000).fill(97);
  const survey = surveyBytes(memorySource('x', bytes, 50_000));
  expect(survey.head.length).toBe(65_536);
  expect(survey.bytes).toBe(200_000);
});

test('what is UTF-8 is what a strict decoder takes, in any pieces', () => {
  const some = fc.constantFrom(
    ...Buffer.from('41 80 8f 9f a0 bf c2 e0 e4 ed ef f0 f4 f5 ff'.replaceAll(' ', ''), 'hex'),
  );
  const char = fc.string({ unit: 'binary', minLength: 1, maxLength: 2 }).map((text) => [...Buffer.from(text)]);
  const pieces = fc.array(
    fc.oneof({ weight: 6, arbitrary: char }, { weight: 1, arbitrary: fc.array(some, { maxLength: 3 }) }),
  );
  fc.assert(
    fc.property(pieces, fc.integer({ min: 1, max: 5 }), (parts, chunkSize) => {
      // Past the head, of which both encodings are tried.
      const bytes = Uint8Array.from([...Array(70_000).fill(0x41), ...parts.flat()]);
      const decoder = new TextDecoder('utf-8', { fatal: true });
      const isValid = (() => {
        try {
          return decoder.decode(bytes) !== '';
        } catch {
          return false;
        }
      })();
      const source: ByteSource = {
        name: 'export',
        modifiedMs: null,
        *chunks() {
          yield bytes.subarray(0, 70_000);
          for (let at = 70_000; at < bytes.length; at += chunkSize) yield bytes.subarray(at, at + chunkSize);
        },
      };
      expect(surveyBytes(source).encoding === 'utf-8').toBe(isValid);
    }),
  );
});
