import { expect, test } from 'vitest';
import { readChars, readSharedStrings, scanRecords, type XlsRecord } from '../../src/ingest/xls-record.ts';

const record = (...parts: readonly number[][]): XlsRecord => {
  const views = parts.map((bytes) => new DataView(Uint8Array.from(bytes).buffer));
  return { id: 0, body: views[0]!, parts: views };
};
const word = (n: number) => [n & 255, n >> 8];
const long = (n: number) => [...word(n & 0xffff), ...word(n >>> 16)];
const latin = (text: string) => [...Buffer.from(text, 'latin1')];
const wide = (text: string) => [...Buffer.from(text, 'utf16le')];
const head = (count: number) => [...long(count), ...long(count)];

test('shared texts that run on into a continuation, narrow there or wide', () => {
  const narrowThenWide = record([...head(2), ...word(4), 0, ...latin('ab')], [1, ...wide('茶叶'), ...word(1), 0, 122]);
  expect(readSharedStrings(narrowThenWide)).toEqual(['ab茶叶', 'z']);
  expect(readSharedStrings(record([...head(1), ...word(3), 1, ...wide('茶')], [0, ...latin('xy')]))).toEqual(['茶xy']);
});

test('a text that begins where a continuation does', () => {
  expect(readSharedStrings(record([...head(2), ...word(1), 0, 97], [...word(2), 0, ...latin('bc')]))).toEqual([
    'a',
    'bc',
  ]);
});

test('runs of fonts and phonetic parts are passed over, across a continuation too', () => {
  const rich = [...word(1), 8 + 4, ...word(1), ...long(6), 97, 1, 2];
  expect(readSharedStrings(record([...head(2), ...rich], [3, 4, 9, 9, 9, 9, 9, 9, ...word(1), 0, 98]))).toEqual([
    'a',
    'b',
  ]);
});

test('a count that promises more than there is', () => {
  expect(() => readSharedStrings(record([...head(0xffffffff), ...word(1), 0, 97]))).toThrow('sheet-damaged');
});

test('texts of Excel 5 are in the code page of the workbook', () => {
  const gbk = [0xb2, 0xe8, 0xd2, 0xb6];
  expect(readChars(record([...word(4), ...gbk]), 0, 2, false, 936)).toBe('茶叶');
});

test('a part of a stream without an end is damaged', () => {
  const begin = [...word(0x0809), ...word(2), ...word(0x0600)];
  const end = [...word(0x000a), ...word(0)];
  const read = (bytes: number[]) => [...scanRecords(Uint8Array.from(bytes), 0)].map(({ id }) => id);
  expect(read([...begin, ...word(0x0203), ...word(0), ...begin, ...word(0x0204), ...word(0), ...end, ...end])).toEqual([
    0x0809, 0x0203, 0x000a,
  ]);
  for (const bytes of [begin, [...begin, ...word(0x0203), ...word(9), 1], [...word(0x0203), ...word(0), ...end], []])
    expect(() => read(bytes)).toThrow('sheet-damaged');
});
