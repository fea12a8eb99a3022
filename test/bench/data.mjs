// Made data, the same at every run. Sizes are numbers of rows.
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** mulberry32: a small seeded generator. */
export function makeRandom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const HEADER = [
  'captured_at',
  'shop_id',
  'shop_name',
  'item_id',
  'item_title',
  'plan_id',
  'plan_name',
  'plan_type',
  'rate',
  'plan_state',
  'sales_30d',
  'commission_30d',
];
const ITEMS_A_SHOP = 40;
const PLANS_AN_ITEM = 5;
const WORDS = [
  '春季新款',
  '纯棉',
  '保温杯',
  '充电器',
  '女士连衣裙',
  '儿童运动鞋',
  '旗舰正品',
  '家用',
  '便携',
  '高山绿茶',
];
const PLAN_NAMES = ['通用计划', '高佣定向,加QQ群', '老客专享', '达人专属高佣', '秋冬主推'];

/** A rate drawn anew for a row and a version of it. */
function drawBp(random, isSpecial) {
  return isSpecial ? 300 + Math.floor(random() * 2700) : 50 + Math.floor(random() * 1500);
}

/** Where in a catalogue a row stands: five plans an item, forty items a shop. */
function placeOf(row) {
  const item = Math.floor(row / PLANS_AN_ITEM);
  return { item, plan: row % PLANS_AN_ITEM, shop: Math.floor(item / ITEMS_A_SHOP) };
}

export function shopIdOf(row) {
  return String(2_100_000_000 + placeOf(row).shop * 37);
}

export function itemIdOf(row) {
  return String(560_000_000_000 + placeOf(row).item * 7919);
}

export function planIdOf(row) {
  const { plan, shop } = placeOf(row);
  return plan === 0 ? '0' : String(13_000_000 + shop * 4 + plan);
}

function titleOf(item) {
  const words = [0, 1, 2].map((n) => WORDS[(item * (n + 3) + (item >> n)) % WORDS.length]).join('');
  // One title in ten needs quotes.
  return item % 10 === 0 ? `"${words},""${item}""号"` : `${words}${item}号`;
}

/**
 * The cells of day `day`, from 1: of the rows of the day before, 2 % have another rate, 0.5 % are gone, and as many come new at the end.
 * `movedSales`: the share of items whose sales are others on the second day. Calls `write` with each line.
 */
export function eachRow(rows, day, write, { movedSales = 0, seed = 7 } = {}) {
  const gone = new Set();
  const bps = new Map();
  let total = rows;
  for (let n = 2; n <= day; n++) {
    const random = makeRandom(seed * 1000 + n);
    for (let row = 0; row < total; row++) {
      const luck = random();
      if (luck < 0.005) gone.add(row);
      else if (luck < 0.025) bps.set(row, drawBp(random, row % PLANS_AN_ITEM !== 0));
    }
    total += Math.round(rows * 0.005);
  }
  const random = makeRandom(seed);
  const moves = makeRandom(seed + 1);
  const at = new Date(Date.UTC(2026, 0, day)).toISOString().slice(0, 10);
  let more = 0;
  for (let row = 0; row < total; row++) {
    if (row % PLANS_AN_ITEM === 0) more = day > 1 && moves() < movedSales ? 1 : 0;
    const first = drawBp(random, row % PLANS_AN_ITEM !== 0);
    if (gone.has(row)) continue;
    const { item, plan, shop } = placeOf(row);
    const bp = bps.get(row) ?? first;
    const name = PLAN_NAMES[plan];
    write([
      `${at} 09:00`,
      shopIdOf(row),
      `${WORDS[shop % WORDS.length]}旗舰店${shop}`,
      itemIdOf(row),
      titleOf(item),
      planIdOf(row),
      name.includes(',') ? `"${name}"` : name,
      plan === 0 ? 'general' : 'special',
      `${(bp / 100).toFixed(2)}%`,
      'active',
      plan === 0 ? '' : String((item % 500) + more),
      plan === 0 ? '' : `${item % 9000}.${10 + (item % 90)}`,
    ]);
  }
}

