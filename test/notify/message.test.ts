/** What messages say, whatever exports call shops and plans, and however long they are. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type AlertEvent, type AlertFacts, type AlertKind, accountFacts } from '../../src/domain/alert.ts';
import { CHINA } from '../../src/domain/time.ts';
import { ADAPTERS } from '../../src/notify/channels/index.ts';
import { composeParts, type Letter } from '../../src/notify/message.ts';
import type { Due } from '../../src/store/deliveries.ts';
import { createTranslator } from '../../src/words/index.ts';

const NOW = Date.parse('2026-11-20T12:00:00+08:00');
const [en, zh] = [await createTranslator('en', CHINA), await createTranslator('zh', CHINA)];

function facts(name: string, plan: string, more: Partial<AlertFacts> = {}): AlertFacts {
  return {
    ...accountFacts('default', NOW - 3_600_000),
    shop: { id: name, keeperId: null, name },
    plan: { id: plan, name: `计划${plan}` },
    specialBp: 800,
    generalBp: 838,
    gapBp: -38,
    ...more,
  };
}

let next = 1;
function due(kind: AlertKind, event: AlertEvent, own: AlertFacts): Due {
  const id = next++;
  return { id, key: `key-${id}`, event, alert: id, kind, openedMs: NOW, facts: own };
}

const letter = (rows: readonly Due[], dead: Letter['dead'] = []): Letter => ({
  due: rows,
  dead,
  isTest: false,
  nowMs: NOW,
});
const PLAIN = { mostBytes: 4096, isMarkdown: false };
const MARKDOWN = { mostBytes: 4096, isMarkdown: true };

test('the dearest first, what is over last, plans of one shop in one line, the steps once, and what did not get through', () => {
  const [part, ...others] = composeParts(
    letter(
      [
        due('exit', 'resolved', facts('回升店', '9')),
        due('exit', 'opened', facts('小店', '1', { gapBp: -300, cut: { fromBp: 1000, toBp: 800, atMs: NOW } })),
        due('exit', 'worse', facts('大店', '2', { fenPerDay: 1240 })),
        due('held', 'opened', accountFacts('大号', NOW, 2)),
        due('exit', 'opened', facts('多计划店', '3', { gapBp: -20 })),
        due('exit', 'opened', facts('多计划店', '4', { gapBp: -10 })),
        due('warn', 'withdrawn', facts('撤回店', '5')),
      ],
      [{ channel: '企业微信', n: 3 }],
    ),
    PLAIN,
    zh,
  );
  expect(others).toEqual([]);
  expect([part?.title, ...(part?.lines ?? [])]).toEqual([
    'tkguard 退出提醒：4 个计划，每天约少赚 ¥12.40',
    '【该退出，又低了】default · 大店 · 计划2 (2)：定向 8.00%，通用 8.38%（-0.38）；约 ¥12.40/天',
    '【该退出】default · 小店 · 计划1 (1)：定向 8.00%，通用 8.38%（-3.00）；10.00%→8.00%（2026-11-20）',
    '【该退出】default · 多计划店 · 2 个计划：定向 8.00%，通用 8.38%（-0.20）',
    '【暂扣待定】大号：2 个文件',
    '【已解除】default · 回升店 · 计划9 (9)（该退出）',
    '【撤回】default · 撤回店 · 计划5 (5)（预警）：所依据的数据已作废',
    '退出方法：打开“推广计划管理”，按店铺旺旺搜索，点“退出”：https://pub.alimama.com/myunion.htm#!/manage/campaign/campaign',
    '退出后记一下：tkguard exited 计划ID',
    '暂扣的数据：看过后用 tkguard release 或 tkguard discard 决定（见 tkguard status）。',
    '数据：1 小时前',
    '企业微信：此前有 3 条提醒未能送达（tkguard notify）',
  ]);
  expect(part?.ids).toHaveLength(7);
});

test('opened and worse of one plan are one line, and a plan that went bad again is bad', () => {
  const own = facts('店', '1');
  const opened = due('exit', 'opened', own);
  const again = due('exit', 'opened', own);
  const rows = [
    opened,
    { ...opened, id: 900, event: 'worse' as const },
    { ...opened, id: 901, event: 'resolved' as const },
    again,
  ];
  const [part] = composeParts(letter(rows), PLAIN, en);
  expect(part?.lines[0]).toBe('Exit: 店 · 计划1 (1): special 8.00%, general 8.38% (-0.38)');
  expect(part?.ids).toEqual(rows.map(({ id }) => id));
  expect(part?.lines.filter((line) => line.includes('计划1'))).toHaveLength(1);
});

test.each([
  ['closed', 3, ['Closed: 店1 · 计划1 (1)', 'Closed: 店2 · 计划2 (2)', 'Closed: 店3 · 2 plans']],
  ['closed', 4, ['Closed: 5 plans of 4 shops (tkguard notify)']],
  ['removed', 4, ['Removed by the merchant: 5 plans of 4 shops (tkguard notify)']],
] as const)('what leaves nothing to do is summed up: %s, %i shops', (kind, shops, expected) => {
  const rows = Array.from({ length: shops }, (_, i) => due(kind, 'opened', facts(`店${i + 1}`, String(i + 1))));
  rows.push(due(kind, 'opened', facts(`店${shops}`, '99')), due('exit', 'opened', facts('店0', '0')));
  const [part] = composeParts(letter(rows), PLAIN, en);
  expect(part?.lines.filter((line) => !line.startsWith('Exit: ')).slice(0, expected.length)).toEqual(expected);
  expect(part?.ids).toHaveLength(rows.length);
});

const HOSTILE = [
  '<@all>',
  '<at id=all></at>',
  '<at user_id="all">所有人</at>',
  '@所有人',
  '[点我](http://evil.example/x)',
  '![x](https://evil.example/x.png)',
  'https://evil.example/登录',
  'www.evil.example',
  '<font color="warning">x</font>',
  '**粗** _斜_ `码` ~~删~~ # 题 > 引 | 表 |',
  '\u202e\u0007\u001b]0;x\u0007反\u200b向',
  'a\nb\r\n- c\n# d',
  '\ud800孤\udc00',
  '茶'.repeat(200),
  '😀'.repeat(100),
  '{page} $& $1 \\n',
];
const hostileArbitrary = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(fc.constantFrom(...'<>@*_`#[]()|~!\\/:.%{}"\'&$=-+ \n茶😀a1'), { maxLength: 50 })
    .map((signs) => signs.join('')),
);

describe.each(['wecom', 'dingtalk', 'feishu', 'serverchan', 'pushplus', 'bark', 'mail'] as const)('%s', (type) => {
  const settings = {
    url: 'https://x.example/h',
    key: 'k',
    secret: 's',
    to: ['a@b.c'],
    from: 'a@b.c',
    command: [],
    folder: '.',
  };

  test('names mention nobody, are no markup and no link', () => {
    fc.assert(
      fc.property(hostileArbitrary, hostileArbitrary, (shop, plan) => {
        const own = facts(shop, plan, { account: plan });
        const [part] = composeParts(
          letter([due('exit', 'opened', own), due('held', 'opened', accountFacts(shop, NOW, 1))]),
          ADAPTERS[type],
          zh,
        );
        const lines = (part?.lines ?? []).filter((line) => line.includes('【'));
        expect(lines).toHaveLength(2);
        for (const line of lines) {
          // Our own signs: the dash of the list, and the brackets around an id.
          const names = line.replace(/^- /, '').replace(/ \([^()]*\)/, '');
          expect(names).not.toMatch(/[<>*_`#[\]()|~@&\\!$\n\r]|:\/\/|\p{L}\.\p{L}|[\p{Cc}\p{Cf}\p{Cs}]/u);
          expect([...line].length).toBeLessThan(300);
        }
        const { shown } = ADAPTERS[type].prepare(part!, settings, NOW);
        // A lone surrogate would be written as an escape, which WeCom refuses (40033).
        expect(shown).not.toContain('\\u');
      }),
      { numRuns: 200 },
    );
  });
});

test.each([PLAIN, MARKDOWN, { mostBytes: 2000, isMarkdown: true }])(
  'cut at line ends, three at most, each alert in one of them: %j',
  (adapter) => {
    fc.assert(
      fc.property(fc.array(hostileArbitrary, { minLength: 1, maxLength: 120 }), (names) => {
        const rows = names.map((name, i) => due('exit', 'opened', facts(`${i}${name}`, String(i))));
        const parts = composeParts(letter(rows), adapter, zh);
        expect(parts.length).toBeLessThanOrEqual(3);
        expect(parts.flatMap(({ ids }) => ids).sort((a, b) => a - b)).toEqual(rows.map(({ id }) => id));
        for (const { title, lines } of parts) {
          expect(Buffer.byteLength([title, ...lines].join('\n\n'))).toBeLessThanOrEqual(adapter.mostBytes);
          expect([title, ...lines].join('')).not.toMatch(/\p{Cs}/u);
        }
        const shown = parts.flatMap(({ lines }) => lines).filter((line) => line.includes('【')).length;
        const more = /另有 (\d+) 条/.exec(parts.at(-1)?.lines.join('\n') ?? '')?.[1] ?? '0';
        expect(shown + Number(more)).toBe(names.length);
        expect(new Set(parts.map(({ key }) => key)).size).toBe(parts.length);
      }),
      { numRuns: 60 },
    );
  },
);
