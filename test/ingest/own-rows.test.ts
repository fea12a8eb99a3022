/** Rows of tkguard's own format, as tables and as lines of JSON, say what their cells say, whatever the rows above said. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NO_SHOP } from '../../src/domain/reading.ts';
import { COLUMN_NAMES, COLUMNS, type ColumnName } from '../../src/ingest/columns.ts';
import type { Problem, ProblemCode } from '../../src/ingest/findings.ts';
import type { Batch } from '../../src/ingest/format.ts';
import { encodeText, type TestEncoding } from '../support/encode.ts';
import { readJson, readText } from '../support/exports.ts';

interface Cell {
  readonly text: string;
  /** What it says; of a wrong one what is wrong. */
  readonly says: any;
  readonly wrong?: ProblemCode;
}

const right = (text: string, says: unknown = text): Cell => ({ text, says });
const wrong = (text: string, code: ProblemCode): Cell => ({ text, says: null, wrong: code });
const [NOTHING, DAY] = [right('', null), right('2026-01-01')];

/** Right ones first: they stand in most rows. Some differ only in what is taken off. */
const CELLS: Readonly<Record<ColumnName, readonly Cell[]>> = {
  captured_at: [
    right('2026-11-20 09:30', Date.parse('2026-11-20T09:30:00+08:00')),
    right('2026-11-20', Date.parse('2026-11-20T00:00:00+08:00')),
    NOTHING,
    wrong('昨天', 'bad-time'),
    wrong('2027-02-01', 'future-time'),
  ],
  account: [right('大号'), NOTHING, right(' 大号 ', '大号'), right('小号'), right('-', null)],
  shop_id: [
    right('100'),
    right('200'),
    right('100\t', '100'),
    right("'100", '100'),
    wrong('1E+11', 'rounded-id'),
    wrong('a b', 'bad-id'),
    wrong('', 'needed'),
  ],
  other_shop_id: [NOTHING, right('3141592653589793238'), wrong('1.2E+18', 'rounded-id')],
  shop_name: [right('甲店'), right('乙,店'), NOTHING, right('甲店 ', '甲店'), right('甲"店'), right('无', null)],
  item_id: [right('537099364188'), right('1'), NOTHING, right('="1"', '1'), wrong('5.37E+11', 'rounded-id')],
  item_title: [right('茶'), NOTHING, right('新"茶'), right('礼\n盒'), right('礼\r\n盒,大'), right('茶叶'.repeat(20))],
  plan_id: [right('11'), right('12'), right('-11'), right('0'), NOTHING, wrong('1e5', 'rounded-id')],
  plan_name: [right('高佣'), right('老客[计划已停止]', '老客'), NOTHING, right('老客\n专享')],
  plan_type: [
    right('special'),
    right('定向计划', 'special'),
    right('general'),
    right('Special', 'special'),
    wrong('', 'needed'),
    wrong('新', 'bad-word'),
  ],
  rate: [
    right('5', 500),
    right('6.5', 650),
    right('7.00%', 700),
    right('５％', 500),
    right('100.00', 10_000),
    right('4.505', 451),
    NOTHING,
    right('-', null),
    right('0.00%', null),
    ...['100.01', '0005', '5.', '5,5', '5%%', '-1'].map((text) => wrong(text, 'bad-rate')),
  ],
  status: [right('approved'), NOTHING, right('已过', 'approved'), wrong('新', 'bad-word')],
  plan_state: [right('active'), NOTHING, right('已停止', 'stopped'), wrong('新', 'bad-word')],
  locked: [right('yes', true), NOTHING, right('否', false), wrong('2', 'bad-word')],
  audit: [NOTHING, right('no', false), wrong('新', 'bad-word')],
  starts_at: [NOTHING, DAY, wrong('新', 'bad-time')],
  ends_at: [NOTHING, right('2026-12-31 23:59:59', '2026-12-31T23:59:59+08:00'), right('-', null)],
  joined_at: [NOTHING, DAY, wrong('新', 'bad-time')],
  approved_at: [NOTHING, right('2026-02-21T08:00:00Z', '2026-02-21T16:00:00+08:00'), wrong('新', 'bad-time')],
  exit_id: [NOTHING, right('90010001'), wrong('1E9', 'rounded-id')],
  sales_30d: [right('3', 3), NOTHING, right('1,204', 1204), right('1.0', 1), wrong('x', 'bad-number')],
  commission_30d: [right('5102.40'), NOTHING, right('1,204'), right('无'), wrong('5.123', 'bad-amount')],
};
const ALL = Object.keys(CELLS) as ColumnName[];
type Row = Readonly<Record<ColumnName, Cell>>;

