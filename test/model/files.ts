/** The files that say what was drawn, each in its own format, with what a reader needs. JSON leaves out what is undefined. */
import { type Export, type Kind, moment, type Row } from './draw.ts';

export function fileOf(one: Export): { readonly name: string; readonly text: string } {
  const [[shop, rows] = ['', []]] = one.shops;
  const [name, content] = WRITERS[one.kind](shop, rows, one);
  return {
    name: `${one.account}-${one.name}-${name}`,
    text: typeof content === 'string' ? content : JSON.stringify(content),
  };
}

type Write = (shop: string, rows: readonly Row[], one: Export) => readonly [name: string, content: string | object];

const percent = (bp: number) => (bp / 100).toFixed(2);
const STATUSES = ['', 'pending', 'approved', 'rejected', 'removed', 'left'];
const STATES = ['', 'active', 'expired', 'stopped', 'deleted'];
const keeperOf = (shop: string) => Number(`5${shop}`);

/** The general rate stands first. */
const byItem = <T>(rows: readonly Row[], make: (item: string, general: Row, specials: readonly Row[]) => T) =>
  [...new Set(rows.map(({ item }) => item!))].map((item) => {
    const [general, ...specials] = rows.filter((row) => row.item === item);
    return make(item, general!, specials);
  });
const ratesOf = (specials: readonly Row[], write: (bp: number) => string) =>
  Object.fromEntries(specials.map(({ plan, rateBp }) => [plan, write(rateBp!)]));

const writeJoined: Write = (_, __, { shops, kind }) => {
  const pagelist = [...shops].flatMap(([shop, rows]) =>
    rows.map(({ plan, status, state, joinedAt, approvedAt }) => ({
      campaignId: Number(plan),
      campaignStatus: STATES.indexOf(state!),
      status: STATUSES.indexOf(status!),
      oriMemberId: Number(shop),
      shopKeeperId: keeperOf(shop),
      createTime: joinedAt,
      updateTime: approvedAt,
    })),
  );
  const items = kind === 'joined' ? pagelist.length : 99;
  return ['joined.json', { data: { pagelist, statusList: [], paginator: { items, page: 1, pages: 1 } } }];
};

const cellsOf = ({ shops }: Export) =>
  [...shops].flatMap(([shop, rows]) =>
    rows.map(({ plan, item, rateBp, ...told }) => ({
      shop_id: shop,
      item_id: item ?? undefined,
      plan_id: plan,
      plan_type: plan === '0' ? 'general' : plan.startsWith('9') ? 'event' : 'special',
      rate: rateBp === undefined ? '' : rateBp === null ? '-' : `${percent(rateBp)}%`,
      status: told.status,
      plan_state: told.state,
      joined_at: told.joinedAt,
      approved_at: told.approvedAt,
      ends_at: told.endsAt,
      sales_30d: told.sales?.toString(),
    })),
  );

const WRITERS: Readonly<Record<Kind, Write>> = {
  joined: writeJoined,
  joinedPart: writeJoined,
  table(_, __, one) {
    const rows = cellsOf(one).map((row) => ({ captured_at: moment(one.atMs), ...row }));
    const lines = [Object.keys(rows[0]!), ...rows.map((row) => Object.values(row).map((cell) => cell ?? ''))];
    return ['table.csv', lines.map((cells) => `${cells.join(',')}\n`).join('')];
  },
  part(_, __, one) {
    const captured_at = moment(one.atMs);
    return ['part.json', { format: 'tkguard/snapshot@1', captured_at, coverage: 'partial', plans: cellsOf(one) }];
  },
  search(shop, rows) {
    const pageList = byItem(rows, (item, general, specials) => ({
      auctionId: Number(item),
      sellerId: Number(shop),
      tkRate: general.rateBp! / 100,
      tkSpecialCampaignIdRateMap: ratesOf(specials, percent),
      totalNum: general.sales,
    }));
    return ['search.json', { data: { head: { status: 'OK' }, pageList } }];
  },
  shopPage(shop, rows, { knownBy }) {
    const campaignList = rows.map(({ plan, rateBp, endsAt }) => ({
      campaignId: Number(plan),
      campaignType: plan === '0' ? 1 : 2,
      avgCommission: rateBp,
      endTime: endsAt,
    }));
    const exsitApplyList = rows.flatMap(({ plan, status }) =>
      status ? [{ campaignId: Number(plan), status: STATUSES.indexOf(status) }] : [],
    );
    const name = knownBy === 'keeper' ? `keeper-${keeperOf(shop)}` : `seller-${shop}`;
    return [`shop.${name}.json`, { data: { exsitApplyList, campaignList } }];
  },
  itemPlans(shop, rows) {
    const data = rows.map(({ plan, rateBp, status }) => ({
      CampaignID: Number(plan),
      CampaignType: '定向计划',
      commissionRate: rateBp! / 100,
      Exist: true,
      ExistStatus: STATUSES.indexOf(status!),
    }));
    return [`plans.item-${rows[0]!.item}.seller-${shop}.json`, { data }];
  },
  planItems(shop, rows) {
    const pagelist = rows.map(({ item, rateBp, sales }) => ({
      auctionId: Number(item),
      commissionRatePercent: rateBp! / 100,
      totalNum: sales,
      userNumberId: Number(shop),
    }));
    const paginator = { items: rows.length, page: 1, pages: 1 };
    return [`items.campaign-${rows[0]!.plan}.json`, { data: { pagelist, paginator } }];
  },
  platform(shop, rows, { knownBy }) {
    const map_data = byItem(rows, (item, general, specials) => ({
      item_id: Number(item),
      seller_id: knownBy === 'opaque' ? `4731182${shop}` : shop,
      commission_rate: String(general.rateBp),
      commission_type: 'COMMON',
      info_dxjh: JSON.stringify(ratesOf(specials, String)),
    }));
    return ['platform.json', { tbk_dg_material_optional_response: { result_list: { map_data } } }];
  },
};
