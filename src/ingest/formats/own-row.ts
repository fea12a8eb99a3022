/** Rows of tkguard's own format (formats.md §0), the same in CSV, JSON and NDJSON: their columns, and their batches. */
import type { Reading } from '../../domain/reading.ts';
import type { Batch } from '../format.ts';

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

/** The columns in the order in which readers take the cells of a row. */
export const COLUMN_NAMES = Object.keys(COLUMNS) as Column[];

export interface OwnRow {
  readonly account: string | null;
  readonly capturedMs: number | null;
  readonly reading: Reading;
}

const BATCH_ROWS = 2000;

interface Group extends Pick<OwnRow, 'account' | 'capturedMs'> {
  readings: Reading[];
}

/** Groups rows by account and captured time into batches, in flat memory: a group comes out whenever it is full. */
export class BatchGroups {
  private readonly open = new Map<string, Group>();
  private last: Group | null = null;

  constructor(private readonly coverage: Batch['coverage']) {}

  /** Gives the group of the row where that is full. */
  add(account: string | null, capturedMs: number | null, reading: Reading): Batch | null {
    let group = this.last;
    // Most rows are of the group of the row before.
    if (group === null || capturedMs !== group.capturedMs || account !== group.account)
      group = this.groupOf(account, capturedMs);
    this.last = group;
    group.readings.push(reading);
    if (group.readings.length < BATCH_ROWS) return null;
    this.open.delete(keyOf(group));
    this.last = null;
    return this.batchOf(group);
  }

  /** What is not full. */
  rest(): Batch[] {
    return Array.from(this.open.values(), (group) => this.batchOf(group));
  }

  private groupOf(account: string | null, capturedMs: number | null): Group {
    const key = keyOf({ account, capturedMs });
    const group = this.open.get(key) ?? { account, capturedMs, readings: [] };
    this.open.set(key, group);
    return group;
  }

  private batchOf(group: Group): Batch {
    return { ...group, coverage: this.coverage, subject: '' };
  }
}

function keyOf({ account, capturedMs }: Pick<OwnRow, 'account' | 'capturedMs'>): string {
  return `${capturedMs}\u0000${account}`;
}

/** Groups rows as `BatchGroups` does. */
export function* batchRows(rows: Iterable<OwnRow>, coverage: Batch['coverage']): Generator<Batch> {
  const groups = new BatchGroups(coverage);
  for (const { account, capturedMs, reading } of rows) {
    const batch = groups.add(account, capturedMs, reading);
    if (batch) yield batch;
  }
  yield* groups.rest();
}
