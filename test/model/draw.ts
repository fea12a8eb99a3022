/** Random exports of an account with a shop or two over some ten days: what they say, and the files that say it. */

/** What one row says; a fact that is not there says nothing, a rate of null states that it is unknown. */
export interface Row {
  readonly plan: string;
  /** null: the shop as a whole; undefined: a row of no scope, as in a joined list. */
  readonly item?: string | null | undefined;
  readonly rateBp?: number | null | undefined;
  readonly sales?: number | undefined;
  readonly status?: string | undefined;
  readonly state?: string | undefined;
  readonly joinedAt?: string | undefined;
  readonly approvedAt?: string | undefined;
  readonly endsAt?: string | undefined;
}

/**
 * `table` has all plans of each shop and item in it, `search` all of its items, `shopPage` all of the shop, `itemPlans` all special
 * plans of its item, `planItems` all items of its plan, `joined` all joined plans; the others are parts.
 */
export const KINDS = [
  ...(['table', 'part', 'joined', 'joinedPart', 'search', 'shopPage', 'itemPlans', 'planItems', 'platform'] as const),
];
export type Kind = (typeof KINDS)[number];

/** What one export says of one shop. */
export interface Capture {
  readonly atMs: number;
  readonly kind: Kind;
  readonly rows: readonly Row[];
  /** The shop goes by its opaque id. */
  readonly isOpaque: boolean;
}

export interface Export extends Omit<Capture, 'rows'> {
  readonly name: string;
  readonly account: string;
  readonly fileMs: number;
  /** Taken in, and discarded. */
  readonly isDiscarded: boolean;
  /** The user corrected this file where it is. */
  readonly isReplaced?: boolean;
  readonly shops: ReadonlyMap<string, readonly Row[]>;
}

export interface Random {
  /** From 0 to n - 1. */
  below(n: number): number;
  chance(p: number): boolean;
  pick<T>(values: readonly T[]): T;
  some<T>(values: readonly T[], p: number): T[];
}

/** mulberry32: small, and the same everywhere. */
export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (n: number) => Math.floor(next() * n);
  const chance = (p: number) => next() < p;
  return {
    below,
    chance,
    pick: (values) => values[below(values.length)]!,
    some: (values, p) => values.filter(() => chance(p)),
  };
}

const HAS_EMPTY_RATES = false;

export const BASE_MS = Date.parse('2026-11-01T08:00:00+08:00');
const HOUR = 3_600_000;
const RATES = [400, 450, 500, 500, 550, 600, 725];
const STATUSES = [...Array<string>(6).fill('approved'), 'pending', 'left', 'removed', 'rejected'];
const STATES = ['active', 'active', 'stopped', 'expired', 'deleted'];
const SALES = [0, 1, 3, 10, 40];

interface Shop {
  readonly id: string;
  readonly plans: readonly string[];
  readonly items: readonly string[];
  /** What is true of each plan now. */
  readonly facts: Map<string, Row>;
}

