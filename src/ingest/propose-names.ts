/** Names under which other people's tables have what tkguard reads. For proposals, which a person looks at, and to name the row that is the header. */
import { isBlank } from './cells.ts';
import { COLUMN_NAMES, COLUMNS, type ColumnName } from './columns.ts';
import { csvRows, type TableRow } from './csv.ts';
import { lettersOf, plainName, saysUnit } from './header.ts';
import { isIncomeName } from './mapping.ts';
import type { ColumnLook } from './sample.ts';

/** What a column of rates is about: `rate` alone does not say. */
export type Meaning = ColumnName | 'general-rate' | 'special-rate';

/** By meaning, the likelier names first; compared without blanks, brackets, signs and capitals. */
const NAMES: readonly (readonly [Meaning, readonly string[]])[] = [
  ...COLUMN_NAMES.map((name) => [name, [name, ...COLUMNS[name].zh, ...COLUMNS[name].guess]] as const),
  [
    'general-rate',
    '通用佣金比率 通用佣金率 通用佣金比例 通用佣金 通用比例 tkrate tkrates tkcommonrate generalrate'.split(' '),
  ],
  [
    'special-rate',
    '定向佣金比率 定向佣金率 定向佣金比例 定向佣金 定向比例 dxrate dxrates sprate specialrate'.split(' '),
  ],
];

/** Amounts of money unless a sign says that they are percentages. */
const AMOUNTS = new Set(['佣金', '通用佣金', '定向佣金', '比率', '比例']);

const MEANINGS = new Map<string, { readonly meaning: Meaning; readonly rank: number }>();
for (const [meaning, names] of NAMES) {
  for (const [rank, name] of names.entries()) {
    const plain = plainName(name);
    if (!MEANINGS.has(plain)) MEANINGS.set(plain, { meaning, rank });
  }
}

/** Of a path in JSON. */
function lastStep(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1);
}

/** Names of haodanku's feed. Three of them are enough to know it. */
const FEED_NAMES = new Set('sellernick itemprice itemendprice itemsale tkrates tkmoney tkurl dxrates'.split(' '));
/** What it calls `seller_id` is the person who posted the offer, and `shopid` is the shop's own number (formats.md, Appendix E). */
const NOT_ITS_MERCHANT = new Set(['sellerid', 'shopid']);

/** Whether a column of a table with these names is the merchant's id by its name, and is not. */
export function isNoMerchant(name: string, names: readonly string[]): boolean {
  const plain = (path: string) => plainName(lastStep(path));
  return NOT_ITS_MERCHANT.has(plain(name)) && names.filter((other) => FEED_NAMES.has(plain(other))).length >= 3;
}

/** Names of a shop, plan or item that stand for its id where the cells are numbers. */
const BARE_NAMES = new Set(
  'shop seller 店铺 卖家 掌柜 plan campaign 计划 推广计划 定向计划 item goods 商品 宝贝'.split(' '),
);
const ID_OF: Readonly<Partial<Record<Meaning, Meaning>>> = {
  shop_name: 'shop_id',
  plan_name: 'plan_id',
  item_title: 'item_id',
};
export const RATE_MEANINGS: readonly Meaning[] = ['rate', 'general-rate', 'special-rate'];

/**
 * What a column is by its name; of several with one meaning, the lowest rank is the likeliest. null: the name does not
 * say, or says that it is an income rate.
 */
export function meaningOf(
  name: string,
  { look = 'text', allWhole = false }: Partial<ColumnLook> = {},
): { readonly meaning: Meaning; readonly rank: number } | null {
  const last = lastStep(name);
  const plain = [lettersOf(last), plainName(last)];
  const isAmount = plain.some((word) => AMOUNTS.has(word));
  if (isAmount && saysUnit(name) === null && look !== 'percent') return null;
  const amount = isAmount ? ({ meaning: 'rate', rank: 9 } as const) : null;
  const known = plain.flatMap((word) => MEANINGS.get(word) ?? [])[0] ?? amount;
  if (!known) return null;
  if (RATE_MEANINGS.includes(known.meaning) && isIncomeName(name)) return null;
  const isNumber = allWhole && (look === 'number' || look === 'id');
  const id = isNumber && plain.some((word) => BARE_NAMES.has(word)) ? ID_OF[known.meaning] : undefined;
  return id === undefined ? known : { meaning: id, rank: known.rank };
}

/**
 * Whether a column of general or special rates is one by convention alone: feeds call `tk_rate` the general rate, but also
 * the highest of all.
 */
export function isKindGuessed(name: string): boolean {
  return /^tkrates?$/.test(plainName(lastStep(name)));
}

/** Percentages that are no commission rates: what is earned with subsidies, shares, discounts, how many buy. */
export function isOtherRate(name: string): boolean {
  return /收入|补贴|分成|服务费|转化|折扣|好评|退款|income|subsid|share|discount|conversion|service/i.test(name);
}

/** A title has few rows. */
const MOST_TITLE_ROWS = 20;

/**
 * The row that looks like the header of a table whose first row, `first`, was taken for none: the first row names
 * nothing, or only groups of columns, with gaps between. null: there is none such.
 */
export function findHeaderBelow(first: readonly string[], rows: Iterable<TableRow>): number | null {
  const groups = namesIn(first);
  const isTitle = groups === 0 && filledIn(first) === 1;
  let looked = 0;
  for (const { cells, line } of rows) {
    if (++looked > MOST_TITLE_ROWS) return null;
    const hasNames = namesIn(cells) >= groups + 2 && (groups === 0 || filledIn(cells) > filledIn(first));
    if (hasNames || (isTitle && filledIn(cells) >= 2)) return line;
  }
  return null;
}

/** The same for text, whose separator the first row does not show. */
export function findTitledHeader(head: string): number | null {
  for (const separator of ['\t', ';', ',']) {
    const source = { name: '', modifiedMs: null, chunks: () => [Buffer.from(head)] };
    const [first] = csvRows(source, 'utf-8', separator);
    if (!first) return null;
    const row = findHeaderBelow(first.cells, csvRows(source, 'utf-8', separator, 1));
    if (row !== null) return row;
  }
  return null;
}

function filledIn(cells: readonly string[]): number {
  return cells.filter((cell) => !isBlank(cell)).length;
}

/** How many different things that tkguard reads the cells name. */
function namesIn(cells: readonly string[]): number {
  return new Set(cells.flatMap((cell) => meaningOf(cell)?.meaning ?? [])).size;
}
