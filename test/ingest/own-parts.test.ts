/**
 * Large tables are read from their bytes, and rows are put together from parts that stood in rows before (cut-rows.ts,
 * raw-table.ts, formats/own-parts.ts). What comes out must be what comes of decoding the whole and reading row by row.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { surveyBytes } from '../../src/ingest/decode.ts';
import { isRefusal, makeFindings } from '../../src/ingest/findings.ts';
import type { Column, OwnRow } from '../../src/ingest/formats/own-row.ts';
import { batchRows, COLUMNS, readOwnRow } from '../../src/ingest/formats/own-row.ts';
import { mapHeader, nameProblems, wholeRows } from '../../src/ingest/formats/own-table.ts';
import { NO_MAPPINGS } from '../../src/ingest/mapping.ts';
import { openExport } from '../../src/ingest/read-export.ts';
import { scanTable } from '../../src/ingest/scan-table.ts';
import { LATEST_MS, memorySource, NO_IDS } from '../support/exports.ts';
import type { Told } from '../support/tell.ts';
import { tell } from '../support/tell.ts';

/** Right ones first: they stand in most rows. Some differ only in what is taken off. */
const VALUES: Readonly<Record<Column, readonly string[]>> = {
  captured_at: ['2026-11-20 09:30', '2026-11-20', '2026-11-21', '46348.375', '2027-02-01', '昨天', ''],
  account: ['大号', '', ' 大号 ', '小号', '-'],
  shop_id: ['100', '200', '100\t', "'100", '1E+11', 'a b', '', '-'],
  shop_name: ['甲店', '乙,店', '', '甲店 ', '无', '甲"店'],
  item_id: ['537099364188', '1', '', '="537099364188"', '5.37E+11', '丙!', '-'],
  item_title: [
    '茶',
    '',
    '新"茶',
    '礼\n盒',
    '礼\r\n盒,大',
    '茶叶茶叶茶叶茶叶茶叶茶叶茶叶茶叶茶叶茶叶茶叶茶叶茶叶茶叶茶叶茶叶',
    '--',
  ],
  plan_id: ['0', '11', '-11', '12', '', '1e5', '甲 乙'],
  plan_name: ['高佣', '老客[计划已停止]', '', '老客\n专享'],
  plan_type: ['special', '定向计划', 'general', 'Special', '', '新'],
  rate: ['5', '6.5', '7.00%', '５％', '', '-', '0', '0.45', '101', '5,5'],
  status: ['approved', '', '已过', '新'],
  plan_state: ['active', '', '已停止', '新'],
  locked: ['yes', '', '否', '2'],
  audit: ['', 'no', '新'],
  starts_at: ['', '2026-01-01', '新'],
  ends_at: ['', '2026-12-31 23:59:59', '-', '新'],
  joined_at: ['', '2026-02-20', '新'],
  approved_at: ['', '2026-02-21T08:00:00Z', '新'],
  exit_id: ['', '90010001', '1E9'],
  sales_30d: ['3', '', '1,204', '-', '1.0', 'x'],
  commission_30d: ['5102.40', '', '1,204', '0.1', '无', '5.123', 'x'],
};
const ALL = Object.keys(COLUMNS) as Column[];

/** Of whole tables some are right in every row, most in nearly every. */
const pick = (column: Column, wrongness: number) => {
  const values = VALUES[column];
  const wrong = values.map((value) => ({ weight: wrongness, arbitrary: fc.constant(value) }));
  return fc.oneof({ weight: 60, arbitrary: fc.constantFrom(...values.slice(0, 2)) }, ...wrong);
};

