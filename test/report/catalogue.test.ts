import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMAND_GROUPS } from '../../src/commands/index.ts';
import { OPTIONS } from '../../src/commands/options.ts';
import { ALERT_EVENTS, ALERT_KINDS } from '../../src/domain/alert.ts';
import { WAYS } from '../../src/domain/better.ts';
import { CHANGE_CODES } from '../../src/domain/changes.ts';
import { RELATIONS, SCOPE_BASES } from '../../src/domain/compare.ts';
import { EARLY_SIGNS } from '../../src/domain/early-warning.ts';
import { GRADES } from '../../src/domain/grade.ts';
import { BUCKETS, LOSS_NOTES } from '../../src/domain/loss-line.ts';
import { VERDICTS } from '../../src/domain/question.ts';
import { COVERAGES, MEMBERSHIPS, PLAN_KINDS, PLAN_STATES } from '../../src/domain/reading.ts';
import { reason } from '../../src/domain/reason-shape.ts';
import { CAPTURED_FROM } from '../../src/domain/snapshot.ts';
import { STANDINGS } from '../../src/domain/standing.ts';
import { CHINA } from '../../src/domain/time.ts';
import { RATE_UNITS } from '../../src/ingest/cells.ts';
import { FORMATS } from '../../src/ingest/formats/registry.ts';
import { DOCUMENTS } from '../../src/report/documents.ts';
import { en } from '../../src/words/en.ts';
import { TOPICS } from '../../src/words/help/index.ts';
import { createTranslator } from '../../src/words/index.ts';
import { zh } from '../../src/words/zh.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGES = Object.keys(TOPICS).map((topic) => `src/words/help/${topic}.zh.md`);

// That both have the same keys and holes, and that each code and argument has its place, is checked by the compiler.
const CATALOGUES: readonly [string, Readonly<Record<string, string>>][] = [
  ['en', en],
  ['zh', zh],
];

describe.each(CATALOGUES)('%s', (_, texts) => {
  test('no key but those of the other language, in the same order', () => {
    expect(Object.keys(texts)).toEqual(Object.keys(en));
  });

  test('every text says something', () => {
    const silent = Object.entries(texts).filter(([key, text]) => text.trim() === '' && !key.endsWith('.separator'));
    expect(silent).toEqual([]);
  });
});

/** Families whose texts are looked up by a code, with all that it may be. A code's text may have variants: `reason.missing.gone`. */
const FAMILIES: readonly (readonly [prefix: string, codes: readonly string[]])[] = [
  ['verdict', [...VERDICTS, 'muted']],
  ['standing', STANDINGS],
  ['membership', MEMBERSHIPS],
  ['kind', PLAN_KINDS],
  ['state', PLAN_STATES],
  ['relation', RELATIONS],
  ['basis', [...SCOPE_BASES, 'items']],
  ['reason', reason.options.map(({ shape }) => shape.code.value)],
  ['via', WAYS],
  ['coverage', COVERAGES],
  ['captured-from', CAPTURED_FROM],
  ['bucket', BUCKETS],
  ['loss.note', LOSS_NOTES],
  ['grade', GRADES],
  ['change', CHANGE_CODES],
  ['sign', EARLY_SIGNS],
  ['alert.kind', ALERT_KINDS],
  ['alert.event', ALERT_EVENTS],
  ['unit', [...RATE_UNITS, 'unknown']],
  ['rule', DOCUMENTS.why.shape.answers.unwrap().element.options[0].shape.rule.options],
  ['level', DOCUMENTS.doctor.shape.findings.unwrap().element.shape.level.options],
  ['facet', FORMATS.flatMap((format) => format.gives)],
  // Of a whole ledger only sync tells.
  ['format', [...FORMATS.map(({ id }) => id), 'tkguard-ledger']],
  ['help.topic', Object.keys(TOPICS)],
  ['help.option', [...Object.keys(OPTIONS), 'version', 'help', 'db', 'config', 'lang']],
  ['help.commands', Object.keys(COMMAND_GROUPS)],
];

test.each(FAMILIES)('each %s has words, and no others have', (prefix, codes) => {
  const keys = Object.keys(en).filter((key) => key.startsWith(`${prefix}.`));
  const worded = keys.map((key) => key.slice(prefix.length + 1).replace(/\..*/, ''));
  expect([...new Set(worded)].sort()).toEqual([...new Set(codes)].sort());
});

