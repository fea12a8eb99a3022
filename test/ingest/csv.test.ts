import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvRows } from '../../src/ingest/csv.ts';
import { encodeText, type TestEncoding } from '../support/encode.ts';
import { memorySource } from '../support/exports.ts';

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
  readonly openQuote?: true;
  readonly isUnended?: true;
}

const CHUNK_SIZES = [1, 2, 3, 5, 7, 64, 65_536];

function scan(text: string, separator = ',', chunkSize = 65_536, encoding: TestEncoding = 'utf-8'): Row[] {
  const source = memorySource('x', encodeText(text, encoding), chunkSize);
  return Array.from(csvRows(source, encoding, separator), ({ line, cells, openQuote, unended }) => ({
    line,
    cells,
    ...(openQuote && { openQuote }),
    ...(unended && { isUnended: true as const }),
  }));
}

const cellsOf = (...args: Parameters<typeof scan>) => scan(...args).map(({ cells }) => cells);

const TWO = [
  ['a', 'b'],
  ['c', 'd'],
];

test.each<[string, string[][]]>([
  ['a,b\nc,d\n', TWO],
  ['a,b\r\nc,d\r\n', TWO],
  ['a,b\rc,d\r', TWO],
  ['a,b\nc,d', TWO],
  ['a,b\nc,"d"', TWO],
  ['a,b\na,b\na\na,b,c\nab\n', [['a', 'b'], ['a', 'b'], ['a'], ['a', 'b', 'c'], ['ab']]],
  ['a,,b\n', [['a', '', 'b']]],
  [',\n', [['', '']]],
  ['a,\n', [['a', '']]],
  ['a,', [['a', '']]],
  ['"a,b",c\n', [['a,b', 'c']]],
  ['"a\nb",c\n', [['a\nb', 'c']]],
  ['"a\r\nb",c\r\n', [['a\r\nb', 'c']]],
  ['"say ""hi""",c\n', [['say "hi"', 'c']]],
  ['"""",c\n', [['"', 'c']]],
  ['"",c\n', [['', 'c']]],
  ['5" disk,c\n', [['5" disk', 'c']]],
  ['"123"\t,c\n', [['123', 'c']]],
  ['"a"b,c\n', [['ab', 'c']]],
  ['="123",c\n', [['="123"', 'c']]],
  ['\n\r\na,b\n\n\n""\n', [['a', 'b']]],
  ['', []],
  ['\n', []],
  ['\ufeffa,b\n', [['a', 'b']]],
  ['茶,😀\n', [['茶', '😀']]],
])('%j, in pieces of any size', (text, expected) => {
  for (const size of CHUNK_SIZES) expect(cellsOf(text, ',', size), `${size}`).toEqual(expected);
});

test('the line is that of the file, past blank lines and line ends in quotes', () => {
  const text = 'h,i\r\n\r\n"a\r\nb",c\r\n"a\r\nb",c\r\nd,e\r\n"x\ry\nz",f\ng,h\n';
  for (const size of CHUNK_SIZES) expect(scan(text, ',', size).map(({ line }) => line)).toEqual([1, 3, 5, 7, 8, 11]);
});

test('an open quote is told at the row that opens it, not glued to the rows after it', () => {
  for (const size of CHUNK_SIZES) {
    expect(scan('a,b\nc,"d\ne,f\n', ',', size)).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 2, cells: ['c', expect.stringMatching(/^"d\ne,f/)], openQuote: true },
    ]);
  }
});