/** No two exports within forty minutes, but for twins, which tell otherwise of the same moment, and corrected tables. */
export function drawAccount(random: Random, number: number): Export[] {
  const account = `a${number}`;
  const shops = Array.from({ length: random.pick([1, 1, 2]) }, (_, n) => drawShop(random, shopId(number, n)));
  const exports: Export[] = [];
  let atMs = BASE_MS;
  for (let n = 3 + random.below(9); n > 0; n--) {
    atMs += 40 * 60_000 + random.below(random.pick([4, 24, 40])) * HOUR + random.below(60) * 60_000;
    for (const shop of shops) live(random, shop);
    const kind = random.pick(['table', 'table', 'joined', 'search', ...KINDS] as const);
    const isOfAll = ['table', 'part', 'joined', 'joinedPart'].includes(kind);
    const rows = (isOfAll ? shops : [random.pick(shops)]).map(
      (shop) => [shop.id, drawRows(random, kind, shop)] as const,
    );
    const shown = new Map(kind === 'joined' ? rows : rows.filter(([, { length }]) => length > 0));
    if (!rows.some(([, { length }]) => length > 0)) continue;
    const isOpaque = kind === 'platform' && random.chance(0.4);
    const isDiscarded = random.chance(0.05);
    const one: Export = { name: `${n}`, account, kind, atMs, fileMs: atMs, isOpaque, isDiscarded, shops: shown };
    const otherwise = () => new Map([...shown].map(([shop, rows]) => [shop, toldOtherwise(random, rows)]));
    if (isDiscarded || isOpaque || !random.chance(0.12)) exports.push(one);
    else if (kind === 'table' && random.chance(0.5))
      exports.push({ ...one, isReplaced: true }, { ...one, fileMs: atMs + HOUR, shops: otherwise() });
    else exports.push(one, { ...one, name: `${n}-twin`, kind: 'part', shops: otherwise() });
  }
  return exports;
}

/** The first accounts share their merchants in pairs. */
const shopId = (number: number, n: number) =>
  `22${String((number < SHARING ? number >> 1 : number) * 10 + n).padStart(4, '0')}0000`;
const SHARING = 20;

function drawShop(random: Random, id: string): Shop {
  const plans = Array.from({ length: random.pick([1, 1, 2, 2, 3]) }, (_, n) => `8${id.slice(2, 6)}${n}01`);
  const dateOf = (day: number) => `2026-10-${day + random.below(8)}`;
  const facts = plans.map((plan): [string, Row] => [
    plan,
    {
      plan,
      status: random.pick(STATUSES),
      state: 'active',
      joinedAt: random.chance(0.5) ? dateOf(10) : undefined,
      approvedAt: random.chance(0.8)
        ? `${dateOf(18)}${random.chance(0.7) ? '' : ` 0${random.below(9)}:30`}`
        : undefined,
      endsAt: random.chance(0.1) ? `2026-11-0${1 + random.below(9)}` : undefined,
    },
  ]);
  const items = ['1', '2', '3'].slice(0, random.below(4)).map((n) => `68${id.slice(2, 8)}000${n}`);
  return { id, plans, items, facts: new Map(facts) };
}

/** Now and then a membership or a state changes. */
function live(random: Random, { facts }: Shop): void {
  for (const [plan, row] of facts)
    facts.set(plan, {
      ...row,
      ...(random.chance(0.1) ? { status: random.pick(STATUSES) } : {}),
      ...(random.chance(0.06) ? { state: random.pick(STATES) } : {}),
    });
}

function drawRows(random: Random, kind: Kind, shop: Shop): Row[] {
  const { plans, items, facts } = shop;
  const told = (plan: string, ...names: (keyof Row)[]) =>
    Object.fromEntries(names.map((name) => [name, facts.get(plan)?.[name]])) as Partial<Row>;
  const rated = (plan: string, item: string | null, more: Partial<Row> = {}): Row => ({
    plan,
    item,
    rateBp: random.pick(RATES),
    ...more,
  });
  const sales = () => ({ sales: random.chance(0.7) ? random.pick(SALES) : undefined });
  switch (kind) {
    case 'joined':
    case 'joinedPart':
      return random
        .some(plans, 0.9)
        .map((plan) => ({ plan, ...told(plan, 'status', 'state', 'joinedAt'), ...approval(facts.get(plan)!) }));
    case 'search':
    case 'platform':
      return random.some(items, 0.6).flatMap((item) => {
        const sold = kind === 'search' ? sales() : {};
        return ['0', ...random.some(plans, 0.8)].map((plan) => rated(plan, item, sold));
      });
    case 'shopPage':
      return ['0', ...random.some(plans, 0.8)].map((plan) => rated(plan, null, told(plan, 'status', 'endsAt')));
    case 'itemPlans': {
      const item = random.pick(items);
      const seen = (status = 'none') => (['approved', 'pending'].includes(status) ? status : 'rejected');
      return item
        ? random.some(plans, 0.8).map((plan) => rated(plan, item, { status: seen(facts.get(plan)?.status) }))
        : [];
    }
    case 'planItems': {
      const plan = random.pick(plans);
      return random.some(items, 0.7).map((item) => rated(plan, item, sales()));
    }
    default: {
      // One plan, one file: what it says of the plan is the same in each of its rows.
      const said = new Map(
        plans.map((plan) => [
          plan,
          random.chance(0.6)
            ? {
                ...told(plan, 'status', 'joinedAt', 'endsAt'),
                ...approval(facts.get(plan)!),
                ...(random.chance(0.3) ? told(plan, 'state') : {}),
              }
            : {},
        ]),
      );
      return random.some([null, ...items], 0.6).flatMap((item) =>
        random.some(['0', ...plans], 0.88).map((plan) => ({
          ...rated(plan, item, { ...said.get(plan), ...(item ? sales() : {}) }),
          ...(random.chance(0.08) ? { rateBp: null } : {}),
          ...(HAS_EMPTY_RATES && random.chance(0.08) ? { rateBp: undefined } : {}),
        })),
      );
    }
  }
}