function wrongIn(row: Row, locator: number): Pick<Problem, 'code' | 'field' | 'locator'>[] {
  const isGiven = row.plan_id.wrong !== undefined || /[1-9]/.test(row.plan_id.text);
  const needsId = row.plan_type.says === 'special' && !isGiven;
  const codeOf = (column: ColumnName) => {
    if (column === 'plan_id' && needsId) return 'needed';
    return row[column].wrong;
  };
  return COLUMN_NAMES.flatMap((field) => {
    const code = codeOf(field);
    return code === undefined ? [] : [{ code, field, locator }];
  });
}

function readingOf(row: Row, locator: number) {
  const says = (column: ColumnName) => row[column].says;
  const isHidden = row.plan_id.text.startsWith('-');
  return {
    locator,
    shop: { ...NO_SHOP, sellerId: says('shop_id'), name: says('shop_name'), otherId: says('other_shop_id') },
    item: says('item_id') === null ? null : { id: says('item_id'), title: says('item_title') },
    planId: says('plan_type') === 'general' ? '0' : row.plan_id.text.replace('-', ''),
    facts: {
      kind: says('plan_type'),
      name: says('plan_name'),
      state: row.plan_name.text.endsWith('[计划已停止]') ? 'stopped' : says('plan_state'),
      status: says('status'),
      joinedAt: says('joined_at'),
      approvedAt: says('approved_at'),
      exitId: says('exit_id'),
      locked: says('locked'),
      audit: says('audit'),
      hidden: isHidden ? true : null,
      startsAt: says('starts_at'),
      endsAt: says('ends_at'),
    },
    rate: { measure: 'commission', bp: says('rate'), raw: row.rate.text },
    sales: says('sales_30d'),
  };
}

/** `locatorOf`: line of the row with an index. */
function expectedOf(rows: readonly Row[], locatorOf: (index: number) => number) {
  type Readings = ReturnType<typeof readingOf>[];
  const batches = new Map<string, Omit<Batch, 'readings'> & { readings: Readings }>();
  const problems = rows.flatMap((row, index) => {
    const found = wrongIn(row, locatorOf(index));
    if (found.length > 0) return found;
    const [account, capturedMs] = [row.account.says, row.captured_at.says];
    const key = JSON.stringify([account, capturedMs]);
    const batch = batches.get(key) ?? {
      account,
      capturedMs,
      coverage: 'listed' as const,
      subject: '',
      readings: [] as Readings,
    };
    batch.readings.push(readingOf(row, locatorOf(index)));
    batches.set(key, batch);
    return [];
  });
  return { batches: [...batches.values()], problems };
}

/** Rows of which most say for the most part what the row above says. A column that the file lacks says nothing in all of them. */
const file = fc
  .record({
    columns: fc.shuffledSubarray(ALL, { minLength: 6 }),
    wrongness: fc.constantFrom(0, 1, 3),
    isChinese: fc.boolean(),
  })
  .chain(({ columns, wrongness, isChinese }) => {
    const all = [...new Set<ColumnName>([...columns, 'shop_id', 'plan_id', 'plan_type', 'rate'])];
    const pick = (column: ColumnName) => {
      const rare = CELLS[column].filter((cell) => wrongness > 0 || cell.wrong === undefined);
      const often = fc.constantFrom(...CELLS[column].slice(0, 2));
      return fc.oneof({ weight: 12, arbitrary: often }, { weight: 1 + wrongness, arbitrary: fc.constantFrom(...rare) });
    };
    const row = fc.record(Object.fromEntries(all.map((column) => [column, pick(column)])));
    const edits = fc.array(fc.tuple(row, fc.subarray(all)), { minLength: 1, maxLength: 25 });
    return edits.map((list) => {
      let above: Row = Object.fromEntries(ALL.map((column) => [column, NOTHING])) as unknown as Row;
      const rows = list.map(([fresh, changed], index) => {
        const columnsOf = index === 0 ? all : changed;
        above = { ...above, ...Object.fromEntries(columnsOf.map((column) => [column, fresh[column]])) };
        return above;
      });
      return { columns: all, names: all.map((column) => (isChinese ? COLUMNS[column].zh[0] : column)), rows };
    });
  });