/** What a Chinese reader sees of a page or a text: no code, no addresses, no `{holes}`. */
function proseOf(text: string): string {
  return text.replace(/^```.*?^```$/gms, '').replace(/`[^`]*`|https?:\S+|\]\([^)]*\)|\{[^{}]*\}/g, 'x');
}

const CHINESE: readonly [string, string][] = [
  ...Object.entries(zh).filter(([key]) => key !== 'formats.template' && key !== 'help.value-names'),
  ...['README.zh-CN.md', ...PAGES].map((file): [string, string] => [file, readFileSync(join(ROOT, file), 'utf8')]),
];

test.each([
  [
    'punctuation of half width',
    /[\u4e00-\u9fff”》）][,;:!?](?!:)|[,;!?:][\u4e00-\u9fff“]/,
    ['映射写作 map:', 'map:设置', 'map:名称'],
  ],
  ['brackets of half width', /[\u4e00-\u9fff”]\(|\)[\u4e00-\u9fff“]|\([\u4e00-\u9fff]/, ['佣金比例(%)']],
  ['a blank before or behind punctuation', / [，。；：、）”！？]|[，。；：、（“！？] (?=\S)/, [' 。退出后记']],
  ['a blank before a percent sign', /\d %/, []],
  // One word for each thing: 导入记录, 记录, 佣金比率, 暂扣, 设置文件, 维权订单.
  ['another word for the same', /快照|读数|佣金率(?!、)|暂缓|配置文件|行对象|时间线|“维权”|数据时长/, []],
  ['words of a machine translation', /被用来|请注意|对于.*来说|进行了|的话，/, []],
])('no Chinese text has %s', (_, wrong, allowed) => {
  const found = CHINESE.flatMap(([name, text]) =>
    proseOf(text)
      .split('\n')
      .filter((line) => wrong.test(allowed.reduce((rest, exception) => rest.replaceAll(exception, ''), line)))
      .map((line) => `${name}: ${line}`),
  );
  expect(found).toEqual([]);
});

test('words of statistics are shown with the evidence alone', () => {
  const keys = Object.entries(zh).filter(([, text]) =>
    /威尔逊|置信|估计|自助抽样|区间|Kaplan|Turnbull|z = /.test(text),
  );
  const others = keys.filter(([key]) => !/^curve\.|^shops\.formula$|^heading\.confidence$/.test(key));
  expect(others).toEqual([]);
});

test('words that stand for a value are Chinese in Chinese help', () => {
  const names = new Map(zh['help.value-names'].split(' ').map((pair) => pair.split('=') as [string, string]));
  const flags = Object.values(OPTIONS).map((option) => option.flags);
  const words = flags.flatMap((text) =>
    [...text.matchAll(/<([^>]*)>/g)].flatMap(([, value = '']) => value.match(/[a-z]+/g)),
  );
  expect(words.filter((word) => word && !names.has(word) && word !== 'postgres')).toEqual([]);
});

/** What the program finds in the messages of the system and of commander. */
const FOREIGN = /^(reason-of\.E[A-Z]+|usage\.[a-zA-Z]+|thing\.platform-[a-z]+)$/;

test('every other text is used', () => {
  const source = readdirSync(join(ROOT, 'src'), { recursive: true, withFileTypes: true })
    .filter(({ name }) => name.endsWith('.ts') && name !== 'en.ts' && name !== 'zh.ts')
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
  const literals = new Set(
    [/'([^'\n]*)'/g, /`([^`\n]*)`/g, /\b([\w-]+)'?\??:/g].flatMap((pattern) =>
      [...source.matchAll(pattern)].map(([, literal]) => literal),
    ),
  );
  // Or it is put together of what stands in the source and a code that does, too: `help.${…}.examples`.
  const joined = [...source.matchAll(/`([\w-]+\.(?:[\w-]+\.)*)\$\{[^`]*?\}(\.[\w.]+)?`/g)].map(
    ([, from = '', to = '']) => [from, to] as const,
  );
  const isUsed = (key: string) =>
    literals.has(key) ||
    FOREIGN.test(key) ||
    FAMILIES.some(([prefix]) => key.startsWith(`${prefix}.`)) ||
    joined.some(([from, to]) => {
      if (!key.startsWith(from) || !key.endsWith(to)) return false;
      const code = key.slice(from.length, key.length - to.length);
      return literals.has(code) || code.split('.').every((part) => literals.has(part));
    });
  expect(Object.keys(en).filter((key) => !isUsed(key))).toEqual([]);
});

test('an argument is never taken for a placeholder or a pattern', async () => {
  const t = await createTranslator('zh', CHINA);
  expect(t('reason.superseded', { by: '{by} $& $1' })).toBe('已被后来审核通过的计划 {by} $& $1 覆盖。');
});