const approval = ({ status, approvedAt }: Row) => (status === 'approved' ? { approvedAt } : {});

/** Rows of a table with one fact or rate told otherwise. */
function toldOtherwise(random: Random, rows: readonly Row[]): Row[] {
  const rated = rows.map((row) => (row.item === undefined ? { ...row, item: null, rateBp: random.pick(RATES) } : row));
  if (rated.length === 0) return [];
  const { plan, item, status } = random.pick(rated);
  const other = {
    rateBp: random.pick([350, 500, 800, null]),
    status: random.pick(STATUSES),
    state: random.pick(STATES),
    approvedAt: `2026-10-${17 + random.below(9)}`,
  };
  const fact = status ? random.pick(['rateBp', 'rateBp', 'status', 'state', 'approvedAt'] as const) : 'rateBp';
  const isOther = (row: Row) => row.plan === plan && (fact !== 'rateBp' || row.item === item);
  return rated.map((row) => (isOther(row) ? { ...row, [fact]: other[fact] } : row));
}

// --- files

const percentOf = (bp: number) => (bp / 100).toFixed(2);
const minuteOf = (atMs: number) => new Date(atMs + 8 * HOUR).toISOString().slice(0, 16).replace('T', ' ');
const STATUS_CODES = ['', 'pending', 'approved', 'rejected', 'removed', 'left'];
const STATE_CODES = ['', 'active', 'expired', 'stopped', 'deleted'];