function writeLines(path, each) {
  const file = openSync(path, 'w');
  let waiting = [];
  const flush = () => {
    writeSync(file, waiting.join(''));
    waiting = [];
  };
  each((line) => {
    waiting.push(line, '\n');
    if (waiting.length >= 20_000) flush();
  });
  flush();
  closeSync(file);
  return path;
}

export function writeCsv(path, rows, day, options) {
  return writeLines(path, (line) => {
    line(HEADER.join(','));
    eachRow(rows, day, (cells) => line(cells.join(',')), options);
  });
}

const ORDER_HEADER = [
  ...[
    '点击时间',
    '创建时间',
    '付款时间',
    '结算时间',
    '商品ID',
    '商品标题',
    '掌柜旺旺',
    '店铺名称',
    '商品数量',
    '商品单价',
  ],
  ...[
    '淘宝订单编号',
    '淘宝子订单号',
    '订单状态',
    '订单类型',
    '付款金额',
    '结算金额',
    '佣金比率',
    '佣金金额',
    '收入比率',
    '分成比率',
  ],
  ...[
    '技术服务费率',
    '技术服务费',
    '付款预估收入',
    '结算预估收入',
    '产品类型',
    '推广者身份',
    '维权标签',
    '专项服务费率',
  ],
];

function yuanOf(fen) {
  return (fen / 100).toFixed(2);
}

/** Order lines, as `drawOrder` has them. */
export function writeOrders(path, lines, drawOrder) {
  const random = makeRandom(11);
  return writeLines(path, (line) => {
    line(ORDER_HEADER.join(','));
    for (let n = 0; n < lines; n++) {
      const { clicked, item, title, name, bp } = drawOrder(random);
      const fen = 100 + Math.floor(random() * 30_000);
      const time = (seconds) =>
        new Date(clicked + (8 * 3600 + seconds) * 1000).toISOString().slice(0, 19).replace('T', ' ');
      const [commission, fee] = [Math.round((fen * bp) / 10_000), Math.round((fen * bp) / 100_000)].map(yuanOf);
      const [amount, rate, no] = [yuanOf(fen), `${yuanOf(bp)}%`, `41${String(n).padStart(15, '0')}`];
      line(
        [
          ...[time(0), time(60), time(90), time(700_000), item, title, name, name, '1', amount],
          ...[`${no}0\t`, `${no}1\t`, '已结算', '天猫', amount, amount, rate, commission, rate, '100.00%'],
          ...['10.00%', fee, commission, commission, '--', '二方', '--', '0.00%'],
        ].join(','),
      );
    }
  });
}

/** The same rows in no order, and with the columns the other way round. */
export function writeShuffled(path, rows, day, { reversed = false } = {}) {
  const lines = [];
  const put = (cells) => lines.push((reversed ? cells.toReversed() : cells).join(','));
  eachRow(rows, day, put);
  const random = makeRandom(day + 100);
  for (let i = lines.length - 1; i > 0; i--) {
    const other = Math.floor(random() * (i + 1));
    [lines[i], lines[other]] = [lines[other], lines[i]];
  }
  return writeLines(path, (line) => {
    line((reversed ? HEADER.toReversed() : HEADER).join(','));
    for (const text of lines) line(text);
  });
}

/** Which special plans one has joined: two of four in every shop, the later of which binds. */
export function writeJoined(path, rows, day) {
  const at = new Date(Date.UTC(2026, 0, day)).toISOString().slice(0, 10);
  return writeLines(path, (line) => {
    line('captured_at,shop_id,plan_id,plan_type,rate,status,approved_at');
    const step = ITEMS_A_SHOP * PLANS_AN_ITEM;
    for (let row = 0; row + 4 < rows; row += step) {
      for (const [plan, approved] of [
        [1, '2025-11-02'],
        [3, '2025-10-01'],
      ])
        line(`${at} 08:00,${shopIdOf(row)},${planIdOf(row + plan)},special,,approved,${approved}`);
    }
  });
}

/** A day in a year that is over: what was captured in the future is refused. */
export function pastDay(day) {
  return new Date(Date.UTC(2025, 0, day)).toISOString().slice(0, 10);
}

/**
 * Plans, five a shop, the general one first, two of them joined, of which the later binds. They have a rate for the shop as a
 * whole, or for each of `items` items of it; 2 % of the rates change a day.
 */
