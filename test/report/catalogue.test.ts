import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { OPTIONS } from '../../src/commands/options.ts';
import { PLAN_KINDS } from '../../src/domain/reading.ts';
import { CHINA } from '../../src/domain/time.ts';
import { FORMATS } from '../../src/ingest/formats/registry.ts';
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

test.each([
  ['kind', PLAN_KINDS],
  ['facet', FORMATS.flatMap((format) => format.gives)],
  ['need', FORMATS.flatMap((format) => format.needs)],
  ['format', FORMATS.flatMap(({ id }) => [`${id}.title`, `${id}.where`])],
])('every %s that is looked up at run time has words', (prefix, codes) => {
  expect(codes.map((code) => `${prefix}.${code}`).filter((key) => !Object.hasOwn(en, key))).toEqual([]);
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

test('every text is used', () => {
  const source = readdirSync(join(import.meta.dirname, '../../src'), { recursive: true, withFileTypes: true })
    .filter(({ name }) => name.endsWith('.ts') && name !== 'en.ts' && name !== 'zh.ts')
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');
  // A key stands whole, or is put together: `verdict.${…}`, `help.${…}.examples`.
  const whole = new Set([...source.matchAll(/['`]([\w.:,{}\]-][\w.:, {}\]-]*)['`]/g)].map(([, key]) => key));
  const patterns = [...source.matchAll(/`((?:[\w-]+\.)+)\$\{[^`]*?\}(\.[\w.]+)?`/g)].map(([, from = '', to = '']) => [
    from,
    to,
  ]);
  const isUsed = (key: string) =>
    whole.has(key) || patterns.some(([from, to]) => key.startsWith(from as string) && key.endsWith(to as string));
  expect(Object.keys(en).filter((key) => !isUsed(key))).toEqual([]);
});

test('an argument is never taken for a placeholder or a pattern', async () => {
  const t = await createTranslator('zh', CHINA);
  expect(t('reason.superseded', { by: '{by} $& $1' })).toBe('已被后来审核通过的计划 {by} $& $1 覆盖。');
});
