/** Inputs of every report, filled and empty. */

import { type AlertFacts, accountFacts } from '../../src/domain/alert.ts';
import type { AtRisk } from '../../src/domain/at-risk.ts';
import { changesOf } from '../../src/domain/changes.ts';
import { askGate } from '../../src/domain/gate.ts';
import { historyOf } from '../../src/domain/history.ts';
import { openLossJudge } from '../../src/domain/loss.ts';
import { LossSums, type TimedLine } from '../../src/domain/loss-sums.ts';
import { merchantRecord } from '../../src/domain/merchant.ts';
import { DEFAULT_POLICY } from '../../src/domain/policy.ts';
import { NO_FACTS, NO_SHOP } from '../../src/domain/reading.ts';
import { agesOf } from '../../src/domain/status.ts';
import type { Judgement } from '../../src/domain/verdict.ts';
import type { ExitCode } from '../../src/errors.ts';
import { type FileOutcome, outcomeOf } from '../../src/import/outcome.ts';
import { buildChangesReport } from '../../src/report/changes-report.ts';
import { answerCheck, buildCheckReport, type CheckInput } from '../../src/report/check-report.ts';
import { buildConfigReport, type Place, type Setting } from '../../src/report/config-report.ts';
import { buildDiffReport } from '../../src/report/diff-report.ts';
import { buildDoctorReport, type Finding } from '../../src/report/doctor-report.ts';
import type { DocumentName } from '../../src/report/documents.ts';
import { buildDoneReport, deedOf } from '../../src/report/done-report.ts';
import { buildFormatsReport, type FormatRow } from '../../src/report/formats-report.ts';
import { buildHistoryReport } from '../../src/report/history-report.ts';
import { buildInspectReport, type Look } from '../../src/report/inspect-report.ts';
import { lossLineDocument } from '../../src/report/loss-lines.ts';
import { buildLossReport } from '../../src/report/loss-report.ts';
import { buildMutesReport } from '../../src/report/mutes-report.ts';
import { buildNotifyReport } from '../../src/report/notify-report.ts';
import type { Report } from '../../src/report/report.ts';
import { buildShopsReport } from '../../src/report/shops-report.ts';
import { buildSnapshotsReport } from '../../src/report/snapshots-report.ts';
import { buildStatusReport } from '../../src/report/status-report.ts';
import { buildSyncReport } from '../../src/report/sync-report.ts';
import { answerWhy, buildWhyReport } from '../../src/report/why-report.ts';
import type { Translate } from '../../src/words/index.ts';
import { APPROVED, ledgerOf, scopeOrAll } from '../support/ledger.ts';
import { type OrderDraft, orderLine } from '../support/order-lines.ts';
import { DAY_ONE, DAY_TWO, judge, MANY, MOVES, NOW, POLICY, STORY } from './ledgers.ts';

const FINDINGS: readonly Finding[] = [
  { level: 'ok', code: 'database', args: { path: '/home/u/tkguard.db', sizeBytes: 126_976, snapshots: 3 } },
  { level: 'note', code: 'leftover', args: { name: 'tkguard.db.77.unfinished' } },
  { level: 'problem', code: 'data-old', args: { account: 'default', ageMs: 400_000_000, limitMs: 259_200_000 } },
  {
    level: 'problem',
    code: 'config-fault',
    args: { path: 'config.json', line: 3, found: 'x', expected: 'value', fault: 'config-syntax' },
  },
  { level: 'damage', code: 'damage', args: { path: '/home/u/tkguard.db', reason: 'row 3 missing from index' } },
];
const PLACES: readonly Place[] = [
  { name: 'database', path: '/home/u/.local/share/tkguard/tkguard.db', exists: true },
  { name: 'config', path: null, exists: false },
];

const changesWindow = {
  generatedAtMs: NOW,
  newestCapturedMs: NOW,
  sinceMs: DAY_ONE,
  untilMs: NOW,
  policy: DEFAULT_POLICY,
};
const historyWindow = {
  newestCapturedMs: NOW,
  generatedAtMs: NOW,
  sinceMs: null,
  untilMs: NOW,
  query: { text: '728628560', kind: 'shop', id: '728628560' },
} as const;
const MERCHANTS = MOVES.flatMap((shop) => merchantRecord([shop], DEFAULT_POLICY) ?? []);
const shopsMoment = { newestCapturedMs: NOW - 50_400_000, generatedAtMs: NOW, asOfMs: NOW, confirmMissing: 2 };

