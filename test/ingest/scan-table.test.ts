import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scanTable } from '../../src/ingest/scan-table.ts';

const scan = (chunks: string | readonly string[], delimiter = ',') => [
  ...scanTable(typeof chunks === 'string' ? [chunks] : chunks, delimiter),
];
const cells = (chunks: string | readonly string[], delimiter = ',') =>
  scan(chunks, delimiter).map((row) => [...row.cells]);

/** Every way to cut a text into single characters, and into two pieces. */
function cuts(text: string): readonly (readonly string[])[] {
  return [[...text], ...[...text].map((_, at) => [text.slice(0, at), text.slice(at)])];
}

test.each<[string, string[][]]>([
  [
    'a,b\nc,d\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'a,b\r\nc,d\r\n',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'a,b\rc,d\r',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'a,b\nc,d',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
  [
    'a,b\nc,"d"',
    [
      ['a', 'b'],
      ['c', 'd'],
    ],
  ],
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
  ['\n\r\na,b\n\n\n', [['a', 'b']]],
  ['', []],
  ['\n', []],
  ['茶,😀\n', [['茶', '😀']]],
])('%j, however it is cut', (text, expected) => {
  for (const chunks of [[text], ...cuts(text)]) expect(cells(chunks), JSON.stringify(chunks)).toEqual(expected);
});

test('the line is that of the file, past blank lines and newlines in quotes', () => {
  const text = 'h,i\r\n\r\n"a\r\nb",c\r\nd,e\r\n"x\ry\nz",f\ng,h\n';
  for (const chunks of [[text], ...cuts(text)]) expect(scan(chunks).map((row) => row.line)).toEqual([1, 3, 5, 6, 9]);
});

test('other separators leave commas alone', () => {
  expect(cells('a,b\tc\n', '\t')).toEqual([['a,b', 'c']]);
  expect(cells('a,b;"c;d"\n', ';')).toEqual([['a,b', 'c;d']]);
});

test('an open quote is told at the row that opens it, not glued to the rows after it', () => {
  for (const chunks of cuts('a,b\nc,"d\ne,f\n')) {
    const rows = scan(chunks);
    expect(rows.map(({ line, openQuote }) => ({ line, openQuote }))).toEqual([
      { line: 1, openQuote: false },
      { line: 2, openQuote: true },
    ]);
    expect(rows[1]?.cells[0]).toBe('c');
  }
});

test('a row of more than 1 MiB stops the reading instead of swallowing the file', () => {
  const line = 'x'.repeat(1023);
  function* endless(): Generator<string> {
    yield 'a,b\n"';
    for (;;) yield `${line}\n`;
  }
  const rows = [...scanTable(endless(), ',')];
  expect(rows).toHaveLength(2);
  expect(rows[1]).toMatchObject({ line: 2, openQuote: true });
  expect(rows[1]?.cells.join('').length).toBeLessThanOrEqual(80);
});

const cell = fc.oneof(fc.string(), fc.stringMatching(/^[a",\r\n;\t茶]{0,6}$/));
const table = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });
const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;

test('reading what was written gives the same cells, in any pieces and with any line end', () => {
  const lineEnd = fc.constantFrom('\n', '\r\n', '\r');
  fc.assert(
    fc.property(table, lineEnd, fc.boolean(), fc.array(fc.nat(9), { minLength: 1 }), (rows, end, open, sizes) => {
      const text = rows.map((row) => row.map(quote).join(',')).join(end) + (open ? '' : end);
      const chunks: string[] = [];
      for (let at = 0, i = 0; at < text.length; i++) {
        const size = 1 + (sizes[i % sizes.length] ?? 0);
        chunks.push(text.slice(at, at + size));
        at += size;
      }
      expect(cells([text])).toEqual(rows);
      expect(scan(chunks)).toEqual(scan([text]));
    }),
  );
});

test('any text in any pieces gives the same rows', () => {
  const text = fc.stringMatching(/^[ab",\r\n]{0,40}$/);
  fc.assert(
    fc.property(text, fc.nat(40), fc.nat(40), (value, a, b) => {
      const [first, second] = [Math.min(a, b), Math.max(a, b)];
      const pieces = [value.slice(0, first), value.slice(first, second), value.slice(second)];
      expect(scan(pieces)).toEqual(scan([value]));
      expect(scan([...value])).toEqual(scan([value]));
    }),
    { numRuns: 2000 },
  );
});
