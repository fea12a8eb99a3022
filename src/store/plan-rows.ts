/** Rows of `plan`: a plan has one for each number of its merchant. */
import type { Merchants } from './merchants.ts';
import type { Db } from './open.ts';
import { lazy } from './statements.ts';

/** Gives the rows of a plan of a merchant, that of his first number first. */
export function openPlanRows(
  db: Db,
  { rowsOf }: Pick<Merchants, 'rowsOf'>,
): (shopId: number, planNo: string) => number[] {
  const find = lazy(() => db.prepare('SELECT id FROM plan WHERE shop_id = ? AND plan_no = ?').pluck());
  return (shopId, planNo) => rowsOf(shopId).flatMap((row) => (find().get(row, planNo) as number | undefined) ?? []);
}

/** A plan of an account. `planRow`: row of `plan`. */
export function accountPlanKey(planRow: number, account: string): string {
  return `${planRow} ${account}`;
}