const moment = { generatedAtMs: NOW, asOfMs: NOW, policy: POLICY };

export function outcome(parts: Partial<FileOutcome>): FileOutcome {
  const file = outcomeOf('exports/2014-03-09.csv', 'refused');
  return { ...file, status: 'imported', format: 'tkguard-csv', encoding: 'utf-8', ...parts };
}

export const FILES: readonly FileOutcome[] = [
  outcome({
    snapshots: [
      { account: 'default', capturedMs: DAY_TWO, capturedFrom: 'file-time', coverage: 'listed', rows: 2, orders: null },
    ],
    rows: 2,
    changedRows: 1,
    notes: [{ code: 'unknown-columns', args: { columns: '备注' } }],
  }),
  outcome({
    file: 'exports/2014-03-01.csv',
    status: 'known',
    format: null,
    encoding: null,
    knownSince: { importedMs: DAY_ONE, capturedMs: null },
  }),
  outcome({
    file: 'bad.csv',
    status: 'refused',
    refusal: { code: 'bad-rows', args: { count: 2 } },
    problems: [
      { code: 'bad-rate', locator: 7, field: 'rate', found: 'abc', expected: '' },
      { code: 'needed', locator: 9, field: 'shop_id', found: '', expected: '' },
    ],
  }),
  outcome({
    file: 'locked.json',
    status: 'unreadable',
    format: null,
    encoding: null,
    refusal: { code: 'unreadable', args: { reason: 'EACCES' } },
  }),
];

const LOOK: Look = {
  file: 'exports/2014-03-09.csv',
  format: 'tkguard-csv',
  encoding: 'utf-8',
  separator: ',',
  columns: [
    { name: '店铺ID', column: 'shop_id' },
    { name: '备注', column: null },
  ],
  rates: [{ field: 'rate', unit: 'percent', measure: 'commission' }],
  rows: 2,
  sample: [
    {
      account: null,
      capturedMs: DAY_TWO,
      reading: {
        locator: 2,
        shop: { ...NO_SHOP, sellerId: '728628560', name: '隆缘裳服饰旗舰店' },
        item: { id: '537099364188', title: '茶叶' },
        planId: '2616191',
        facts: { ...NO_FACTS, kind: 'special', name: '高佣定向计划', status: 'approved' },
        rate: { measure: 'commission', bp: 800, raw: '8.00%' },
        sales: 3,
      },
    },
  ],
  proposal: null,
};

const LOOKS: readonly Look[] = [
  LOOK,
  {
    ...LOOK,
    file: 'bad.csv',
    format: null,
    columns: [],
    rates: [],
    rows: 0,
    sample: [],
    proposal: {
      name: 'bad',
      columns: [
        {
          source: '佣金',
          column: 'rate',
          by: 'name',
          unit: null,
          unitBy: null,
          isIncome: false,
          evidence: {
            look: 'number',
            filled: 2,
            cells: 3,
            lowest: '45',
            highest: '1550',
            allWhole: true,
            percentSigns: 0,
            samples: ['45', '1550'],
          },
        },
        {
          source: '收入比率',
          column: null,
          by: null,
          unit: null,
          unitBy: null,
          isIncome: true,
          evidence: {
            look: 'number',
            filled: 1,
            cells: 3,
            lowest: '5.5',
            highest: '5.5',
            allWhole: false,
            percentSigns: 0,
            samples: ['5.5'],
          },
        },
      ],
      mapping: { header: ['佣金', '掌柜ID'], columns: { rate: '佣金' }, units: { rate: '?' } },
      fixed: [{ place: 'fixed.plan_type', value: 'general', source: '佣金' }],
      open: ['units.rate'],
    },
  },
];

const FORMATS: readonly FormatRow[] = [
  {
    id: 'tkguard-csv',
    kind: 'table',
    gives: ['general', 'special', 'membership'],
    needs: [],
    exampleName: '2026-11-20.csv',
    rates: [{ field: 'rate', unit: 'percent', measure: 'commission' }],
    addresses: [],
    example: 'shop_id,rate\n1001,4.50%',
  },
  {
    id: 'alimama-shop-plans',
    kind: 'json',
    gives: ['general'],
    needs: ['seller'],
    exampleName: 'shop-campaigns.seller-2166356588.json',
    rates: [
      { field: 'avgCommission', unit: 'basis-points', measure: 'commission' },
      { field: 'lock_rate', unit: null, measure: 'commission' },
    ],
    addresses: ['/shopdetail/campaigns.json'],
    example: '{"data":{"campaignList":[]}}',
  },
];

