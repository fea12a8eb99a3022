import { expect, test } from 'vitest';
import { CHINA } from '../../src/domain/time.ts';
import { DOCUMENTS, type DocumentName } from '../../src/report/documents.ts';
import { render } from '../../src/report/render.ts';
import type { Report } from '../../src/report/report.ts';
import { EXIT_PAGE } from '../../src/report/sanitize.ts';
import { createTranslator } from '../../src/words/index.ts';
import { expectValid, validatorOf } from '../support/schema.ts';
import { emptyReports, filledReports, type ReportName } from './inputs.ts';

const TERMINAL = { colour: false, width: null };
const t = await createTranslator('zh', CHINA);
const names = (Object.keys(DOCUMENTS) as DocumentName[]).filter((name): name is ReportName => name in filledReports(t));

const documentOf = async (report: Report) => JSON.parse(await render(report, 'json', TERMINAL));

test.each(names)('the document of %s is as its schema says', async (name) => {
  expectValid(name, await documentOf(filledReports(t)[name]));
});

test.each(names.filter((name) => name !== 'why' && name !== 'check'))(
  'the empty document of %s is as its schema says',
  async (name) => {
    expectValid(name, await documentOf(emptyReports(t)[name]));
  },
);

test.each(names)('the schema of %s refuses a document with a key too many or too few', async (name) => {
  const validate = validatorOf(name);
  const { schema, ...rest } = await documentOf(filledReports(t)[name]);
  expect(validate({ schema, ...rest })).toBe(true);
  expect(validate({ schema, ...rest, extra: 1 })).toBe(false);
  expect(validate(rest)).toBe(false);
});

test.each(names)('the document of %s begins with its schema', (name) => {
  expect(Object.entries(filledReports(t)[name].document)[0]).toEqual(['schema', `tkguard.${name}/1`]);
});

test('a plan has its keys in the order of the contract', () => {
  const { plans } = filledReports(t).diff.document as { plans: object[] };
  expect(Object.keys(plans[0]!)).toEqual([
    'verdict',
    'reasons',
    'standing',
    'account',
    'shop',
    'plan',
    'membership',
    'basis',
    'special',
    'general',
    'gapBp',
    'scopes',
    'items',
    'context',
    'lastChange',
    'ageMs',
    'atRiskFenPerDay',
    'atRisk',
    'exit',
    'muted',
    'policy',
    'messages',
    'better',
  ]);
});

test('the founding story as JSON', () => {
  const { plans } = filledReports(t).diff.document as { plans: object[] };
  expect(plans[0]).toEqual({
    verdict: 'exit',
    reasons: [
      { code: 'below-general', gapBp: -38 },
      { code: 'rate-cut', item: null, fromBp: 1000, toBp: 800, at: '2014-03-09T09:00:00+08:00' },
      { code: 'average-only', basis: 'shop-average' },
    ],
    standing: 'binding',
    account: 'default',
    shop: { id: '728628560', keeperId: null, name: '隆缘裳服饰旗舰店' },
    plan: {
      id: '2616191',
      name: '高佣定向计划',
      kind: 'special',
      state: 'active',
      locked: null,
      audit: null,
      hidden: false,
      endsAt: null,
      exitId: '998877',
    },
    membership: { status: 'approved', joinedAt: '2014-02-20', approvedAt: '2014-02-21' },
    basis: 'shop-average',
    special: { rateBp: 800, rate: '8.00', capturedAt: '2014-03-09T09:00:00+08:00' },
    general: { rateBp: 838, rate: '8.38', capturedAt: '2014-03-09T09:00:00+08:00' },
    gapBp: -38,
    scopes: { below: 1, equal: 0, above: 0, unknown: 0 },
    items: [
      {
        itemId: null,
        title: null,
        relation: 'below',
        basis: 'shop-average',
        special: { rateBp: 800, rate: '8.00', capturedAt: '2014-03-09T09:00:00+08:00' },
        general: { rateBp: 838, rate: '8.38', capturedAt: '2014-03-09T09:00:00+08:00' },
        gapBp: -38,
        weight: 1,
      },
    ],
    context: { event: null, marketing: null },
    lastChange: {
      item: null,
      fromBp: 1000,
      toBp: 800,
      lastSeenBefore: '2014-03-01T09:00:00+08:00',
      firstSeenAfter: '2014-03-09T09:00:00+08:00',
    },
    ageMs: 10_800_000,
    atRiskFenPerDay: 320,
    atRisk: { lines: 7, amountFen: 81_680, days: 14, few: false },
    exit: { page: EXIT_PAGE, exitId: '998877' },
    muted: null,
    policy: null,
    messages: [
      '【降佣】定向由 10.00% 降到 8.00%，发现于 2014-03-09 09:00。',
      '约 ¥3.20/天（7 单/14 天），成交 ¥816.80，未扣今后的退款。',
      '定向比通用低 0.38 个百分点。按店铺平均比较，没有逐个商品比较。',
      expect.stringMatching(/^退出方法：.*2616191/),
    ],
    better: [],
  });
});