test.each<TestEncoding>(['utf-8', 'gb18030', 'utf-16le'])(
  'in %s, a row of more than 1 MiB stops the reading instead of swallowing the file',
  (encoding) => {
    const head = encodeText('shop_id,plan_id,plan_type,rate\n1,,general,5\n1,"', encoding);
    const more = encodeText('茶叶,\n'.repeat(1000), encoding);
    let pieces = 0;
    const source = {
      ...memorySource('endless.csv', head),
      *chunks() {
        yield head;
        for (; pieces < 10_000; pieces++) yield more;
      },
    };
    const rows = Array.from(csvRows(source, encoding, ','), ({ line, cells, openQuote }) => [
      line,
      openQuote,
      cells[0],
    ]);
    expect(rows).toEqual([
      [1, undefined, 'shop_id'],
      [2, undefined, '1'],
      [3, true, expect.stringMatching(/^1,"茶叶,\n.{60,75}$/s)],
    ]);
    expect(pieces).toBeLessThan(1000);
  },
);

describe('csv-spectrum', () => {
  const folder = fileURLToPath(new URL('../../node_modules/csv-spectrum', import.meta.url));

  // Of this one the JSON has another phone number than the CSV.
  const names = readdirSync(`${folder}/csvs`).filter((name) => name !== 'location_coordinates.csv');

  test.each(names)('%s', (name) => {
    const text = readFileSync(`${folder}/csvs/${name}`, 'utf8');
    const expected = JSON.parse(readFileSync(`${folder}/json/${name.replace('.csv', '.json')}`, 'utf8'));
    for (const size of CHUNK_SIZES) {
      const [header = [], ...rows] = cellsOf(text, ',', size);
      const objects = rows.map((row) => Object.fromEntries(row.map((cell, index) => [header[index], cell])));
      expect(objects).toEqual(expected);
    }
  });
});

/** Cells with quotes where they need them, and where they do not. */
const writtenTable = fc
  .record({
    separator: fc.constantFrom(',', '\t', ';'),
    lineEnds: fc.array(fc.constantFrom('\n', '\r\n', '\r'), { minLength: 1, maxLength: 3 }),
    isEnded: fc.boolean(),
    hasMark: fc.boolean(),
    encoding: fc.constantFrom<TestEncoding>('utf-8', 'gb18030', 'utf-16le', 'utf-16be'),
    chunkSize: fc.constantFrom(...CHUNK_SIZES),
    rows: fc.array(
      fc.array(
        fc.tuple(
          fc.oneof(fc.constantFrom('', '1', '12', '茶', '茶叶 礼盒'), fc.stringMatching(/^[a1",\r\n;\t 茶叶]{0,40}$/)),
          fc.boolean(),
        ),
        { minLength: 2, maxLength: 5 },
      ),
      { minLength: 1, maxLength: 12 },
    ),
    repeats: fc.array(fc.nat(4), { minLength: 1 }),
  })
  .map(({ rows, repeats, separator, lineEnds, isEnded, hasMark, encoding, chunkSize }) => {
    // As in real tables, rows begin as the row above did.
    const cells = rows.map((row, i) => {
      const above = i === 0 ? [] : (rows[i - 1] ?? []).slice(0, repeats[i % repeats.length]);
      rows[i] = [...above, ...row.slice(above.length)];
      return rows[i] ?? [];
    });
    let text = hasMark && encoding !== 'gb18030' ? '\ufeff' : '';
    let line = 1;
    const expected = cells.map((row, i): Row => {
      const begin = line;
      const isLast = i === cells.length - 1;
      const end = isLast && !isEnded ? '' : (lineEnds[i % lineEnds.length] ?? '\n');
      const written = row.map(([cell, quoted]) =>
        quoted || [separator, '"', '\n', '\r'].some((special) => cell.includes(special))
          ? `"${cell.replaceAll('"', '""')}"`
          : cell,
      );
      text += written.join(separator) + end;
      line += 1 + row.reduce((lines, [cell]) => lines + (cell.match(/\r\n?|\n/g)?.length ?? 0), 0);
      return { line: begin, cells: row.map(([cell]) => cell), ...(end === '' && { isUnended: true as const }) };
    });
    return { text, separator, encoding, chunkSize, expected };
  });

test('what was written is read, with its lines, in any encoding, pieces and line ends', () => {
  fc.assert(
    fc.property(writtenTable, ({ text, separator, encoding, chunkSize, expected }) => {
      expect(scan(text, separator, chunkSize, encoding)).toEqual(expected);
    }),
    { numRuns: 1000 },
  );
});

test('any text gives the same rows in any pieces', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[ab",\r\n]{0,40}$/), fc.integer({ min: 1, max: 12 }), (text, chunkSize) => {
      expect(scan(text, ',', chunkSize)).toEqual(scan(text));
    }),
    { numRuns: 2000 },
  );
});