const tableArbitrary = fc
  .record({
    columns: fc.shuffledSubarray(ALL, { minLength: 6 }),
    wrongness: fc.constantFrom(0, 1, 3),
    names: fc.constantFrom(0, 1),
    separator: fc.constantFrom(',', ',', '\t', ';'),
    lineEnd: fc.constantFrom('\n', '\r\n', '\r', 'mixed'),
    isEnded: fc.boolean(),
    hasMark: fc.boolean(),
    encoding: fc.constantFrom('utf-8', 'utf-8', 'gb18030', 'gb18030', 'utf-16le'),
    above: fc.constantFrom('', '', '', '\n', '""\r\n', '\r\n"" \n'),
    chunkSize: fc.constantFrom(1, 3, 17, 100, 65_536),
    quotes: fc.constantFrom('needed', 'some'),
  })
  .chain((shape) => {
    const columns = [...new Set<Column>([...shape.columns, 'shop_id', 'plan_id', 'plan_type', 'rate'])];
    const row = fc.record(
      Object.fromEntries(columns.map((column) => [column, pick(column, shape.wrongness)])) as Record<
        Column,
        fc.Arbitrary<string>
      >,
    );
    // Rows of which most say for the most part what the row before said.
    const edits = fc.array(fc.tuple(row, fc.subarray(columns), fc.nat(20)), { minLength: 1, maxLength: 25 });
    const cuts = fc.array(fc.tuple(fc.nat(2000), fc.constantFrom('', '"', ',', '\r', '\n', ' ', '%', '""', '\ufeff')), {
      maxLength: shape.wrongness,
    });
    return fc.record({ edits, cuts }).map(({ edits, cuts }) => {
      let before: Readonly<Record<string, string>> | null = null;
      const rows = edits.map(([fresh, changed, extra]): string[] => {
        const cells: Readonly<Record<string, string>> = before
          ? { ...before, ...Object.fromEntries(changed.map((column) => [column, fresh[column]])) }
          : fresh;
        before = cells;
        const row = columns.map((column) => cells[column] ?? '');
        if (shape.wrongness === 0) return row;
        if (extra === 1) return [''];
        if (extra === 2) return row.map(() => ' ');
        if (extra === 3) return row.slice(0, -1);
        if (extra === 4) return [...row, 'x'];
        return extra === 5 ? [...row, ' '] : row;
      });
      // The first line that is not empty shows it.
      const separator = shape.above.includes('"') ? ',' : shape.separator;
      const quote = (cell: string, i: number) =>
        [separator, '"', '\n', '\r'].some((c) => cell.includes(c)) || (shape.quotes === 'some' && i % 3 === 0)
          ? `"${cell.replaceAll('"', '""')}"${i % 2 === 0 ? '' : '\t'}`
          : cell;
      const ends = shape.lineEnd === 'mixed' ? ['\n', '\r\n', '\r'] : [shape.lineEnd];
      const endOf = (i: number) => (i === rows.length - 1 && !shape.isEnded ? '' : (ends[i % ends.length] ?? ''));
      let body = rows.map((row, i) => row.map(quote).join(separator) + endOf(i)).join('');
      for (const [at, text] of cuts) {
        const place = at % (body.length + 1);
        body = body.slice(0, place) + text + body.slice(place + (text === '' ? 1 : 0));
      }
      const header = columns.map((column) => [column, ...COLUMNS[column]][shape.names] ?? column);
      const text = `${shape.above}${header.join(separator)}\n${body}`;
      return { text, separator, hasMark: shape.hasMark, encoding: shape.encoding, chunkSize: shape.chunkSize };
    });
  });

/** Two bytes a character, found by decoding all of them. */
const GB = new Map<string, readonly number[]>();
function encode(text: string, encoding: string, hasMark: boolean): Uint8Array {
  if (encoding === 'gb18030') return gbOf(text);
  return Buffer.from((hasMark || encoding === 'utf-16le' ? '\ufeff' : '') + text, encoding as 'utf-8' | 'utf-16le');
}

function gbOf(text: string): Uint8Array {
  const decoder = new TextDecoder('gb18030');
  if (GB.size === 0)
    for (let a = 0x81; a < 0xff; a++)
      for (let b = 0x40; b < 0xff; b++) if (b !== 0x7f) GB.set(decoder.decode(Uint8Array.of(a, b)), [a, b]);
  return Uint8Array.from([...text].flatMap((char) => (char < '\u0080' ? [char.charCodeAt(0)] : (GB.get(char) ?? []))));
}

