/** Shops that are not tied and may be one merchant all the same: no item of one is safe while the other has an approved plan (design.md §3.4). */
import { compareText } from '../domain/compare-text.ts';
import { groupBy } from '../domain/group-by.ts';
import { isOpaqueId } from '../domain/reading.ts';
import type { Db } from './open.ts';

interface Named {
  readonly id: number;
  readonly kind: 'seller' | 'keeper' | 'name';
  readonly no: string;
  readonly nick: string | null;
  readonly title: string | null;
  readonly name: string | null;
}

const NAMED = `SELECT id, id_kind AS kind, id_no AS no, nick, nick_at AS nickAt, title, title_at AS titleAt, name, name_at AS nameAt
  FROM shop WHERE id IN (SELECT value FROM json_each(?))`;
type NamedRow = Named & Readonly<Record<'nickAt' | 'titleAt' | 'nameAt', number | null>>;

/** Gives merchants with approved plans that may be the asked one. `claimants`: rows of sellers that evidence names for him, too. */
export function openAlike(
  db: Db,
  untilMs: number,
  { firstOf, rowsOf }: { firstOf(shopId: number): number; rowsOf(shopId: number): readonly number[] },
): (shopId: number, claimants: readonly number[]) => number[] {
  const approved = db
    .prepare(
      `SELECT DISTINCT p.shop_id FROM fact f JOIN plan p ON p.id = f.plan_id WHERE f.status = 'approved' AND f.at <= ?`,
    )
    .pluck();
  const joined = new Set((approved.all(untilMs) as number[]).map(firstOf));
  const named = db.prepare(NAMED);
  const readNamed = (merchants: readonly number[]): Named[] => {
    const rows = named.all(JSON.stringify(merchants.flatMap(rowsOf))) as NamedRow[];
    return [...groupBy(rows, ({ id }) => firstOf(id))].map(([first, own]) => newestNames(first, own));
  };
  const others = readNamed([...joined]).sort((a, b) => compareText(a.no, b.no));
  const withPlan = db
    .prepare(
      `SELECT DISTINCT o.shop_id FROM plan p JOIN plan o ON o.plan_no = p.plan_no AND o.shop_id <> p.shop_id
       WHERE p.shop_id IN (SELECT value FROM json_each(@rows))
         AND EXISTS (SELECT 1 FROM fact f WHERE f.plan_id = p.id AND f.at <= @untilMs)
         AND EXISTS (SELECT 1 FROM fact f WHERE f.plan_id = o.id AND f.status = 'approved')`,
    )
    .pluck();
  return (shopId, claimants) => {
    const [shop] = readNamed([shopId]);
    const rows = withPlan.all({ rows: JSON.stringify(rowsOf(shopId)), untilMs }) as number[];
    const told = new Set([...rows, ...claimants].map(firstOf));
    const mayBe = (other: Named) => told.has(other.id) || (shop !== undefined && cannotBeTold(shop, other));
    return others.filter((other) => other.id !== shopId && mayBe(other)).map(({ id }) => id);
  };
}

/** What a merchant is called by the newest capture, by each kind of name. */
function newestNames(first: number, rows: readonly NamedRow[]): Named {
  const newest = (key: 'nick' | 'title' | 'name') =>
    newestName(rows.map((row) => ({ name: row[key], namedAt: row[`${key}At`] })));
  const { kind = 'name', no = '' } = rows.find(({ id }) => id === first) ?? {};
  return { id: first, kind, no, nick: newest('nick'), title: newest('title'), name: newest('name') };
}

/** The same name; or an opaque id that no name tells from the other shop. 旺旺 is compared with 旺旺, title with title; a name of either kind may be both, and tells nothing apart. */
function cannotBeTold(shop: Named, other: Named): boolean {
  const isSame = (a: string | null, b: string | null) => a !== null && a === b;
  const isNamed = ({ nick, title, name }: Named, by: string | null) =>
    [nick, title, name].some((own) => isSame(own, by));
  if (isSame(shop.nick, other.nick) || isSame(shop.title, other.title)) return true;
  if (isNamed(shop, other.name) || isNamed(other, shop.name)) return true;
  const isApart = (a: string | null, b: string | null) => a !== null && b !== null && a !== b;
  if (isApart(shop.nick, other.nick) || isApart(shop.title, other.title)) return false;
  const isOpaque = ({ kind, no }: Named) => kind === 'seller' && isOpaqueId(no);
  return isOpaque(shop) && !isOpaque(other);
}

/** Of several names the newest stands, of one time the greater. */
export function newestName(
  names: readonly { readonly name: string | null; readonly namedAt: number | null }[],
): string | null {
  const [newest] = names
    .filter(({ name }) => name !== null)
    .sort((a, b) => (b.namedAt ?? 0) - (a.namedAt ?? 0) || compareText(b.name, a.name));
  return newest?.name ?? null;
}
