/** The one table of tkguard's own columns (formats.md §0): rows of our CSV and JSON, mappings, and what `inspect` proposes. */
import type { PlanFacts } from '../domain/reading.ts';
import type { Cell } from './cells.ts';
import {
  amountCell,
  cleanCell,
  countCell,
  idCell,
  KIND_WORDS,
  momentCell,
  RATE_CELLS,
  STATE_WORDS,
  STATUS_WORDS,
  textCell,
  timeCell,
  wordCell,
  YES_NO_WORDS,
} from './cells.ts';

/** One column of our own. */
interface OwnColumn<T> {
  /** Chinese headers that stand for it. */
  readonly zh: readonly string[];
  /** Names that other people's tables give it, the likelier first: lower case, without blanks and signs. */
  readonly guess: readonly string[];
  readonly cell: Cell<T>;
  /** A table without it is not ours. */
  readonly needed?: true;
  /** The fact of a plan that it says. */
  readonly fact?: keyof PlanFacts;
}

function column<T>(own: OwnColumn<T>): OwnColumn<T> {
  return own;
}

/** A column that says a fact of a plan, in its words. */
function fact<K extends keyof PlanFacts>(
  key: K,
  own: Omit<OwnColumn<NonNullable<PlanFacts[K]>>, 'fact'>,
): OwnColumn<NonNullable<PlanFacts[K]>> {
  return { ...own, fact: key };
}

/** By name, in the order in which tables and proposals list them. */
export const COLUMNS = {
  captured_at: column({
    zh: ['采集时间'],
    guess: ['抓取时间', '记录时间', '导出时间', '采集日期', 'crawltime', 'exporttime', 'exportedat'],
    cell: momentCell,
  }),
  account: column({ zh: ['账号'], guess: ['帐号', '账户', '账号名称', '推广账号'], cell: textCell }),
  shop_id: column({
    zh: ['店铺ID', '卖家ID'],
    guess: ['sellerid', 'orimemberid', 'usernumberid', 'omid', '掌柜id', '商家id', '卖家编号', '店铺编号', 'userid'],
    cell: idCell,
    needed: true,
  }),
  other_shop_id: column({ zh: ['店铺另一ID'], guess: [], cell: idCell }),
  shop_name: column({
    zh: ['店铺名称', '卖家旺旺'],
    guess: [
      ...['店铺名', '店铺', '掌柜旺旺', '旺旺', '掌柜', '卖家昵称', '所属店铺', '商家名称', 'shoptitle', 'sellernick'],
      ...['nick', 'sellername', 'shop', 'seller', '卖家'],
    ],
    cell: textCell,
  }),
  item_id: column({
    zh: ['商品ID'],
    guess: ['numiid', 'auctionid', 'goodsid', '宝贝id', '商品编号', '商品数字id'],
    cell: idCell,
  }),
  item_title: column({
    zh: ['商品名称'],
    guess: [
      ...['商品标题', '商品名', '宝贝标题', '宝贝名称', 'title', 'goodsname', 'itemname', 'item', 'goods'],
      ...['商品', '宝贝'],
    ],
    cell: textCell,
  }),
  plan_id: column({
    zh: ['计划ID'],
    guess: ['campaignid', 'spcid', '计划编号', '推广计划id', '定向计划id', '定向计划编号'],
    cell: idCell,
    needed: true,
  }),
  plan_name: fact('name', {
    zh: ['计划名称'],
    guess: [
      ...['计划名', '计划', '推广计划', '推广计划名称', '定向计划名称', '定向计划', 'campaignname', 'spname'],
      ...['plan', 'campaign'],
    ],
    cell: (cell) => cell,
  }),
  plan_type: fact('kind', {
    zh: ['计划类型'],
    guess: ['计划类别', '佣金类型', '推广类型', 'campaigntype', 'commissiontype'],
    cell: wordCell(KIND_WORDS),
    needed: true,
  }),
  rate: column({
    zh: ['佣金比率', '佣金率', '佣金比例'],
    guess: [
      ...['佣金比', '佣金百分比', '佣金比率', 'commissionrate', 'commissionratepercent', 'ratebp', 'ratepercent'],
      ...['commissionratebp'],
    ],
    cell: RATE_CELLS.percent,
    needed: true,
  }),
  status: fact('status', {
    zh: ['状态'],
    guess: ['申请状态', '审核状态', '加入状态', 'applystatus', 'membership'],
    cell: wordCell(STATUS_WORDS),
  }),
  plan_state: fact('state', {
    zh: ['计划状态'],
    guess: ['campaignstatus', '推广计划状态', '活动状态'],
    cell: wordCell(STATE_WORDS),
  }),
  locked: fact('locked', {
    zh: ['锁佣'],
    guess: ['是否锁佣', 'islocked', 'splockstatus'],
    cell: wordCell(YES_NO_WORDS),
  }),
  audit: fact('audit', {
    zh: ['是否审核'],
    guess: ['需要审核', '是否需要审核', 'manualaudit'],
    cell: wordCell(YES_NO_WORDS),
  }),
  starts_at: fact('startsAt', {
    zh: ['开始时间'],
    guess: ['开始日期', '计划开始时间', '生效时间', 'starttime', 'startdate'],
    cell: timeCell,
  }),
  ends_at: fact('endsAt', {
    zh: ['结束时间'],
    guess: ['结束日期', '计划结束时间', '到期时间', '失效时间', 'endtime', 'enddate'],
    cell: timeCell,
  }),
  joined_at: fact('joinedAt', {
    zh: ['加入日期'],
    guess: ['加入时间', '申请时间', '申请日期', 'jointime', 'joindate'],
    cell: timeCell,
  }),
  approved_at: fact('approvedAt', {
    zh: ['审核时间'],
    guess: ['审核日期', '通过时间', '审核通过时间', 'approvedtime', 'approvetime'],
    cell: timeCell,
  }),
  exit_id: fact('exitId', { zh: ['退出ID'], guess: ['pubcampaignid'], cell: idCell }),
  sales_30d: column({
    zh: ['30天推广量'],
    guess: ['30天推广', '月推广量', '30天销量', 'sales30d'],
    cell: countCell,
  }),
  commission_30d: column({ zh: ['30天支出佣金'], guess: ['30天佣金', '月支出佣金'], cell: amountCell }),
};