/** By the text as a whole, each row by itself. */
function readPlainly(bytes: Uint8Array, encoding: string, separator: string, chunkChars = Infinity): Told {
  const findings = makeFindings();
  const context = { ids: NO_IDS, latestMs: LATEST_MS, findings };
  return tell(findings, () => {
    const text = new TextDecoder(encoding).decode(bytes);
    const chunks: string[] = [];
    for (let at = 0; at < text.length; at += chunkChars) chunks.push(text.slice(at, at + chunkChars));
    const [header, ...rows] = scanTable(chunks, separator);
    const own = mapHeader(header?.cells ?? []);
    if (isRefusal(own)) throw new Error(own.code);
    const nameOf = (column: Column) => own.names[own.indexes.get(column) ?? -1];
    const read: OwnRow[] = [];
    for (const { cells, line } of wholeRows(rows, own.width, context)) {
      const cell = (column: Column) => cells[own.indexes.get(column) ?? -1] ?? '';
      const row = nameProblems(context, nameOf, () => readOwnRow(cell, line, context, { rateColumn: nameOf('rate') }));
      if (row) read.push(row);
    }
    const batches = [...batchRows(read, 'listed')];
    if (rows.at(-1)?.isUnended) findings.notes.push({ code: 'no-line-end', args: {} });
    return batches;
  });
}

test('rows read from bytes say what they say when each is read by itself', () => {
  fc.assert(
    fc.property(tableArbitrary, fc.boolean(), ({ text, separator, hasMark, encoding, chunkSize }, isMarked) => {
      const bytes = encode(text, encoding, hasMark);
      const source = memorySource('export.csv', bytes, chunkSize);
      const survey = surveyBytes(source);
      const memory = isMarked ? { seed: 1, recall: () => [] } : null;
      const options = { format: 'tkguard-csv', mapping: NO_MAPPINGS, ids: NO_IDS, latestMs: LATEST_MS, memory };
      const opened = openExport(source, survey, options);
      if (isRefusal(opened)) {
        expect(opened.code).toBe('header-only');
        return;
      }
      const told = tell(opened.findings, () => [...opened.batches]);
      expect(told).toEqual(readPlainly(bytes, survey.encoding ?? '', separator));
    }),
    { numRuns: Number(process.env.RUNS ?? 400) },
  );
});

test.each(['utf-8', 'gb18030', 'utf-16le'])('a quote in %s that swallows more than a row can be', (encoding) => {
  const header = 'shop_id,plan_id,plan_type,rate\n1,,general,5\n1,"';
  const bytes = encode(`${header}${'茶叶,\n'.repeat(400_000)}`, encoding, false);
  const source = memorySource('export.csv', bytes);
  const options = { format: null, mapping: NO_MAPPINGS, ids: NO_IDS, latestMs: LATEST_MS };
  const opened = openExport(source, surveyBytes(source), options);
  if (isRefusal(opened)) throw new Error(opened.code);
  const told = tell(opened.findings, () => [...opened.batches]);
  expect(told.findings.problems).toMatchObject([
    { code: 'open-quote', locator: 3, found: expect.stringMatching(/^1,"茶叶,/) },
  ]);
  expect(told).toEqual(readPlainly(bytes, encoding, ',', 65_536));
});

test('what stands in several rows is one object', () => {
  const rows = ['1,甲,7,茶,0,general,5', '1,甲,7,茶,2,special,6', '1,甲,8,水,0,general,5', '1,甲,8,水,2,special,6'];
  const bytes = new TextEncoder().encode(
    `shop_id,shop_name,item_id,item_title,plan_id,plan_type,rate\n${rows.join('\n')}\n`,
  );
  const source = memorySource('export.csv', bytes);
  const options = { format: null, mapping: NO_MAPPINGS, ids: NO_IDS, latestMs: LATEST_MS };
  for (const memory of [null, { seed: 1, recall: () => [] }]) {
    const opened = openExport(source, surveyBytes(source), { ...options, memory });
    const [a, b, c, d] = isRefusal(opened) ? [] : [...opened.batches].flatMap(({ readings }) => readings);
    expect(a?.shop).toBe(d?.shop);
    expect(a?.item).toBe(b?.item);
    expect(c?.item).toBe(d?.item);
    expect(a?.facts).toBe(c?.facts);
    expect(b?.facts).toBe(d?.facts);
  }
});
