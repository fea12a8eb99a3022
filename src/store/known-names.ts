/** Names for completion: few and quickly, of those that begin with what is typed. */
import { PLAN_NAME, SHOP_NAME } from './decisions.ts';
import type { Db } from './open.ts';

const MOST = 200;

interface Row {
  readonly id: string;
  readonly name: string | null;
  readonly beside: string | null;
}

const JOINED = "EXISTS (SELECT 1 FROM fact j WHERE j.plan_id = p.id AND j.status = 'approved')";

/** Plans that were ever joined; where none begins so, any. */
const plansSql = (only: string) =>
  `SELECT DISTINCT p.plan_no AS id, NULL AS name, ${PLAN_NAME} || ' ' || coalesce(${SHOP_NAME}, '') AS beside
   FROM plan p JOIN shop s ON s.id = p.shop_id
   WHERE p.plan_no >= @prefix AND p.plan_no < @prefix || char(1114111) AND p.plan_no <> '0' AND ${only} ORDER BY p.plan_no LIMIT ${MOST}`;

const SQL = {
  shop: `SELECT id_no AS id, nullif(${SHOP_NAME}, id_no) AS name, NULL AS beside FROM shop s
         WHERE substr(id_no, 1, length(@prefix)) = @prefix OR substr(${SHOP_NAME}, 1, length(@prefix)) = @prefix
         ORDER BY 1 LIMIT ${MOST}`,
  account: `SELECT name AS id, NULL AS name, NULL AS beside FROM account WHERE @prefix IS NOT NULL ORDER BY name LIMIT ${MOST}`,
  snapshot: `SELECT cast(n.id AS TEXT) AS id, NULL AS name, f.name AS beside FROM snapshot n JOIN file f ON f.id = n.file_id
             WHERE @prefix IS NOT NULL ORDER BY n.id DESC LIMIT ${MOST}`,
} as const;

export type KnownKind = 'plan' | 'shop' | 'target' | 'account' | 'snapshot';

/** `names`: the shop's own first, then what helps to tell it. */
export function readKnownNames(
  db: Db,
  kind: KnownKind,
  prefix: string,
): { readonly id: string; readonly names: readonly string[] }[] {
  const rows = (sql: string) => db.prepare(sql).all({ prefix }) as Row[];
  const plans = () => {
    const joined = rows(plansSql(JOINED));
    return joined.length > 0 ? joined : rows(plansSql('1'));
  };
  const found = kind === 'plan' ? plans() : kind === 'target' ? [...plans(), ...rows(SQL.shop)] : rows(SQL[kind]);
  return found.map(({ id, name, beside }) => ({ id, names: [name, beside].filter((text) => text !== null) }));
}
