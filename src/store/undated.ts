/** Captures that only the times of their files put in order: those of copies are none (design.md §3.3). */
import { type Coverage, coversKind, isSilent, type PlanKind } from '../domain/reading.ts';
import type { Db } from './open.ts';

/** `cp -r`, unzip, a checkout or a cloud folder give all their files a time of about now. */
const TOGETHER_MS = 2 * 60_000;

export interface Undated {
  readonly sha256: string;
  readonly ownMs: number;
  /** Name of a file that says otherwise. */
  readonly other: string;
}

interface Capture {
  readonly id: number;
  readonly fileId: number;
  readonly sha256: string;
  readonly ownMs: number;
  readonly name: string;
  readonly feedId: number;
  readonly coverage: Coverage;
  readonly at: number;
}

/** What a complete list says: by what it is complete for, by plan or item, its values; null says nothing. */
type Statements = ReadonlyMap<string, ReadonlyMap<string, readonly (string | number | null)[]>>;

/**
 * Files with a number above `lastFileId` that another file contradicts: of one complete list, dated by their file times
 * alone, which are within two minutes. At one path of this machine the later file is the newer one.
 */
export function findUndated(db: Db, lastFileId: number): Undated[] {
  const capture = `n.id, f.id AS fileId, f.sha256, f.own_at AS ownMs, f.name, n.feed_id AS feedId, n.coverage, n.captured_at AS at`;
  const added = db
    .prepare(
      `SELECT ${capture} FROM capture n JOIN file f ON f.id = n.file_id
       WHERE n.file_id > ? AND n.captured_from = 'file-time' AND n.coverage <> 'partial'`,
    )
    .all(lastFileId) as Capture[];
  const besides = db.prepare(
    `SELECT ${capture} FROM feed own
       JOIN capture n ON n.account_id = own.account_id AND n.subject = own.subject AND n.format = own.format
         AND n.coverage = own.coverage AND n.captured_at BETWEEN @at - ${TOGETHER_MS} AND @at + ${TOGETHER_MS}
       JOIN file f ON f.id = n.file_id
     WHERE own.id = @feedId AND n.captured_from = 'file-time' AND f.id <> @fileId AND NOT EXISTS (
       SELECT 1 FROM place a JOIN place b ON b.path = a.path WHERE a.file_id = @fileId AND b.file_id = f.id)`,
  );
  const read = openStatements(db);
  const known = new Map<number, Statements>();
  const statementsOf = (of: Capture) => {
    const statements = known.get(of.id) ?? read(of);
    known.set(of.id, statements);
    return statements;
  };
  return added.flatMap((one) => {
    const near = besides.all(one) as Capture[];
    const other = near.find((two) => contradict(statementsOf(one), statementsOf(two)));
    return other ? [{ sha256: one.sha256, ownMs: one.ownMs, other: other.name }] : [];
  });
}

function contradict(a: Statements, b: Statements): boolean {
  return [...a].some(([scope, one]) => {
    const two = b.get(scope);
    if (!two) return false;
    const isOther = ([key, values]: [string, readonly unknown[]]) => {
      const others = two.get(key);
      // The first value says whether it had to be listed.
      if (!others) return values[0] === 1;
      return values.some((value, i) => value !== null && (others[i] ?? null) !== null && value !== others[i]);
    };
    return [...one].some(isOther) || [...two].some(([key, values]) => !one.has(key) && values[0] === 1);
  });
}

function openStatements(db: Db): (capture: Capture) => Statements {
  const newest = (table: string, keys: string) =>
    `listed = 1 AND at = (SELECT max(at) FROM ${table} o WHERE ${keys} AND o.feed_id = @feedId AND o.at <= @at)`;
  const facts = db
    .prepare(
      `SELECT p.shop_id, plan_id, kind, status, state FROM fact t JOIN plan p ON p.id = t.plan_id
       WHERE feed_id = @feedId AND ${newest('fact', 'o.plan_id = t.plan_id')}`,
    )
    .raw();
  const rates = db
    .prepare(
      `SELECT item_id, income, rate_bp, raw FROM rate_change t
       WHERE plan_id = @planId AND feed_id = @feedId
         AND ${newest('rate_change', 'o.plan_id = @planId AND o.item_id = t.item_id')}`,
    )
    .raw();
  return ({ feedId, coverage, at }) => {
    const scopes = new Map<string, Map<string, readonly (string | number | null)[]>>();
    const silent: [scope: string, key: string, mustBeListed: number][] = [];
    const say = (scope: string, key: string, values: readonly (string | number | null)[]) => {
      const said = scopes.get(scope) ?? new Map();
      scopes.set(scope, said.set(key, values));
    };
    const all = facts.all({ feedId, at }) as [number, number, PlanKind | null, string | null, string | null][];
    for (const [shopId, planId, kind, status, state] of all) {
      const isWhole = coverage === 'joined-plans' || coverage === 'plan-items';
      const mustBeListed = Number(isWhole || (kind !== null && coversKind(coverage, kind)));
      // Of a plan as a whole, a list of items tells what it tells of no other item.
      say(coverage === 'joined-plans' ? '' : `plan ${planId}`, `${planId}`, [mustBeListed, status, state]);
      const found = rates.all({ feedId, planId, at }) as [number, number, number | null, string | null][];
      for (const [itemId, income, rateBp, raw] of found) {
        const scope = coverage === 'plan-items' ? `${planId}` : `${shopId} ${itemId}`;
        const key = `${planId} ${itemId} ${income}`;
        if (isSilent({ bp: rateBp, raw })) silent.push([scope, key, mustBeListed]);
        else say(scope, key, [mustBeListed, rateBp]);
      }
    }
    // What says nothing of a rate speaks for no other plan.
    for (const [scope, key, mustBeListed] of silent) scopes.get(scope)?.set(key, [mustBeListed, null]);
    return scopes;
  };
}