const SNAPSHOT = {
  id: 1,
  capturedMs: DAY_ONE,
  capturedFrom: 'content',
  importedMs: NOW,
  account: '默认账号',
  format: 'tkguard-csv',
  coverage: 'listed',
  rows: 2,
  orders: null,
  file: '2014-03-01.csv',
  encoding: 'utf-8',
  sha256: '0123456789abcdef'.repeat(4),
  held: null,
} as const;
const ORDERS_SNAPSHOT = {
  ...SNAPSHOT,
  id: 3,
  format: 'alimama-orders',
  coverage: 'orders',
  file: '订单明细.xls',
  encoding: 'xls',
  orders: { sinceMs: DAY_TWO - 86_400_000, untilMs: DAY_TWO },
} as const;

const SHOP = { id: '728628560', keeperId: null, name: '隆缘裳服饰旗舰店' };
const MUTES = [
  {
    planId: '2616191',
    planName: '高佣定向计划',
    shop: SHOP.id,
    shopRef: SHOP,
    account: null,
    fromMs: DAY_ONE,
    untilMs: null,
    reason: '=大促',
    from: 'command' as const,
  },
  {
    planId: '2616192',
    planName: null,
    shop: SHOP.name,
    shopRef: null,
    from: 'config' as const,
    account: 'default',
    fromMs: DAY_ONE,
    untilMs: DAY_TWO,
    reason: null,
  },
];

const SETTINGS: readonly Setting[] = [
  { key: 'database', value: '/srv/tkguard.db', from: 'flag', name: '--db', line: null },
  { key: 'language', value: 'en', from: 'locale', name: null, line: null },
  { key: 'policy.maxAge', value: '12h', from: 'file', name: null, line: 7 },
  { key: 'policy.minGain', value: '0.00', from: 'default', name: null, line: null },
  { key: 'sources[0].url', value: '$FEED', from: 'file', name: null, line: 12 },
];

const FACTS: AlertFacts = {
  account: 'default',
  shop: SHOP,
  plan: { id: '2616191', name: '高佣定向计划' },
  specialBp: 800,
  generalBp: 838,
  gapBp: -38,
  cut: { fromBp: 1000, toBp: 800, atMs: NOW },
  early: null,
  atMs: NOW,
  fenPerDay: 1240,
  files: null,
};

const ALERTS: Parameters<typeof buildNotifyReport>[0] = {
  generatedAtMs: NOW,
  alerts: [
    { id: 2, kind: 'held', openedMs: NOW, closedMs: null, isMuted: false, facts: accountFacts('大号', NOW, 2) },
    { id: 1, kind: 'exit', openedMs: DAY_TWO, closedMs: null, isMuted: false, facts: FACTS },
  ],
  deliveries: (['sent', 'due', 'dead', 'void'] as const).map((state, i) => ({
    id: i + 1,
    alert: 1,
    channel: '群',
    event: 'opened',
    state,
    attempts: i,
    notBeforeMs: NOW,
    answer: i === 0 ? 'errcode 0' : null,
  })),
  refused: [{ channel: '群', answer: 'errcode 93000' }],
};

const RISK: AtRisk = { fenPerDay: 320, lines: 7, amountFen: 81_680, days: 14, isFew: false };
const NO_SYNC = { files: [], changes: [], verdicts: null, moved: null, held: [], warnings: [] };

const NO_LOSS = {
  isMomentSet: false,
  generatedAtMs: NOW,
  sinceMs: null,
  untilMs: NOW,
  coverage: [],
  isOne: false,
} as const;

/** Days 1 to 9 of a plan that was cut, and left after the seventh. */
const SOLD = ledgerOf(
  [1, 4, 7, 9].map((day) => ({
    day,
    plans: {
      0: { rates: { a: 838 } },
      11: {
        facts: { ...APPROVED, name: '=高佣|定向', status: day < 9 ? 'approved' : 'left' },
        rates: { a: day < 4 ? 1000 : 800 },
      },
    },
  })),
);
const ORDERS: readonly OrderDraft[] = [
  { click: 2, rateBp: 1000 },
  { click: 5, rateBp: 800, itemTitle: '\u001b[31m茶壶<b>', refundTag: true },
  { click: 6, rateBp: 500, serviceFeeBp: 300, shareBp: 5000 },
  { click: 8, rateBp: 800, state: 'paid', settledFen: null },
  { click: 9.5, rateBp: 838 },
  { click: null, paid: 8, rateBp: 419, feeBp: null },
  { click: 5, state: 'void' },
];

