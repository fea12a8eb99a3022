import { describe, expect, test } from 'vitest';
import { askGate, type GateAnswer } from '../../src/domain/gate.ts';
import type { Reason } from '../../src/domain/reason.ts';
import { CHINA } from '../../src/domain/time.ts';
import type { Fault } from '../../src/errors.ts';
import type { FileOutcome } from '../../src/import/outcome.ts';
import { answerCheck, buildCheckReport, type CheckInput } from '../../src/report/check-report.ts';
import { planDocument } from '../../src/report/document-parts.ts';
import { explain } from '../../src/report/explain.ts';
import { planSentences, reasonSentences, riskSentence, shortRisk } from '../../src/report/phrases.ts';
import { describeError, describeRefusal } from '../../src/report/problems.ts';
import { render } from '../../src/report/render.ts';
import { ageText } from '../../src/report/values.ts';
import { createTranslator } from '../../src/words/index.ts';
import { FILES, outcome } from './inputs.ts';
import { general, judge, MANY, NOW, POLICY, plan, rates, shop } from './ledgers.ts';

const [t, zh] = [await createTranslator('en', CHINA), await createTranslator('zh', CHINA)];

test('columns are named in ours and in Chinese; those of the user as they stand in the file', () => {
  const ours = { code: 'missing-columns', args: { columns: 'rate (佣金比率), plan_id (计划ID)' } } as const;
  expect(describeError(ours, zh).join('\n')).toContain('缺少必需的列：rate（佣金比率）、plan_id（计划ID）');
  expect(describeError(ours, t).join('\n')).toContain('needed columns are missing: rate (佣金比率), plan_id (计划ID)');
  const { what } = explain('note.unknown-columns', { columns: '备注 (内部)' }, zh);
  expect(what).toContain('备注 (内部)');
});

test.each<[Reason, string, string]>([
  [
    { code: 'below-general', gapBp: -38 },
    'The special rate is 0.38 points below the general rate.',
    '定向比通用低 0.38 个百分点。',
  ],
  [
    { code: 'rate-cut', item: null, fromBp: 1000, toBp: 800, at: '2014-03-09T09:00:00+08:00' },
    'RATE CUT: the special rate went from 10.00% to 8.00%, seen 2014-03-09 09:00.',
    '【降佣】定向由 10.00% 降到 8.00%，发现于 2014-03-09 09:00。',
  ],
  [
    { code: 'unit-doubt', rates: 'special', item: null, fromBp: 1000, toBp: 10, at: '2014-03-09T09:00:00+08:00' },
    'UNIT IN DOUBT: the rate of the special plan moved by a hundred times, from 10.00% to 0.10%, seen 2014-03-09 09:00, as when percent and fraction are mixed up. Another format that says the same settles it; or if it is right, `tkguard release <snapshot>` (`tkguard snapshots` gives the number); if not, `tkguard discard <snapshot>`.',
    '【单位存疑】定向计划的佣金比率由 10.00% 变成 0.10%，相差百倍，发现于 2014-03-09 09:00，像是百分数和小数弄混了。另一种格式的数据也这样写，就算确认；没错就用 `tkguard release <编号>` 放行，有误就用 `tkguard discard <编号>` 丢弃（编号见 `tkguard snapshots`）。',
  ],
  [
    { code: 'rate-cut', item: '537', fromBp: 1000, toBp: 800, at: '2014-03-09T09:00:00+08:00' },
    'RATE CUT: the special rate of item 537 went from 10.00% to 8.00%, seen 2014-03-09 09:00.',
    '【降佣】商品 537 的定向由 10.00% 降到 8.00%，发现于 2014-03-09 09:00。',
  ],
  [{ code: 'ends-soon', endsAt: '2014-03-12' }, 'The plan ends 2014-03-12.', '计划将于 2014-03-12 结束。'],
  [{ code: 'not-joined', status: 'removed' }, 'Not joined (removed by the merchant).', '未加入（卖家清退）。'],
  [
    { code: 'mixed', below: 7, above: 1, itemsBelow: ['1', '2', '3', '4', '5', '6', '7'] },
    '7 items would earn more without it, 1 would not. Better without it: 1, 2, 3, 4, 5, and 2 more.',
    '7 个商品走通用更划算，1 个不是。走通用更划算的：1、2、3、4、5、另有 2 个。',
  ],
  [
    { code: 'stale', ageHours: 96 },
    'The data is 4 d old, too old to judge by: export it again.',
    '数据是 4 天前的，太旧，不能据此判断：请重新导出。',
  ],
])('%j', (reason, english, chinese) => {
  expect(reasonSentences([reason], t)).toBe(english);
  expect(reasonSentences([reason], zh)).toBe(chinese);
});

