/** One row of tkguard's own format (formats.md §0), the same in CSV, JSON and NDJSON: columns by name, cells as text. */
import type { ParsedRate } from '../../domain/rate.ts';
import { parseFraction, parseHundredths, parsePercent } from '../../domain/rate.ts';
import type { Reading, ShopIds } from '../../domain/reading.ts';
import { GENERAL_PLAN_ID } from '../../domain/reading.ts';
import { parseTime } from '../../domain/time.ts';
import {
  BAD,
  type Bad,
  cleanCell,
  countCell,
  idCell,
  isAmount,
  isBlank,
  KIND_WORDS,
  STATE_WORDS,
  STATUS_WORDS,
  splitHidden,
  splitPlanName,
  textCell,
  timeToSay,
  wordCell,
  YES_NO_WORDS,
} from '../cells.ts';
import type { Problem, ProblemCode } from '../findings.ts';
import type { Batch, RateUnit, ReadContext } from '../format.ts';
import { noteRateStyle } from '../rate-style.ts';
import { rememberCells } from '../remember.ts';

/** Column names, each with the headers that stand for it. */
export const COLUMNS = {
  captured_at: ['采集时间'],
  account: ['账号'],
  shop_id: ['店铺ID', '卖家ID'],
  shop_name: ['店铺名称', '卖家旺旺'],
  item_id: ['商品ID'],
  item_title: ['商品名称'],
  plan_id: ['计划ID'],
  plan_name: ['计划名称'],
  plan_type: ['计划类型'],
  rate: ['佣金比率', '佣金率', '佣金比例'],
  status: ['状态'],
  plan_state: ['计划状态'],
  locked: ['锁佣'],
  audit: ['是否审核'],
  starts_at: ['开始时间'],
  ends_at: ['结束时间'],
  joined_at: ['加入日期'],
  approved_at: ['审核时间'],
  exit_id: ['退出ID'],
  sales_30d: ['30天推广量'],
  commission_30d: ['30天支出佣金'],
} as const;

export type Column = keyof typeof COLUMNS;
export const NEEDED_COLUMNS = ['shop_id', 'plan_id', 'plan_type', 'rate'] as const satisfies readonly Column[];

const readTime = rememberCells((cell) => (isBlank(cleanCell(cell)) ? null : (parseTime(cleanCell(cell)) ?? BAD)));
const READ_RATE: Readonly<Record<RateUnit, (cell: string) => ParsedRate>> = {
  percent: rememberCells((cell) => parsePercent(cleanCell(cell))),
  'basis-points': rememberCells((cell) => parseHundredths(cleanCell(cell))),
  fraction: rememberCells((cell) => parseFraction(cleanCell(cell))),
};
const readId = rememberCells(idCell);
const readCount = rememberCells(countCell);
const readText = rememberCells(textCell);
const readName = rememberCells(splitPlanName);
export const readKind = rememberCells((cell) => wordCell(cell, KIND_WORDS));
const readStatus = rememberCells((cell) => wordCell(cell, STATUS_WORDS));
const readState = rememberCells((cell) => wordCell(cell, STATE_WORDS));
const readYesNo = rememberCells((cell) => wordCell(cell, YES_NO_WORDS));

/** One object for the rows of a shop that stand together: whoever looks it up next sees at once that it is the same. */
let lastShop: ShopIds = { sellerId: null, keeperId: null, name: null };
export function shopOf(sellerId: string | null, name: string | null): ShopIds {
  if (lastShop.sellerId !== sellerId || lastShop.name !== name) lastShop = { sellerId, keeperId: null, name };
  return lastShop;
}

export interface OwnRow {
  readonly account: string | null;
  readonly capturedMs: number | null;
  readonly reading: Reading;
}

/** Cells by column; `''` for a column that the file does not have. */
export type CellOf = (column: Column) => string;

export interface RowRules {
  /** Columns that must not be blank here. */
  readonly needed?: readonly Column[];
  /** Unit of `rate`; percent in files of our own. */
  readonly unit?: RateUnit;
  /** The column that `rate` comes from, as it stands in the file. */
  readonly rateColumn?: string | undefined;
}