const layout = fc.record({
  separator: fc.constantFrom(',', '\t', ';'),
  lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
  encoding: fc.constantFrom<TestEncoding>('utf-8', 'gb18030', 'utf-16le'),
  quotesAll: fc.boolean(),
  chunkSize: fc.constantFrom(1, 3, 17, 100, 65_536),
  blanks: fc.array(fc.constantFrom('', '', '', '""'), { minLength: 1, maxLength: 5 }),
});

const OPTIONS = { format: 'tkguard-csv' };

test('a table', () => {
  fc.assert(
    fc.property(
      file,
      layout,
      ({ columns, names, rows }, { separator, lineEnd, encoding, quotesAll, chunkSize, blanks }) => {
        const quote = (text: string) =>
          quotesAll || /[",;\t\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
        const lines: number[] = [];
        let text = names.join(separator) + lineEnd;
        let line = 2;
        for (const [index, row] of rows.entries()) {
          lines.push(line);
          const written = columns.map((column) => quote(row[column].text)).join(separator) + lineEnd;
          const blank = blanks[index % blanks.length] === '' ? '' : `""${lineEnd}`;
          text += written + blank;
          line += `${written}${blank}`.match(/\r\n?|\n/g)?.length ?? 0;
        }
        const { batches, problems } = expectedOf(rows, (index) => lines[index] ?? 0);
        const mark = encoding === 'utf-16le' ? '\ufeff' : '';
        const read = readText(encodeText(mark + text, encoding), { ...OPTIONS, chunkSize });
        expect(read).toMatchObject({ refusal: null, notes: [] });
        expect(read.batches).toEqual(batches);
        expect(read.problems.map(({ code, field, locator }) => ({ code, field, locator }))).toEqual(
          problems.map((problem) => ({ ...problem, field: names[columns.indexOf(problem.field as ColumnName)] })),
        );
      },
    ),
    { numRuns: Number(process.env.RUNS ?? 400) },
  );
});

test('lines of JSON, and a list', () => {
  fc.assert(
    fc.property(file, fc.boolean(), ({ columns, names, rows }, isList) => {
      const objects = rows.map((row) =>
        Object.fromEntries(columns.map((column, index) => [names[index], row[column].text])),
      );
      const { batches, problems } = expectedOf(rows, (index) => index + 1);
      const read = isList
        ? readJson(objects)
        : readText(objects.map((object) => `${JSON.stringify(object)}\n`).join(''), { format: 'tkguard-ndjson' });
      expect(read.batches).toEqual(batches);
      expect(read.problems.map(({ code, field, locator }) => ({ code, field, locator }))).toEqual(problems);
    }),
    { numRuns: Number(process.env.RUNS ?? 400) },
  );
});

test('what stands in several rows is one object', () => {
  const rows = ['1,甲,7,茶,0,general,5', '1,甲,7,茶,2,special,6', '1,甲,8,水,0,general,5', '1,甲,8,水,2,special,6'];
  const { readings } = readText(`shop_id,shop_name,item_id,item_title,plan_id,plan_type,rate\n${rows.join('\n')}\n`);
  const [a, b, c, d] = readings;
  expect(a?.shop).toBe(d?.shop);
  expect(a?.item).toBe(b?.item);
  expect(c?.item).toBe(d?.item);
  expect(a?.facts).toBe(c?.facts);
  expect(b?.facts).toBe(d?.facts);
});

test.each(['8,1,special', '8,1,special,5%,x', '8,1,special,abc', ',,,', '""'])(
  'a row below %j, which is left out',
  (left) => {
    const { readings } = readText(`shop_id,plan_id,plan_type,rate\n7,1,special,5%\n${left}\n8,1,special,6%\n`);
    expect(readings.map(({ shop, planId, rate }) => [shop.sellerId, planId, rate?.bp])).toEqual([
      ['7', '1', 500],
      ['8', '1', 600],
    ]);
  },
);