/** `withLines`: by line, else by plan. */
export function lossReport(withLines: boolean, t: Translate): Report {
  const judgeLine = openLossJudge(SOLD, DEFAULT_POLICY);
  const timed = ORDERS.map((draft, i): TimedLine => {
    const order = { ...orderLine(draft), orderNo: `41000000000000000${i}`, subOrderNo: `42000000000000000${i}` };
    const line = judgeLine(order, scopeOrAll('a'));
    return { line, moment: line.bucket === 'proven' ? 'after-verdict' : null, isTold: i === 2 };
  });
  const sums = new LossSums();
  for (const one of timed) sums.add(one);
  const coverage = [{ account: 'default', lines: ORDERS.length, sinceMs: DAY_ONE, untilMs: DAY_TWO, capturedMs: NOW }];
  const lines = withLines ? timed.map((one) => lossLineDocument(one, t)) : null;
  return buildLossReport({ ...NO_LOSS, coverage, sums, riskOf: () => RISK, lines }, t) as Report;
}

const NO_PLANS = {
  ...moment,
  withItems: false,
  limit: null,
  held: [],
  isBrief: false,
  empty: 'diff.empty',
  betterOf: () => [],
} as const;

export function diffReport(
  judgements: readonly Judgement[],
  t: Translate,
  more: { readonly withItems?: boolean; readonly limit?: number | null } = {},
): Report {
  return buildDiffReport({ ...NO_PLANS, asked: judgements, judgements, ...more }, t) as Report;
}

function checked(input: CheckInput, exitCode: ExitCode, t: Translate): Report {
  const answer = { id: input.query.text, ...answerCheck(input, t) };
  return buildCheckReport([answer], { ...moment, exitCode, held: [] }, t);
}

/** An error is no report, nor is what a webhook gets; the page has its own test (html.test.ts). */
export type ReportName = Exclude<DocumentName, 'error' | 'alert' | 'report'>;