/** Reads a row, or notes every bad cell of it and gives null. */
export function readOwnRow(
  cell: CellOf,
  locator: number,
  context: ReadContext,
  { needed = [], unit = 'percent', rateColumn = 'rate' }: RowRules = {},
): OwnRow | null {
  const problems: Problem[] = [];
  const bad = (code: ProblemCode, field: Column, expected = '') => {
    const isTold = code === 'needed' && problems.some((other) => other.field === field);
    if (!isTold) problems.push({ code, locator, field, found: cell(field).slice(0, 200), expected });
    return null;
  };
  const id = (field: Column): string | null => {
    const result = readId(cell(field));
    return 'problem' in result ? bad(result.problem, field) : result.id;
  };
  const word = <T>(field: Column, read: (cell: string) => T | null | Bad, words: ReadonlyMap<string, T>): T | null => {
    const value = read(cell(field));
    return value === BAD ? bad('bad-word', field, [...words.keys()].join(' ')) : value;
  };
  const time = (field: Column) => {
    const value = readTime(cell(field));
    return value === BAD ? bad('bad-time', field, timeToSay(cell(field))) : value;
  };
  const count = (field: Column) => {
    const value = readCount(cell(field));
    return value === BAD ? bad('bad-number', field) : value;
  };
  const text = (field: Column) => readText(cell(field));

  for (const field of needed) if (isBlank(cell(field))) bad('needed', field);
  const captured = time('captured_at');
  if (captured && captured.ms > context.latestMs) bad('future-time', 'captured_at');
  const shopId = id('shop_id');
  if (shopId === null) bad('needed', 'shop_id');
  const itemId = id('item_id');
  const kind = word('plan_type', readKind, KIND_WORDS);
  if (kind === null) bad('needed', 'plan_type', [...KIND_WORDS.keys()].join(' '));
  const given = splitHidden(id('plan_id') ?? '');
  const planId = kind === 'general' ? GENERAL_PLAN_ID : given.id;
  const isPlanGiven = planId !== '' && planId !== GENERAL_PLAN_ID;
  if (kind !== null && kind !== 'general' && !isPlanGiven) bad('needed', 'plan_id');
  const rate = READ_RATE[unit](cell('rate'));
  if (unit === 'percent') noteRateStyle(context.findings, rateColumn, cell('rate'), locator);
  if (!rate.ok) bad('bad-rate', 'rate', unit === 'percent' ? '' : unit);
  // Nothing is judged by it, so it is not kept; a wrong one still shows that the row is not what it seems.
  if (!isAmount(cell('commission_30d'))) bad('bad-amount', 'commission_30d');
  const { name, state: stateInName } = readName(cell('plan_name'));
  const state = word('plan_state', readState, STATE_WORDS);
  // An empty rate says nothing, as in a list of memberships; `-`, `无` and 0 say that there is none.
  const reading: Reading = {
    locator,
    shop: shopOf(shopId, text('shop_name')),
    item: itemId === null ? null : { id: itemId, title: text('item_title') },
    planId,
    facts: {
      kind,
      name,
      state: stateInName ?? state,
      status: word('status', readStatus, STATUS_WORDS),
      joinedAt: time('joined_at')?.text ?? null,
      approvedAt: time('approved_at')?.text ?? null,
      exitId: id('exit_id'),
      locked: word('locked', readYesNo, YES_NO_WORDS),
      audit: word('audit', readYesNo, YES_NO_WORDS),
      hidden: given.hidden ? true : null,
      startsAt: time('starts_at')?.text ?? null,
      endsAt: time('ends_at')?.text ?? null,
    },
    rate:
      cell('rate').trim() === ''
        ? null
        : { measure: 'commission', bp: rate.ok ? rate.bp : null, raw: cell('rate').trim(), sales: count('sales_30d') },
  };
  if (problems.length > 0) {
    context.findings.problems.push(...problems);
    return null;
  }
  return { account: text('account'), capturedMs: captured?.ms ?? null, reading };
}

const BATCH_ROWS = 2000;

/** Groups rows by account and captured time into batches, in flat memory: a group comes out whenever it is full. */
export function* batchRows(rows: Iterable<OwnRow>, coverage: Batch['coverage']): Generator<Batch> {
  interface Group extends Pick<OwnRow, 'account' | 'capturedMs'> {
    readings: Reading[];
  }
  const open = new Map<string, Group>();
  const batchOf = (group: Group): Batch => ({ ...group, coverage, subject: '' });
  const groupOf = ({ account, capturedMs }: OwnRow): Group => {
    const key = `${capturedMs}\u0000${account}`;
    const group = open.get(key) ?? { account, capturedMs, readings: [] };
    open.set(key, group);
    return group;
  };
  let last: Group | null = null;
  for (const row of rows) {
    // Most rows are of the group of the row before.
    if (last === null || row.capturedMs !== last.capturedMs || row.account !== last.account) last = groupOf(row);
    last.readings.push(row.reading);
    if (last.readings.length < BATCH_ROWS) continue;
    yield batchOf(last);
    open.delete(`${last.capturedMs}\u0000${last.account}`);
    last = null;
  }
  for (const group of open.values()) yield batchOf(group);
}
