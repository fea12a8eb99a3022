/** Rows that come again byte for byte are not read again (ingest/raw-table.ts, store/roll.ts): the ledger must not show it. */
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { breakSeal } from '../../src/store/seal.ts';
import { showRates } from '../support/rates.ts';
import type { World } from '../support/run.ts';
import { makeWorld } from '../support/run.ts';

const HEADER = [
  'captured_at',
  'shop_id',
  'shop_name',
  'item_id',
  'item_title',
  'plan_id',
  'plan_name',
  'plan_type',
  'rate',
  'status',
  'sales_30d',
];
type Row = Readonly<Record<string, string>>;

interface Export {
  readonly rows: readonly Row[];
  readonly day: number;
  readonly columns: readonly string[];
  readonly encoding: 'utf-8' | 'gb18030';
  readonly lineEnd: string;
  /** The last row has a line end. */
  readonly isEnded: boolean;
}

const rowArbitrary: fc.Arbitrary<Row> = fc.record({
  shop_id: fc.constantFrom('100', '100', '200'),
  shop_name: fc.constantFrom('甲店', '甲店', '甲店', '乙,店', ''),
  item_id: fc.constantFrom('', 'a', 'b', 'c'),
  item_title: fc.constantFrom('茶', '茶', '茶', '新"茶', ''),
  plan_id: fc.constantFrom('0', '11', '12'),
  plan_name: fc.constantFrom('高佣', '高佣', '老客\n专享', ''),
  rate: fc.constantFrom('5%', '6.5', '7.00%', '', '-'),
  status: fc.constantFrom('approved', 'approved', 'left', ''),
  sales_30d: fc.constantFrom('', '3'),
});

/** What happens to the rows of the day before. */
const editArbitrary = fc.record({
  drop: fc.array(fc.nat(30), { maxLength: 3 }),
  change: fc.array(fc.tuple(fc.nat(30), fc.constantFrom(...HEADER.slice(2)), rowArbitrary), { maxLength: 3 }),
  add: fc.array(rowArbitrary, { maxLength: 2 }),
  again: fc.option(fc.nat(30), { freq: 6 }),
  isTurned: fc.boolean(),
  isReordered: fc.nat(9).map((n) => n === 0),
  encoding: fc.nat(9).map((n) => (n === 0 ? ('gb18030' as const) : ('utf-8' as const))),
  lineEnd: fc.constantFrom('\n', '\n', '\r\n'),
  isEnded: fc.constantFrom(true, true, false),
  day: fc.integer({ min: 1, max: 9 }),
});

const exportsArbitrary: fc.Arbitrary<Export[]> = fc
  .tuple(
    fc.array(rowArbitrary, { minLength: 4, maxLength: 14 }),
    fc.array(editArbitrary, { minLength: 1, maxLength: 6 }),
    fc.boolean(),
  )
  .map(([first, edits, isInOrder]) => {
    let rows: readonly Row[] = consistent(first);
    return edits.map((edit, index): Export => {
      const changed = rows.map((row, i) => {
        const cells = edit.change.filter(([n]) => n === i).map(([, column, other]) => [column, other[column] ?? '']);
        return { ...row, ...Object.fromEntries(cells) };
      });
      rows = [...changed.filter((_, i) => !edit.drop.includes(i)), ...edit.add];
      const again = edit.again === null ? undefined : rows[edit.again];
      const all = again ? [...rows, again] : rows;
      return {
        rows: edit.isTurned ? [...all].reverse() : all,
        day: isInOrder ? index + 1 : edit.day,
        columns: edit.isReordered ? [...HEADER].reverse() : HEADER,
        encoding: edit.encoding,
        lineEnd: edit.lineEnd,
        isEnded: edit.isEnded,
      };
    });
  });

/** At first a plan, an item and a shop say one thing in all rows, and no key stands twice. */
function consistent(rows: readonly Row[]): Row[] {
  const first = new Map<string, Row>();
  const firstOf = (key: string, row: Row): Row => {
    const known = first.get(key) ?? row;
    first.set(key, known);
    return known;
  };
  const keys = new Set<string>();
  return rows.flatMap((row) => {
    const key = `${row.shop_id} ${row.plan_id} ${row.item_id}`;
    if (keys.has(key)) return [];
    keys.add(key);
    const { plan_name, status } = firstOf(`plan ${row.shop_id} ${row.plan_id}`, row);
    const { shop_name } = firstOf(`shop ${row.shop_id}`, row);
    const { item_title } = firstOf(`item ${row.item_id}`, row);
    const same = { plan_name, shop_name, item_title, status: row.plan_id === '0' ? '' : status };
    return [{ ...row, ...(same as Row) }];
  });
}

const GB: Readonly<Record<string, readonly number[]>> = Object.fromEntries(
  [...'甲店乙茶新高佣老客专享'].map((char) => [char, gbOf(char)]),
);
function gbOf(char: string): number[] {
  const decoder = new TextDecoder('gb18030');
  for (let a = 0x81; a < 0xff; a++)
    for (let b = 0x40; b < 0xff; b++) if (decoder.decode(Uint8Array.of(a, b)) === char) return [a, b];
  throw new Error(char);
}