test.each<[number, string]>([
  [-86, '3 个商品中 1 个走通用更划算，整体亏 0.86 个百分点。'],
  [12, '3 个商品中 1 个走通用更划算，整体仍多赚 0.12 个百分点。'],
])('where items differ, what they come to is said once (%i)', (gapBp, chinese) => {
  const sum: Reason = { code: gapBp < 0 ? 'below-general' : 'above-general', gapBp };
  expect(reasonSentences([sum, { code: 'mixed', below: 1, above: 2, itemsBelow: [] }], zh)).toBe(chinese);
});

test.each([
  [0, 'under 1 min'],
  [60_000, '1 min'],
  [3_599_999, '59 min'],
  [3_600_000, '1 h'],
  [2 * 86_400_000 - 1, '47 h'],
  [2 * 86_400_000, '2 d'],
])('an age of %i ms', (ageMs, text) => {
  expect(ageText(ageMs, t)).toBe(text);
});

describe('the gate in one line', () => {
  const question = { policy: POLICY, nowMs: NOW, item: null };
  const ask = (index: number, planId: string | null = null) => askGate(MANY[index]!, { item: null, planId }, question);
  const input = (answers: readonly GateAnswer[]): CheckInput => ({
    query: { text: 'x', kind: 'shop', id: 'x' },
    answers,
    hints: [],
  });

  const say = (asked: CheckInput, words = t, colour = false) => {
    const answers = [{ id: 'x', ...answerCheck(asked, words) }];
    const moments = { generatedAtMs: NOW, asOfMs: NOW, policy: POLICY, exitCode: 0, held: [] } as const;
    return render(buildCheckReport(answers, moments, words), 'table', { colour, width: null });
  };

  test('colour paints the verdict and nothing else', async () => {
    const plain = await say(input([ask(0)]), zh);
    expect(await say(input([ask(0)]), zh, true)).toBe(
      plain.replace('先退出', '\u001b[31m\u001b[1m先退出\u001b[22m\u001b[39m'),
    );
  });

  test('an id that nobody knows cannot be judged', async () => {
    expect(await say(input([]))).toBe(
      'cannot judge: nothing is known of “x”.\nhint: check the id; if the item is new, find it in the item search, and import that.\n',
    );
    expect(answerCheck(input([]), t).document).toMatchObject({
      verdict: 'review',
      exitCode: 3,
      reasons: [{ code: 'no-such-id' }],
      accounts: [],
    });
  });

  test('nothing joined, and it is known', async () => {
    const ledger = { ...shop([general('5.00%')]), joinedListTimes: [NOW - 7_200_000] };
    const answer = askGate(ledger, { item: null, planId: null }, question);
    expect(await say(input([answer]))).toBe(
      'ok: 隆缘裳服饰旗舰店: No special plan applies here: links earn the general rate. Data from 2 h ago.\n',
    );
  });

  test('several accounts are told apart', async () => {
    const text = await say(input([ask(0), { ...ask(0), account: 'studio-b' }]));
    expect(text.split('\n').map((line) => line.slice(0, 20))).toEqual([
      'exit first: default,',
      'exit first: studio-b',
      '',
    ]);
  });
});

