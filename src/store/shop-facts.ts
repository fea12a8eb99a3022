/**
 * Shops with their plans and what is said of these, neighbours read together: asked for shop by shop and plan by plan,
 * five statements a shop were a third of what judging five thousand shops took.
 */
import type { ShopRef } from '../domain/ledger.ts';
import type { MembershipStatus, PlanKind, PlanState } from '../domain/reading.ts';
import { GENERAL_PLAN_ID, MEMBERSHIPS, PLAN_KINDS, PLAN_STATES } from '../domain/reading.ts';
import { DamagedData } from './damage.ts';
import { FACT_COLUMN_NAMES } from './fact-table.ts';
import { lazy } from './lazy.ts';
import type { Db } from './open.ts';
import type { StoredPage } from './rate-pages.ts';
import type { ChangeRow } from './runs.ts';
import { prepareVisit } from './visit-rows.ts';

export interface FactRow extends ChangeRow {
  readonly plan_id: number;
  readonly kind: PlanKind | null;
  readonly name: string | null;
  readonly state: PlanState | null;
  readonly status: MembershipStatus | null;
  readonly joined_at: string | null;
  readonly approved_at: string | null;
  readonly exit_id: string | null;
  readonly locked: number | null;
  readonly audit: number | null;
  readonly hidden: number | null;
  readonly starts_at: string | null;
  readonly ends_at: string | null;
}

export interface PlanFactRows {
  readonly id: number;
  readonly shopId: number;
  readonly planId: string;
  /** By stream and time. */
  readonly facts: readonly FactRow[];
}

export interface ShopFacts {
  readonly shop: ShopRef;
  /** In the order of their ids, also those that nothing is said of. */
  readonly plans: readonly PlanFactRows[];
}

export interface ShopFactsReader {
  /** Gives shops in turn, those that follow having been read with those before. */
  inTurn(shopIds: readonly number[]): Generator<number>;
  shopAt(shopId: number): ShopFacts | undefined;
  /** Pages of a plan's rates by stream and time. */
  pagesOf(plan: PlanFactRows): readonly StoredPage[];
}

/** So many rows of `shop` are read together; and so many with their rates, which may be many. */
const SPAN = 128;
const RATES_SPAN = 16;