/** Its name and its text. JSON leaves out what is undefined. */
export function fileOf(one: Export): { name: string; text: string } {
  const { kind, isOpaque } = one;
  const [shop, rows] = [...one.shops][0]!;
  const file = (name: string, document: object) => ({
    name: `${one.account}-${one.name}-${name}.json`,
    // Too long for a number.
    text: JSON.stringify(document).replaceAll('"seller_id":0', `"seller_id":${isOpaque ? '4731182' : ''}${shop}`),
  });
  const byItem = <T>(make: (item: string, general: Row, specials: readonly Row[]) => T) =>
    [...new Set(rows.map(({ item }) => item!))].map((item) => {
      const [general, ...specials] = rows.filter((row) => row.item === item);
      return make(item, general!, specials);
    });
  const mapOf = (specials: readonly Row[], rate: (bp: number) => string) =>
    Object.fromEntries(specials.map(({ plan, rateBp }) => [plan, rate(rateBp!)]));
  const paginator = { items: kind === 'joinedPart' ? 99 : [...one.shops.values()].flat().length, page: 1, pages: 1 };
  switch (kind) {
    case 'table':
    case 'part':
      return tableOf(one);
    case 'joined':
    case 'joinedPart': {
      const pagelist = [...one.shops].flatMap(([id, joined]) =>
        joined.map((row) => ({
          campaignId: Number(row.plan),
          campaignStatus: STATE_CODES.indexOf(row.state!),
          status: STATUS_CODES.indexOf(row.status!),
          oriMemberId: Number(id),
          createTime: row.joinedAt,
          updateTime: row.approvedAt,
        })),
      );
      return file('joined', { data: { pagelist, statusList: [], paginator } });
    }
    case 'search': {
      const pageList = byItem((item, general, specials) => ({
        auctionId: Number(item),
        sellerId: Number(shop),
        tkRate: general.rateBp! / 100,
        tkSpecialCampaignIdRateMap: mapOf(specials, percentOf),
        totalNum: general.sales,
      }));
      return file('search', { data: { head: { status: 'OK' }, pageList } });
    }
    case 'shopPage': {
      const campaignList = rows.map((row) => ({
        campaignId: Number(row.plan),
        campaignType: row.plan === '0' ? 1 : 2,
        avgCommission: row.rateBp,
        endTime: row.endsAt,
      }));
      const exsitApplyList = rows.flatMap(({ plan, status }) =>
        status ? [{ campaignId: Number(plan), status: STATUS_CODES.indexOf(status) }] : [],
      );
      return file(`shop.seller-${shop}`, { data: { exsitApplyList, campaignList } });
    }
    case 'itemPlans': {
      const data = rows.map(({ plan, rateBp, status }) => ({
        CampaignID: Number(plan),
        CampaignType: '定向计划',
        commissionRate: rateBp! / 100,
        Exist: true,
        ExistStatus: STATUS_CODES.indexOf(status!),
      }));
      return file(`plans.item-${rows[0]!.item}.seller-${shop}`, { data });
    }
    case 'planItems': {
      const pagelist = rows.map(({ item, rateBp, sales }) => ({
        auctionId: Number(item),
        commissionRatePercent: rateBp! / 100,
        totalNum: sales,
        userNumberId: Number(shop),
      }));
      return file(`items.campaign-${rows[0]!.plan}`, { data: { pagelist, paginator } });
    }
    case 'platform': {
      const map_data = byItem((item, general, specials) => ({
        item_id: Number(item),
        seller_id: 0,
        commission_rate: String(general.rateBp),
        commission_type: 'COMMON',
        info_dxjh: JSON.stringify(mapOf(specials, String)),
      }));
      return file('platform', { tbk_dg_material_optional_response: { result_list: { map_data } } });
    }
  }
}

function tableOf({ name, account, kind, atMs, shops }: Export): { name: string; text: string } {
  const rows = [...shops].flatMap(([shop, rows]) =>
    rows.map((row) => ({
      shop_id: shop,
      item_id: row.item ?? '',
      plan_id: row.plan,
      plan_type: row.plan === '0' ? 'general' : 'special',
      rate: row.rateBp === undefined ? '' : row.rateBp === null ? '-' : `${percentOf(row.rateBp)}%`,
      status: row.status ?? '',
      plan_state: row.state ?? '',
      joined_at: row.joinedAt ?? '',
      approved_at: row.approvedAt ?? '',
      ends_at: row.endsAt ?? '',
      sales_30d: row.sales === undefined ? '' : String(row.sales),
    })),
  );
  const captured_at = minuteOf(atMs);
  if (kind === 'table') {
    const lines = [
      ['captured_at', ...Object.keys(rows[0]!)],
      ...rows.map((row) => [captured_at, ...Object.values(row)]),
    ];
    return { name: `${account}-${name}.csv`, text: lines.map((cells) => `${cells.join(',')}\n`).join('') };
  }
  const plans = rows.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([column, text]) => text || column === 'rate')),
  );
  const document = { format: 'tkguard/snapshot@1', captured_at, coverage: 'partial', plans };
  return { name: `${account}-${name}.json`, text: JSON.stringify(document) };
}
