import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PLAN_KINDS } from '../../src/domain/reading.ts';
import { CHINA } from '../../src/domain/time.ts';
import { FORMATS } from '../../src/ingest/formats/registry.ts';
import { en } from '../../src/words/en.ts';
import { createTranslator } from '../../src/words/index.ts';
import { zh } from '../../src/words/zh.ts';

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
    const silent = Object.entries(texts).filter(([key, text]) => text.trim() === '' && key !== 'sentence.separator');
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