function bytesOf({ rows, day, columns, encoding, lineEnd, isEnded }: Export): Uint8Array {
  const quote = (cell: string) => (/[",\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  const cellOf = (row: Row, column: string) => {
    if (column === 'captured_at') return `2026-11-0${day}`;
    return column === 'plan_type' ? (row.plan_id === '0' ? 'general' : 'special') : quote(row[column] ?? '');
  };
  const lines = [columns.join(','), ...rows.map((row) => columns.map((column) => cellOf(row, column)).join(','))];
  const text = lines.join(lineEnd) + (isEnded ? lineEnd : '');
  if (encoding === 'utf-8') return new TextEncoder().encode(text);
  return Uint8Array.from([...text].flatMap((char) => GB[char] ?? [char.charCodeAt(0)]));
}

/** Everything that answers are made of, ids of rows resolved: they hang on how often a file was tried. */
function ledgerOf(world: World): unknown {
  const db = new Database(world.db, { readonly: true });
  showRates(db);
  const all = (sql: string) => db.prepare(sql).raw().all();
  try {
    return {
      shops: all('SELECT seller_id, name, name_at FROM shop ORDER BY 1'),
      items: all('SELECT item_no, title, title_at FROM item ORDER BY 1'),
      itemShops: all(
        'SELECT item_no, seller_id FROM item_shop JOIN item i ON i.id = item_id JOIN shop s ON s.id = shop_id ORDER BY 1, 2',
      ),
      snapshots: all(
        `SELECT replace(f.name, '${world.folder}', ''), n.captured_at, captured_from, rows, f.format, f.encoding, f.account FROM snapshot n JOIN file f ON f.id = file_id ORDER BY 1, 2`,
      ),
      rates: all(
        `SELECT seller_id, plan_no, coalesce(item_no, ''), measure, r.at, listed, rate_bp, sales, raw, line, s.coverage, s.format, s.held
         FROM rate r JOIN plan p ON p.id = plan_id JOIN shop ON shop.id = p.shop_id JOIN stream s ON s.id = stream_id LEFT JOIN item i ON i.id = item_id
         ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10`,
      ),
      facts: all(
        `SELECT seller_id, plan_no, f.at, listed, kind, f.name, state, status, line, s.coverage, s.held
         FROM fact f JOIN plan p ON p.id = plan_id JOIN shop ON shop.id = p.shop_id JOIN stream s ON s.id = stream_id
         ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9`,
      ),
      holds: all(
        `SELECT reason, args, replace(f.name, '${world.folder}', '') FROM hold JOIN file f ON f.id = file_id ORDER BY 3`,
      ),
    };
  } finally {
    db.close();
  }
}

/** What was told of a file. */
async function sync(world: World, index: number, bytes: Uint8Array): Promise<unknown> {
  world.write(`day-${index}.csv`, bytes);
  const { files, verdictChanges } = await world.json('sync', `${world.folder}/day-${index}.csv`);
  return JSON.parse(JSON.stringify({ files, verdictChanges }).replaceAll(world.folder, ''));
}

function forgetRolls(world: World): void {
  breakSeal(world.db);
  const db = new Database(world.db);
  try {
    db.exec('DELETE FROM roll_part; DELETE FROM roll');
  } finally {
    db.close();
  }
}

test('recognising rows leaves the same ledger and tells the same as reading all of them', async () => {
  await fc.assert(
    fc.asyncProperty(exportsArbitrary, async (exports) => {
      const [quick, plain] = [makeWorld(), makeWorld()];
      for (const [index, one] of exports.entries()) {
        const bytes = bytesOf(one);
        const told = await sync(quick, index, bytes);
        expect(await sync(plain, index, bytes)).toEqual(told);
        forgetRolls(plain);
        expect(ledgerOf(quick)).toEqual(ledgerOf(plain));
      }
    }),
    { numRuns: Number(process.env.RUNS ?? 15) },
  );
});

test('a row that stood twice, and is gone', async () => {
  const world = makeWorld();
  const header = 'captured_at,shop_id,item_id,plan_id,plan_type,rate\n';
  const day = (n: number, ...rows: readonly string[]) =>
    world.write(`${n}.csv`, `${header}${rows.map((row) => `2026-11-0${n},${row}\n`).join('')}`);
  const [general, other, twice] = ['1,,0,general,5', '1,a,0,general,5', '1,,2,special,6'];
  const files = [day(1, general, other, twice, twice), day(2, general, other), day(3, general, other, twice)];
  for (const file of files) expect(await world.run('sync', file)).toMatchObject({ code: 0, err: '' });
  const { rates } = ledgerOf(world) as { rates: unknown[][] };
  // Listed, not listed, listed again.
  expect(rates.filter((row) => row[1] === '2').map((row) => row[5])).toEqual([1, 0, 1]);
});

describe('a rate whose unit only the rows show that are not read again', () => {
  const rows = (rate: string) => Array.from({ length: 20 }, (_, i) => `728,${i},${1000 + i},special,${rate}`);
  const table = (lines: readonly string[]) => `shop_id,item_id,plan_id,plan_type,rate\n${lines.join('\n')}\n`;

  test.each([
    ['a small one among percent signs', '5%', '0.045'],
    ['a percent sign among small ones', '0.45', '5%'],
  ])('%s is refused', async (_, before, after) => {
    const world = makeWorld();
    const first = world.write('1.csv', table(rows(before)), '2026-11-18T09:00:00+08:00');
    expect((await world.run('sync', first)).code).toBe(0);
    for (const lines of [
      [...rows(before), `728,99,1099,special,${after}`],
      [`728,99,1099,special,${after}`, ...rows(before)],
    ]) {
      const next = world.write('2.csv', table(lines), '2026-11-19T09:00:00+08:00');
      const { files } = await world.json('sync', next);
      expect(files[0].refusal.code).toBe('mixed-rate-units');
      expect(files[0].refusal.args.percent).toBe('5%');
    }
  });
});