export type Column = keyof typeof COLUMNS;
export const COLUMN_NAMES = Object.keys(COLUMNS) as Column[];

/** Of columns whose type does not matter. */
export function ownColumn(name: Column): OwnColumn<unknown> {
  return COLUMNS[name];
}

export const NEEDED_COLUMNS = COLUMN_NAMES.filter((name) => ownColumn(name).needed);
/** Columns that say something of a plan as a whole, with what they say. */
export const FACT_COLUMNS = COLUMN_NAMES.flatMap((name) => {
  const key = ownColumn(name).fact;
  return key === undefined ? [] : [[name, key] as const];
});

/** Columns of a closed list of words, each with them. */
export const WORD_COLUMNS: ReadonlyMap<Column, ReadonlyMap<string, unknown>> = new Map(
  COLUMN_NAMES.flatMap((name) => {
    const { cell } = ownColumn(name);
    return 'words' in cell ? [[name, cell.words as ReadonlyMap<string, unknown>]] : [];
  }),
);

const COLUMN_OF = new Map(
  COLUMN_NAMES.flatMap((name) => [name, ...COLUMNS[name].zh].map((header) => [header.toLowerCase(), name])),
);

const UNIT = /\s*(\(%\)|\(百分比\)|\(percent\)|%)$/i;

/** Whether a header states that its rates are percentages: `佣金比例(%)`. */
export function saysPercent(header: string): boolean {
  return UNIT.test(cleanCell(header));
}

/** The column that a header, or a key, stands for: in English or Chinese, in any case; that of rates also with its unit. `header` is clean. */
export function columnOf(header: string): Column | undefined {
  const name = header.toLowerCase();
  const bare = COLUMN_OF.get(name.replace(UNIT, ''));
  return COLUMN_OF.get(name) ?? (bare === 'rate' ? bare : undefined);
}
