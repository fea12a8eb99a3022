/** Ledgers for the HTML report: plans with the rates that exports stated over time, taken in by the program itself. */
import { expect } from 'vitest';
import type { World } from '../support/run.ts';

const DAY = 86_400_000;

/** What was exported so many days ago; null: the export does not list the plan. */
type Capture = readonly [daysAgo: number, special: string | null, general: string];

export interface Plan {
  readonly shop: string;
  readonly plan: string;
  readonly item?: string;
  readonly captures: readonly Capture[];
}

/** A merchant who cuts below the general rate, one who cut today, one who keeps his word, one unknown for a week, one lacking. */
export const STORIES: readonly Plan[] = [
  {
    shop: '隆缘裳服饰旗舰店',
    plan: '高佣定向计划',
    item: '春季新款连衣裙',
    captures: [
      [58, '10%', '8.38%'],
      [40, '10%', '8.38%'],
      [21, '8%', '8.38%'],
      [0, '7.5%', '8.38%'],
    ],
  },
  {
    shop: '雅鹿官方旗舰店',
    plan: '招募淘客',
    item: '男士轻薄羽绒服',
    captures: [
      [58, '12%', '5.5%'],
      [30, '9%', '5.5%'],
      [12, '4%', '5.5%'],
      [0, '4%', '5.5%'],
    ],
  },
  {
    shop: '全球茶叶公司',
    plan: '茶叶定向',
    item: '明前龙井',
    captures: [
      [58, '25%', '2.8%'],
      [0, '25%', '2.8%'],
    ],
  },
  {
    shop: '北欧家居生活馆',
    plan: '老客专享',
    captures: [
      [50, '6%', '4.2%'],
      [30, null, '4.2%'],
      [23, '6.4%', '4.2%'],
      [0, '6.4%', '5%'],
    ],
  },
  { shop: '全球瓷器馆', plan: '新店定向', captures: [[5, '9%', '3%']] },
  {
    shop: '山野农家土特产专营店',
    plan: '长期合作',
    captures: [
      [45, '15%', '9%'],
      [30, '13.5%', '9%'],
      [0, '14%', '9%'],
    ],
  },
];

/** Every text of an export that would like to be more than text. */
export const HOSTILE: readonly string[] = [
  '<script>window.hit=1</script>旗舰店',
  '"><img src="http://127.0.0.1:9/x" onerror="window.hit=2">',
  "'onmouseover='window.hit=3",
  '</title></svg><script>window.hit=4</script>',
  '\u202e店铺反写\u202c',
  '很长很长的店铺名称'.repeat(30),
];

export async function syncPlans(world: World, plans: readonly Plan[]): Promise<void> {
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = plans.flatMap(({ shop, plan, item = '商品', captures }, i) =>
    captures.flatMap(([daysAgo, special, general]) => {
      const at = new Date(world.now - daysAgo * DAY - 3_600_000).toISOString();
      const subject = [at, `${728_628_560 + i}`, cell(shop), `${610_000_000_001 + i}`, cell(item)];
      const own = [`${2_616_191 + i}`, cell(plan), 'special', special, 'approved', '2026-09-01'];
      return [[...subject, '0', '', 'general', general, '', ''], ...(special === null ? [] : [[...subject, ...own]])];
    }),
  );
  const head = 'captured_at,shop_id,shop_name,item_id,item_title,plan_id,plan_name,plan_type,rate,status,approved_at';
  const file = world.write('plans.csv', [head, ...lines.map((line) => line.join(','))].join('\n'));
  expect(await world.run('sync', file, '--quiet')).toEqual({ code: 0, out: '', err: '' });
}

/** The report as text. */
export async function pageOf(world: World, ...argv: string[]): Promise<string> {
  const { code, out, err } = await world.run('report', ...argv);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
}
