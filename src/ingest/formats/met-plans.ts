/** What rows of a file said of their plans, so that it is read once: rows of a plan may stand far apart. */
import type { PlanFacts } from '../../domain/reading.ts';
import type { RowCells } from '../row-cells.ts';
import { isSameBytes } from '../row-cells.ts';

/** Plans whose cells are remembered at once: memory must stay flat. */
const MOST_PLANS = 10_000;

export interface PlanRow {
  readonly planId: string;
  readonly facts: PlanFacts;
}

interface MetPlan extends PlanRow {
  /** The cells that it was read from, in the order of the columns. */
  readonly cells: readonly string[];
  /** Their bytes one after the other, and where each of them ends; null: they were not cut from bytes. */
  readonly bytes: Buffer | null;
  readonly ends: readonly number[];
  /** The plan of the row that followed when this one was met last. */
  next: MetPlan | null;
}

export class MetPlans {
  private readonly plans = new Map<string, MetPlan>();
  private last: MetPlan | null = null;

  /** `indexes`: of the cells that say something of a plan; `idIndex`: of that with its id, -1 where there is none. */
  constructor(
    private readonly indexes: readonly number[],
    private readonly idIndex: number,
  ) {}

  /** The plan of a row further up that says the same: mostly that which followed the plan of the row above before. */
  find(row: RowCells): MetPlan | null {
    const next = this.last?.next ?? null;
    if (next !== null && this.isOfBytes(next, row)) return next;
    const met = this.plans.get(row.text(this.idIndex));
    if (!met) return null;
    for (let i = 0; i < this.indexes.length; i++) {
      if (met.cells[i] !== row.text(this.indexes[i] as number)) return null;
    }
    return met;
  }

  remember(row: RowCells, { planId, facts }: PlanRow): MetPlan {
    const cells = this.indexes.map((index) => row.text(index));
    const plan = { planId, facts, cells, ...this.copyBytes(row), next: null };
    if (this.plans.size >= MOST_PLANS) this.plans.clear();
    this.plans.set(row.text(this.idIndex), plan);
    return plan;
  }

  /** To call with the plan of each row that is right. */
  follow(plan: MetPlan): void {
    if (this.last !== null) this.last.next = plan;
    this.last = plan;
  }

  private isOfBytes({ bytes: others, ends }: MetPlan, row: RowCells): boolean {
    const { bytes } = row;
    if (bytes === null || others === null) return false;
    let from = 0;
    for (let i = 0; i < ends.length; i++) {
      const index = this.indexes[i] as number;
      const end = ends[i] as number;
      if (index >= row.count) return false;
      if (!isSameBytes(bytes, row.startOf(index), row.endOf(index), others, from, end)) return false;
      from = end;
    }
    return true;
  }

  private copyBytes(row: RowCells): Pick<MetPlan, 'bytes' | 'ends'> {
    const { bytes } = row;
    const ends: number[] = [];
    if (bytes === null || this.indexes.some((index) => index >= row.count)) return { bytes: null, ends };
    const kept = Buffer.allocUnsafe(
      this.indexes.reduce((sum, index) => sum + row.endOf(index) - row.startOf(index), 0),
    );
    let end = 0;
    for (const index of this.indexes) {
      for (let i = row.startOf(index); i < row.endOf(index); i++) kept[end++] = bytes[i] as number;
      ends.push(end);
    }
    return { bytes: kept, ends };
  }
}