/** Every report with something in it. */
export function filledReports(t: Translate): Record<ReportName, Report> {
  const [judgement, ...others] = judge([MANY[1]!]);
  const gate = (index: number) =>
    askGate(MANY[index]!, { item: null, planId: null }, { policy: POLICY, nowMs: NOW, item: null });
  return {
    diff: diffReport(
      judge(MANY).map((j) => (j.verdict === 'exit' ? { ...j, atRisk: RISK } : j)),
      t,
      { withItems: true },
    ),
    loss: lossReport(true, t),
    check: checked(
      {
        query: { text: '728628560', kind: 'shop', id: '728628560' },
        answers: [gate(0), gate(1), gate(4)],
        hints: [],
      },
      1,
      t,
    ),
    snapshots: buildSnapshotsReport(
      [SNAPSHOT, { ...SNAPSHOT, id: 2, capturedMs: DAY_TWO, capturedFrom: 'now' }, ORDERS_SNAPSHOT],
      t,
    ),
    mutes: buildMutesReport(MUTES, NOW, t),
    formats: buildFormatsReport(FORMATS, false, t),
    sync: buildSyncReport(
      {
        generatedAtMs: NOW,
        asOfMs: NOW,
        dryRun: true,
        ...NO_SYNC,
        files: FILES,
        warnings: [
          { code: 'source-silent', args: { source: 'inbox', silentMs: 4 * 86_400_000, periodMs: 86_400_000 } },
        ],
        changes: judge([STORY]).map(({ account, shop, plan, verdict, special, general, reasons }) => ({
          account,
          shop: { id: shop.id, name: shop.name },
          plan: { id: plan.id, name: plan.name },
          from: 'keep',
          to: verdict,
          isStale: false,
          ageMs: 0,
          specialBp: special.bp,
          generalBp: general.bp,
          early: null,
          reasons,
          atRisk: RISK,
        })),
        verdicts: { exit: 1, review: 0, closed: 0, keep: 0 },
        moved: { lines: 2, before: { lowFen: 130, highFen: 164 }, after: { lowFen: -25, highFen: -25 } },
      },
      t,
    ),
    inspect: buildInspectReport(
      { looks: LOOKS, outcomes: FILES, effect: { ledger: 'read', reason: null, changes: [] }, generatedAtMs: NOW },
      t,
    ),
    changes: buildChangesReport(
      { ...changesWindow, changes: MOVES.flatMap((shop) => changesOf(shop, DEFAULT_POLICY)), limit: null },
      t,
    ),
    history: buildHistoryReport(
      {
        ...historyWindow,
        histories: [STORY, MANY[2]!].map((shop) => historyOf(shop, { planId: null, itemId: null, sinceMs: 0 })),
      },
      t,
    ),
    shops: buildShopsReport(
      {
        ...shopsMoment,
        merchants: MERCHANTS,
        lifetimes: MERCHANTS.flatMap(({ lifetimes }) => lifetimes),
        withEvidence: true,
        isBrief: true,
      },
      t,
    ),
    why: buildWhyReport([{ id: 'x', ...answerWhy({ judgement: judgement!, others }, moment, t) }], moment, t),
    config: buildConfigReport(PLACES, SETTINGS, t),
    done: buildDoneReport(
      [
        deedOf(t, 'mute.done', { plan: '2616191', until: '2026-12-01 23:59' }),
        deedOf(t, 'backup.done', { path: '=\u001b[2J/x', size: '1 kB' }),
      ],
      t,
    ),
    status: buildStatusReport(
      {
        ...moment,
        accounts: ['default', '大号'],
        orders: [
          {
            account: '大号',
            lines: 22,
            sinceMs: DAY_TWO - 7 * 86_400_000,
            untilMs: DAY_TWO,
            capturedMs: NOW - 3_600_000,
          },
        ],
        judgements: judge(MANY),
        held: [],
        undelivered: [{ channel: '群', n: 3 }],
        refused: [{ channel: 'me', answer: 'code 400' }],
        data: agesOf(
          [
            { account: 'default', format: 'alimama-joined-plans', capturedMs: NOW - 3_600_000 },
            { account: 'default', format: 'map:haodanku', capturedMs: NOW - 55 * 3_600_000 },
            { account: '大号', format: 'alimama-item-search', capturedMs: NOW - 80 * 3_600_000 },
          ],
          { policy: POLICY, nowMs: NOW, item: null },
        ),
        next: [
          { export: 'rates', account: 'default', shops: [SHOP, SHOP, SHOP, SHOP] },
          { export: 'joined-plans', account: '大号', shops: [] },
        ],
      },
      t,
    ),
    doctor: buildDoctorReport(FINDINGS, NOW, t),
    notify: buildNotifyReport(ALERTS, t),
  };
}

/** The others always have a row: something was asked about, or is always told. */
type EmptyName = Exclude<ReportName, 'check' | 'why' | 'formats' | 'config' | 'doctor' | 'inspect'>;

/** Every report that can be empty, with nothing in it. */
export function emptyReports(t: Translate): Record<EmptyName, Report> {
  return {
    diff: diffReport([], t),
    loss: buildLossReport({ ...NO_LOSS, sums: new LossSums(), riskOf: () => null, lines: [] }, t),
    snapshots: buildSnapshotsReport([], t),
    mutes: buildMutesReport([], NOW, t),
    done: buildDoneReport([], t),
    status: buildStatusReport(
      {
        ...moment,
        accounts: [],
        judgements: [],
        held: [],
        undelivered: [],
        refused: [],
        data: [],
        orders: [],
        next: [],
      },
      t,
    ),
    notify: buildNotifyReport({ generatedAtMs: NOW, alerts: [], deliveries: [], refused: [] }, t),
    changes: buildChangesReport({ ...changesWindow, newestCapturedMs: null, changes: [], limit: null }, t),
    history: buildHistoryReport({ ...historyWindow, newestCapturedMs: null, histories: [] }, t),
    shops: buildShopsReport(
      { ...shopsMoment, newestCapturedMs: null, merchants: [], lifetimes: [], withEvidence: false, isBrief: true },
      t,
    ),
    sync: buildSyncReport({ generatedAtMs: NOW, asOfMs: NOW, dryRun: false, ...NO_SYNC }, t),
  };
}