describe('refusals on stderr', () => {
  test('what happened, every bad row, what to do next', () => {
    expect(describeRefusal(FILES[2]!, t)).toEqual([
      'tkguard: bad.csv: problems in its rows: 2; nothing was imported [bad-rows]',
      'line 7, rate: found “abc”, expected a percentage from 0 to 100 such as 15.50%',
      'line 9, shop_id: empty, and must be filled in',
      'hint: Correct the rows, or import only the good ones with --skip-bad-rows.',
    ]);
  });

  test('the same in Chinese', () => {
    expect(describeRefusal(FILES[2]!, zh)).toEqual([
      'tkguard: bad.csv：有 2 处看不懂，整个文件未导入 [bad-rows]',
      '第 7 行“rate”：写的是“abc”，应为 0 到 100 的百分比，例如 15.50%',
      '第 9 行“shop_id”：空着，这里必须填写',
      '提示：请改正后重新导入；或加 --skip-bad-rows，先导入没有问题的行。',
    ]);
  });

  type Problem = FileOutcome['problems'][number];

  function refusedRows(found: readonly Partial<Problem>[], words = t, more: Partial<FileOutcome> = {}): string[] {
    const problem: Problem = { code: 'bad-rate', locator: 2, field: 'rate', found: '?', expected: '' };
    const problems = found.map((one) => ({ ...problem, ...one }));
    const refusal = { code: 'bad-rows', args: { count: problems.length } } as const;
    return describeRefusal(outcome({ status: 'refused', refusal, problems, ...more }), words);
  }

  test.each([
    ['row', 'row', '第 3 行'],
    ['entry', 'entry', '第 3 条'],
  ] as const)(
    'rows of a sheet and entries of a JSON document are counted, not lines: %s',
    (rowUnit, english, chinese) => {
      const problem = { code: 'rounded-id', locator: 3, field: 'seller_id', found: '1.23E+18' } as const;
      const [, line] = refusedRows([problem], t, { rowUnit });
      const start = `${english} 3, seller_id: found “1.23E+18”, expected an id with all its digits`;
      expect(line?.slice(0, start.length)).toBe(start);
      expect(refusedRows([problem], zh, { rowUnit })[1]).toContain(`${chinese}“seller_id”：写的是“1.23E+18”`);
    },
  );

  test('hostile text of the file is cleaned', () => {
    const refusal = { code: 'no-result', args: { message: '\u001b[31mx' } } as const;
    const lines = refusedRows([{ found: '\u001b]0;x\u0007\u202e9\n9' }], t, { file: 'a\u001b[2J.csv', refusal });
    expect(lines[0]).toBe('tkguard: a.csv: nothing was found: x [no-result]');
    expect(lines[1]).toContain('found “<U+202E>9 9”');
  });

  test.each([
    ['a mark that no screen shows', '4.50%\u200b', 'found “4.50%<U+200B>”, expected a percentage'],
    ['nothing but such a mark', '\ufeff', 'found “<U+FEFF>”, expected a percentage'],
    ['a long cell', 'x'.repeat(50), `found “${'x'.repeat(40)}…”`],
  ])('%s is shown', (_, found, text) => expect(refusedRows([{ found }])[1]).toContain(text));

  test('--skip-bad-rows is not advised where it does not help', () => {
    const lines = [t, zh].map((words) => refusedRows([{ code: 'disagrees', found: '4', expected: '5' }], words));
    expect(lines.map((said) => said.at(-1))).toEqual([
      'hint: Correct the rows. --skip-bad-rows does not help here: nothing tells which of them is right.',
      '提示：请改正这些行。--skip-bad-rows 在这里没有用：分不清哪一行正确。',
    ]);
  });

  test.each<[Fault, string]>([
    [{ code: 'not-json', args: { reason: 'Unexpected end of JSON input' } }, '不是完整的 JSON：内容提前结束'],
    [{ code: 'not-json', args: { reason: 'Unexpected token } in JSON at position 8' } }, '第 9 个字符处有误'],
    [{ code: 'missing-id', args: { ids: 'seller, item', example: 'seller-1' } }, '缺卖家ID、商品ID'],
    [{ code: 'ambiguous-id', args: { kind: 'seller', ids: '1, 2' } }, '两个 ID 互相矛盾（卖家ID）：1、2'],
    [{ code: 'unreadable', args: { reason: 'EACCES' } }, '文件无法读取（没有权限）'],
    [{ code: 'io', args: { path: 'x.db', reason: 'ENOSPC: no space left on device, write' } }, 'x.db：磁盘已满'],
    [{ code: 'unreachable', args: { reason: 'CERT_HAS_EXPIRED' } }, '无法访问该网址（CERT_HAS_EXPIRED）'],
    [{ code: 'future-file-time', args: { atMs: NOW } }, '2014-03-09 12:00'],
  ])('no English of the system or of a parser in Chinese: %j', (refusal, text) => {
    expect(describeRefusal(outcome({ status: 'refused', refusal }), zh)[0]).toContain(text);
  });

  test('nothing is said of files that were taken in', () => {
    expect([FILES[0]!, FILES[1]!].flatMap((file) => describeRefusal(file, t))).toEqual([]);
  });
});

test('errors: what happened, and the next step', () => {
  expect(describeError({ code: 'no-database', args: { path: '/tmp/\u001b[31mx.db' } }, t)).toEqual([
    'tkguard: /tmp/x.db: there is no database yet [no-database]',
    'hint: Run `tkguard sync <files>` first, or name another database with --db.',
  ]);
  expect(describeError({ code: 'unknown-id', args: { kind: 'plan', query: '1' } }, zh)[0]).toContain('计划“1”');
});

test('a kept plan whose rate was cut says that first, and loudly', () => {
  const [kept] = judge([
    shop([general('5.00%'), plan('1', { kind: 'special', status: 'approved' }, [rates(['12.00%', '9.00%'])])]),
  ]);
  expect(kept?.verdict).toBe('keep');
  expect(planSentences(planDocument(kept!, false, t), t)[0]).toEqual({
    tone: 'loud',
    text: 'RATE CUT: the special rate went from 12.00% to 9.00%, seen 2014-03-09 09:00.',
  });
});

test.each([
  [
    320,
    'about ¥3.20/day (lines: 3, fewer than 5; days: 14)',
    'About ¥3.20/day (lines: 3, fewer than 5; days: 14), turnover',
    '约 ¥3.20/天',
  ],
  [
    0,
    'less than ¥0.01/day (lines: 3, fewer than 5; days: 14)',
    'Less than ¥0.01/day (lines: 3, fewer than 5; days: 14), turnover',
    '不到 ¥0.01/天',
  ],
])('%s fen a day at risk', (fen, short, whole, chinese) => {
  const told = { atRiskFenPerDay: fen, atRisk: { lines: 3, amountFen: 81_680, days: 14, few: true } };
  expect(shortRisk(told, t)).toBe(short);
  expect(riskSentence(told, t)).toContain(whole);
  expect(shortRisk(told, zh)).toContain(chinese);
});