export function makePlanDays(plans, items = 0) {
  const random = makeRandom(7);
  const draw = () => 50 + Math.floor(random() * 3000);
  const scopes = Math.max(1, items);
  const rates = Array.from({ length: plans * scopes }, draw);
  const days = [];
  const shopOf = (plan) => 700_000_000 + Math.floor(plan / 5);
  const itemOf = (plan, scope) => 560_000_000_000 + Math.floor(plan / 5) * items + scope;
  return {
    /** Writes the next day. */
    write(path, day) {
      if (day > 1) for (let i = 0; i < rates.length; i++) if (random() < 0.02) rates[i] = draw();
      days.push(Uint16Array.from(rates));
      const at = pastDay(day);
      const of = items > 0 ? ['item_id', 'item_title'] : [];
      return writeLines(path, (line) => {
        line(['captured_at,shop_id,shop_name', ...of, 'plan_id,plan_name,plan_type,rate,status,approved_at'].join(','));
        for (const [i, bp] of rates.entries()) {
          const [plan, scope] = [Math.floor(i / scopes), i % scopes];
          const item = items > 0 ? [itemOf(plan, scope), titleOf(scope)] : [];
          const kind = plan % 5 === 0 ? '0,通用计划,general' : `${plan},高佣计划${plan},special`;
          const member = plan % 5 === 1 ? 'approved,2024-12-02' : plan % 5 === 3 ? 'approved,2024-11-01' : ',';
          const shop = shopOf(plan);
          line([`${at} 09:00,${shop},店铺${shop}`, ...item, kind, `${yuanOf(bp)}%`, member].join(','));
        }
      });
    },
    /** Where and at which rate an order of one of the days written was made: mostly by the plan that binds. */
    drawOrder(random) {
      const [day, shop] = [Math.floor(random() * (days.length - 1)), Math.floor((random() * plans) / 5)];
      const [scope, luck] = [Math.floor(random() * scopes), random()];
      const plan = shop * 5 + (luck < 0.6 ? 1 : luck < 0.9 ? 0 : 4);
      const clicked = Date.UTC(2025, 0, day + 1, 9 - 8) + Math.floor(random() * 86_000) * 1000;
      const name = `店铺${shopOf(plan)}`;
      return { clicked, item: itemOf(plan, scope), title: titleOf(scope), name, bp: days[day][plan * scopes + scope] };
    },
  };
}

/** Saved answers of one item each: the plans that hold it. */
export function writeSmallFiles(folder, files) {
  mkdirSync(folder, { recursive: true });
  const random = makeRandom(11);
  for (let i = 0; i < files; i++) {
    const shop = Math.floor(i / 20);
    const data = [0, 1, 2, 3, 4].map((plan) => ({
      CampaignID: plan === 0 ? 0 : 13_000_000 + shop * 4 + plan,
      CampaignName: PLAN_NAMES[plan],
      CampaignType: plan === 0 ? '通用计划' : '定向计划',
      ShopKeeperID: 80_000_000 + shop,
      commissionRate: (drawBp(random, plan > 0) / 100).toFixed(2),
      AvgCommission: '0',
      Exist: plan === 1,
      ExistStatus: plan === 1 ? 2 : null,
      Properties: plan > 1 ? '是' : '否',
      manualAudit: plan > 1 ? 1 : 0,
      Detail: `https://pub.example/campaign/${shop}/${plan}`,
    }));
    const doc = { data, info: { message: null, ok: true }, ok: true, invalidKey: null };
    writeFileSync(join(folder, `item-campaigns.item-${itemIdOf(i * PLANS_AN_ITEM)}.json`), JSON.stringify(doc));
  }
  return folder;
}

/** One shop with so many items, the general plan and one joined plan. */
export function writeShop(path, items) {
  return writeLines(path, (line) => {
    line('captured_at,shop_id,item_id,plan_id,plan_type,rate,status,approved_at');
    for (let i = 0; i < items; i++) {
      line(`2026-01-01 09:00,800000001,${700_000_000_000 + i},0,general,5.00%,,`);
      line(`2026-01-01 09:00,800000001,${700_000_000_000 + i},13000001,special,8.00%,approved,2025-11-02`);
    }
  });
}
