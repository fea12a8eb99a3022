/** Random exports of an account with a shop or two over some ten days. */

/** What one row says; a fact that is not there says nothing, a rate of null states that it is unknown. */
export interface Row {
  /** `0` is the general one, events begin with 9. */
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
const PAGES = ['search', 'shopPage', 'itemPlans', 'planItems', 'platform'] as const;
const LISTS = ['table', 'part', 'joined', 'joinedPart'] as const;
export type Kind = (typeof PAGES)[number] | (typeof LISTS)[number];

/** What one export says of one shop. */
export interface Capture {
  readonly atMs: number;
  readonly kind: Kind;
  /** By which of its numbers the shop goes. */
  readonly knownBy: 'seller' | 'keeper' | 'opaque';
  readonly rows: readonly Row[];
}

export interface Export extends Omit<Capture, 'rows'> {
  readonly name: string;
  readonly account: string;
  readonly fileMs: number;
  readonly shops: ReadonlyMap<string, readonly Row[]>;
  /** Taken in, and discarded. */
  readonly isDiscarded: boolean;
  /** The user corrected this file where it is. */
  readonly isReplaced?: boolean;
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
  const pick = <T>(values: readonly T[]) => values[below(values.length)]!;
  return { below, chance, pick, some: (values, p) => values.filter(() => chance(p)) };
}

export const BASE_MS = Date.parse('2026-11-01T08:00:00+08:00');
const HOUR = 3_600_000;
const RATES = [400, 450, 500, 500, 550, 600, 725];
const HUNDREDTHS = [4, 5, 6, 7];
const STATUSES = [...Array<string>(6).fill('approved'), 'pending', 'left', 'removed', 'rejected'];
const STATES = ['active', 'active', 'stopped', 'expired', 'deleted'];
const SALES = [0, 1, 3, 10, 40, undefined, undefined];
/** China's time. */
export const moment = (atMs: number) => new Date(atMs + 8 * HOUR).toISOString().slice(0, 16).replace('T', ' ');

/** No two exports within forty minutes, but for twins, which tell otherwise of the same moment, and corrected tables. */
export function drawAccount(random: Random, number: number): Export[] {
  const account = `a${number}`;
  const shops = Array.from({ length: random.pick([1, 1, 2]) }, (_, n) => drawShop(random, shopId(number, n)));
  const exports: Export[] = [];
  let atMs = BASE_MS;
  for (let n = 4 + random.below(12); n > 0; n--) {
    atMs += 40 * 60_000 + random.below(random.pick([3, 8, 40])) * HOUR + random.below(60) * 60_000;
    for (const shop of shops) live(random, shop);
    const kind: Kind = random.pick(['table', 'table', 'joined', 'search', ...LISTS, ...PAGES]);
    const isList = LISTS.some((list) => list === kind);
    const rows = (isList ? shops : [random.pick(shops)]).map(
      (shop) => [shop.id, drawRows(random, kind, shop)] as const,
    );
    const told = new Map(rows.filter(([, { length }]) => length > 0));
    if (told.size === 0) continue;
    // Who joined no plan of a shop has no row of it.
    const one: Export = {
      ...{ name: `${n}`, account, kind, atMs, fileMs: atMs, isDiscarded: random.chance(0.05) },
      knownBy:
        kind === 'platform' && random.chance(0.4)
          ? 'opaque'
          : kind === 'shopPage' && random.chance(0.3)
            ? 'keeper'
            : 'seller',
      shops: kind === 'joined' ? new Map(rows) : told,
    };
    const otherwise = () => new Map([...told].map(([shop, some]) => [shop, toldOtherwise(random, some)]));
    if (one.isDiscarded || one.knownBy !== 'seller' || !random.chance(0.12)) exports.push(one);
    else if (kind === 'table' && random.chance(0.5))
      exports.push({ ...one, isReplaced: true }, { ...one, fileMs: atMs + HOUR, shops: otherwise() });
    else exports.push(one, { ...one, name: `${n}-twin`, kind: 'part', shops: otherwise() });
  }
  return exports;
}

/** The first accounts share their merchants in pairs. */
const shopId = (number: number, n: number) =>
  `22${String((number < 20 ? number >> 1 : number) * 10 + n).padStart(4, '0')}0000`;

interface Shop {
  readonly id: string;
  readonly items: readonly string[];
  /** What is true of each special plan now. */
  plans: readonly Row[];
  /** Those that no list of rates has now. */
  gone: readonly string[];
}

function drawShop(random: Random, id: string): Shop {
  const dateOf = (day: number) => `2026-10-${day + random.below(8)}`;
  const plans = Array.from(
    { length: random.pick([1, 1, 2, 2, 3]) },
    (_, n): Row => ({
      plan: `8${id.slice(2, 6)}${n}01`,
      status: random.pick(STATUSES),
      state: 'active',
      joinedAt: random.chance(0.5) ? dateOf(10) : undefined,
      approvedAt: random.pick([undefined, dateOf(18), dateOf(18), `${dateOf(18)} 0${random.below(9)}:30`]),
      endsAt: random.chance(0.1) ? `2026-11-0${1 + random.below(9)}` : undefined,
    }),
  );
  return {
    id,
    plans,
    gone: [],
    items: ['1', '2', '3'].slice(0, random.below(4)).map((n) => `68${id.slice(2, 8)}000${n}`),
  };
}

/** Now and then a membership or a state changes, and plans go and come back. */
function live(random: Random, shop: Shop): void {
  if (random.chance(0.2)) shop.gone = random.some(shop.plans, 0.3).map(({ plan }) => plan);
  shop.plans = shop.plans.map((plan) => ({
    ...plan,
    ...(random.chance(0.1) ? { status: random.pick(STATUSES) } : {}),
    ...(random.chance(0.06) ? { state: random.pick(STATES) } : {}),
  }));
}

function drawRows(random: Random, kind: Kind, { plans: all, gone, items }: Shop): Row[] {
  const plans = /^joined/.test(kind) ? all : all.filter(({ plan }) => !gone.includes(plan));
  const general: Row = { plan: '0' };
  const rated = (item: string | null, { plan, ...told }: Row): Row => ({
    plan,
    item,
    rateBp: random.pick(random.chance(0.03) ? HUNDREDTHS : RATES),
    ...told,
  });
  const some = (p: number) => random.some(plans, p);
  /** An approval is told while it holds. */
  const membership = ({ plan, status, joinedAt, approvedAt }: Row): Row => ({
    ...{ plan, status, joinedAt },
    approvedAt: status === 'approved' ? approvedAt : undefined,
  });
  switch (kind) {
    case 'joined':
    case 'joinedPart':
      return some(0.9).map((row) => ({ ...membership(row), state: row.state }));
    case 'search':
    case 'platform':
      return random.some(items, 0.6).flatMap((item) => {
        const sales = kind === 'search' ? random.pick(SALES) : undefined;
        return [general, ...some(0.8)].map(({ plan }) => rated(item, { plan, sales }));
      });
    case 'shopPage':
      return [general, ...some(0.8)].map(({ plan, status, endsAt }) => rated(null, { plan, status, endsAt }));
    case 'itemPlans': {
      const item = random.pick(items);
      const seen = (status = '') => (['approved', 'pending'].includes(status) ? status : 'rejected');
      return item ? some(0.8).map(({ plan, status }) => rated(item, { plan, status: seen(status) })) : [];
    }
    case 'planItems': {
      const one = random.pick(plans);
      return one
        ? random.some(items, 0.7).map((item) => rated(item, { plan: one.plan, sales: random.pick(SALES) }))
        : [];
    }
    default: {
      // One file says the same of a plan in each of its rows.
      const told = plans.map((row): Row => {
        if (random.chance(0.4)) return { plan: row.plan };
        return { ...membership(row), endsAt: row.endsAt, state: random.chance(0.3) ? row.state : undefined };
      });
      const others = random.chance(0.1) ? [{ plan: '90000001' }] : [];
      return random.some([null, ...items], 0.6).flatMap((item) =>
        random.some([general, ...told, ...others], 0.88).map((row) => ({
          ...rated(item, row),
          ...(item ? { sales: random.pick(SALES) } : {}),
          ...(random.chance(0.08) ? { rateBp: null } : {}),
          ...(random.chance(0.08) ? { rateBp: undefined } : {}),
        })),
      );
    }
  }
}

/** As rows of a table, with one fact or rate told otherwise. */
function toldOtherwise(random: Random, rows: readonly Row[]): Row[] {
  const rated = rows.map((row) => (row.item === undefined ? { ...row, item: null, rateBp: random.pick(RATES) } : row));
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
