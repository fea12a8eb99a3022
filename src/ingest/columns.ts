/** The one table of tkguard's own columns (formats.md §0): rows of our CSV and JSON, mappings, and what `inspect` proposes. */
import type { PlanFacts } from '../domain/reading.ts';
import type { Cell } from './cells.ts';
import {
  amountCell,
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

type More = Pick<OwnColumn<unknown>, 'needed' | 'fact'>;

/** `zh` and `guess`: with blanks between them. */
function column<T>(zh: string, guess: string, cell: Cell<T>, more: More = {}): OwnColumn<T> {
  return { zh: zh.split(' '), guess: guess.match(/\S+/g) ?? [], cell, ...more };
}

/** A column that says a fact of a plan. */
function fact<K extends keyof PlanFacts>(
  fact: K,
  zh: string,
  guess: string,
  cell: Cell<NonNullable<PlanFacts[K]>>,
  more: More = {},
): OwnColumn<NonNullable<PlanFacts[K]>> {
  return column(zh, guess, cell, { fact, ...more });
}

/** By name, in the order in which tables and proposals list them. */
export const COLUMNS = {
  captured_at: column('采集时间', '抓取时间 记录时间 导出时间 采集日期 crawltime exporttime exportedat', momentCell),
  account: column('账号', '帐号 账户 账号名称 推广账号', textCell),
  shop_id: column(
    '店铺ID 卖家ID',
    'sellerid orimemberid usernumberid omid 掌柜id 商家id 卖家编号 店铺编号 userid',
    idCell,
    { needed: true },
  ),
  other_shop_id: column('店铺另一ID', '', idCell),
  shop_name: column(
    '店铺名称 卖家旺旺',
    '店铺名 店铺 掌柜旺旺 旺旺 掌柜 卖家昵称 所属店铺 商家名称 shoptitle sellernick nick sellername shop seller 卖家',
    textCell,
  ),
  item_id: column('商品ID', 'numiid auctionid goodsid 宝贝id 商品编号 商品数字id', idCell),
  item_title: column(
    '商品名称',
    '商品标题 商品名 宝贝标题 宝贝名称 title goodsname itemname item goods 商品 宝贝',
    textCell,
  ),
  plan_id: column('计划ID 计划号', 'campaignid spcid 计划编号 推广计划id 定向计划id 定向计划编号', idCell, {
    needed: true,
  }),
  plan_name: fact(
    'name',
    '计划名称',
    '计划名 计划 推广计划 推广计划名称 定向计划名称 定向计划 campaignname spname plan campaign',
    (cell) => cell,
  ),
  plan_type: fact('kind', '计划类型', '计划类别 佣金类型 推广类型 campaigntype commissiontype', wordCell(KIND_WORDS), {
    needed: true,
  }),
  rate: column(
    '佣金比率 佣金率 佣金比例',
    '佣金比 佣金百分比 佣金比率 commissionrate commissionratepercent ratebp ratepercent commissionratebp',
    RATE_CELLS.percent,
    { needed: true },
  ),
  status: fact('status', '状态', '申请状态 审核状态 加入状态 applystatus membership', wordCell(STATUS_WORDS)),
  plan_state: fact('state', '计划状态', 'campaignstatus 推广计划状态 活动状态', wordCell(STATE_WORDS)),
  locked: fact('locked', '锁佣', '是否锁佣 islocked splockstatus', wordCell(YES_NO_WORDS)),
  audit: fact('audit', '是否审核', '需要审核 是否需要审核 manualaudit', wordCell(YES_NO_WORDS)),
  starts_at: fact('startsAt', '开始时间', '开始日期 计划开始时间 生效时间 starttime startdate', timeCell),
  ends_at: fact('endsAt', '结束时间', '结束日期 计划结束时间 到期时间 失效时间 endtime enddate', timeCell),
  joined_at: fact('joinedAt', '加入日期', '加入时间 申请时间 申请日期 jointime joindate', timeCell),
  approved_at: fact('approvedAt', '审核时间', '审核日期 通过时间 审核通过时间 approvedtime approvetime', timeCell),
  exit_id: fact('exitId', '退出ID', 'pubcampaignid', idCell),
  sales_30d: column('30天推广量', '30天推广 月推广量 30天销量 sales30d', countCell),
  commission_30d: column('30天支出佣金', '30天佣金 月支出佣金', amountCell),
};

export type ColumnName = keyof typeof COLUMNS;
export const COLUMN_NAMES = Object.keys(COLUMNS) as ColumnName[];

/** Of columns whose type does not matter. */
function ownColumn(name: ColumnName): OwnColumn<unknown> {
  return COLUMNS[name];
}

export const NEEDED_COLUMNS = COLUMN_NAMES.filter((name) => ownColumn(name).needed);
/** Columns that say something of a plan as a whole, with what they say. */
export const FACTS_BY_COLUMN = COLUMN_NAMES.flatMap((name) => {
  const key = ownColumn(name).fact;
  return key === undefined ? [] : [[name, key] as const];
});

/** Columns of a closed list of words, each with them. */
export const WORD_COLUMNS: ReadonlyMap<ColumnName, ReadonlyMap<string, unknown>> = new Map(
  COLUMN_NAMES.flatMap((name) => {
    const { cell } = ownColumn(name);
    return 'words' in cell ? [[name, cell.words as ReadonlyMap<string, unknown>]] : [];
  }),
);

const COLUMN_OF = new Map(
  COLUMN_NAMES.flatMap((name) => [name, ...COLUMNS[name].zh].map((header) => [header.toLowerCase(), name])),
);

const UNIT = /\s*(\(%\)|\(百分比\)|\(percent\)|%)$/i;

/** The column that a header, or a key, stands for: in English or Chinese, in any case; that of rates also with its unit. `header` is clean. */
export function columnOf(header: string): ColumnName | undefined {
  const name = header.toLowerCase();
  const bare = COLUMN_OF.get(name.replace(UNIT, ''));
  return COLUMN_OF.get(name) ?? (bare === 'rate' ? bare : undefined);
}