/** `untilMs`: nothing captured later is seen. `held`: nothing of these streams is. */
export function openShopFacts(db: Db, untilMs: number, held: ReadonlySet<number>): ShopFactsReader {
  let known = new Map<number, { readonly shop: ShopRef; readonly plans: GrowingPlan[] }>();
  const readShops = lazy(() =>
    prepareVisit(
      db,
      ['id', 'seller_id', 'keeper_id', 'name'],
      `SELECT id, seller_id, (SELECT min(keeper_id) FROM keeper WHERE shop_id = shop.id) AS keeper_id, name
       FROM shop WHERE id BETWEEN @first AND @last`,
      (_total: unknown, row: number, id: string | null, keeperId: string | null, name: string | null) =>
        void known.set(row, { shop: { id, keeperId, name }, plans: [] }),
    ),
  );
  const readPlans = lazy(() =>
    prepareVisit(
      db,
      ['shop_id', 'id', 'plan_no', ...FACT_COLUMNS],
      `SELECT p.shop_id, p.id, p.plan_no, ${FACT_COLUMNS.map((column) => `f.${column}`).join(', ')}
       FROM plan p LEFT JOIN fact f ON f.plan_id = p.id AND f.at <= @untilMs WHERE p.shop_id BETWEEN @first AND @last
       ORDER BY p.shop_id, p.plan_no, f.stream_id, f.at`,
      (
        _total: unknown,
        shopId: number,
        plan_id: number,
        planId: string,
        stream_id: number | null,
        at: number,
        listed: number,
        line: number | null,
        kind: PlanKind | null,
        name: string | null,
        state: PlanState | null,
        status: MembershipStatus | null,
        joined_at: string | null,
        approved_at: string | null,
        exit_id: string | null,
        locked: number | null,
        audit: number | null,
        hidden: number | null,
        starts_at: string | null,
        ends_at: string | null,
      ) => {
        const plans = known.get(shopId)?.plans ?? [];
        let plan = plans.at(-1);
        if (plan?.id !== plan_id) {
          plan = { id: plan_id, shopId, planId, facts: [] };
          plans.push(plan);
        }
        if (stream_id === null || held.has(stream_id)) return;
        // SQLite looks at words when they are written, not when they are read.
        if (!KINDS.has(kind) || !STATES.has(state) || !STATUSES.has(status))
          throw new DamagedData('a plan has a word that is not known');
        plan.facts.push({
          plan_id,
          stream_id,
          at,
          listed,
          line,
          kind,
          name,
          state,
          status,
          joined_at,
          approved_at,
          exit_id,
          locked,
          audit,
          hidden,
          starts_at,
          ends_at,
        });
      },
    ),
  );

  let pages = new Map<number, StoredPage[]>();
  const readPages = lazy(() =>
    prepareVisit(
      db,
      ['plan_id', 'stream_id', 'at', 'entries'],
      `SELECT plan_id, stream_id, at, entries FROM rate_page
       WHERE plan_id IN (SELECT value FROM json_each(@plans)) AND at <= @untilMs ORDER BY plan_id, stream_id, at, part`,
      (_total: unknown, planId: number, streamId: number, at: number, entries: Buffer) => {
        const own = pages.get(planId);
        if (own) own.push({ streamId, at, entries, untilMs });
        else pages.set(planId, [{ streamId, at, entries, untilMs }]);
      },
    ),
  );
  // Most questions are of joined plans, and of the general ones beside them: these are read together, and so are all others.
  const paged = [NO_PAGES, NO_PAGES];

  function readPagesOf(isAsked: (plan: PlanFactRows) => boolean, first: number): PagesOfShops {
    const plans: number[] = [];
    let last = first;
    for (const [shopId, shop] of known) {
      if (shopId < first || shopId >= first + RATES_SPAN) continue;
      last = Math.max(last, shopId);
      for (const plan of shop.plans) if (isAsked(plan)) plans.push(plan.id);
    }
    pages = new Map();
    readPages()({ plans: JSON.stringify(plans), untilMs });
    return { first, last, pages };
  }

  function read(first: number, last: number): void {
    known = new Map();
    readShops()({ first, last });
    readPlans()({ first, last, untilMs });
  }

  return {
    *inTurn(shopIds) {
      for (const [index, shopId] of shopIds.entries()) {
        if (!known.has(shopId)) {
          let [last, next] = [shopId, index + 1];
          for (let id = shopIds[next]; id !== undefined && id > last && id < shopId + SPAN; id = shopIds[++next])
            last = id;
          read(shopId, last);
        }
        yield shopId;
      }
    },
    pagesOf(plan) {
      const isJoined = isJoinedOrGeneral(plan);
      let found = paged[Number(isJoined)] ?? NO_PAGES;
      if (plan.shopId < found.first || plan.shopId > found.last) {
        if (!known.has(plan.shopId)) read(plan.shopId, plan.shopId);
        found = readPagesOf((other) => isJoinedOrGeneral(other) === isJoined, plan.shopId);
        paged[Number(isJoined)] = found;
      }
      return found.pages.get(plan.id) ?? [];
    },
    shopAt(shopId) {
      if (!known.has(shopId)) read(shopId, shopId);
      return known.get(shopId);
    },
  };
}

interface PagesOfShops {
  /** Rows of `shop`. */
  readonly first: number;
  readonly last: number;
  /** By the row of the plan. */
  readonly pages: ReadonlyMap<number, readonly StoredPage[]>;
}

const NO_PAGES: PagesOfShops = { first: 0, last: -1, pages: new Map() };

function isJoinedOrGeneral({ planId, facts }: PlanFactRows): boolean {
  return planId === GENERAL_PLAN_ID || facts.some(({ status }) => status === 'approved');
}

interface GrowingPlan extends PlanFactRows {
  readonly facts: FactRow[];
}

const KINDS: ReadonlySet<PlanKind | null> = new Set([...PLAN_KINDS, null]);
const STATES: ReadonlySet<PlanState | null> = new Set([...PLAN_STATES, null]);
const STATUSES: ReadonlySet<MembershipStatus | null> = new Set([...MEMBERSHIPS, null]);

const FACT_COLUMNS = ['stream_id', 'at', 'listed', 'line', ...FACT_COLUMN_NAMES];
