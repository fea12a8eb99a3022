import { describe, expect, test } from 'vitest';
import { CHINA } from '../../src/domain/time.ts';
import { render } from '../../src/report/render.ts';
import { OUTPUT_FORMATS, type OutputFormat, type Report } from '../../src/report/report.ts';
import { widthOf, wrapText } from '../../src/report/wrap.ts';
import { createTranslator, LANGS, type Lang } from '../../src/words/index.ts';
import { withoutMessages } from '../support/schema.ts';
import { diffReport, emptyReports, filledReports, lossReport, type ReportName } from './inputs.ts';
import { general, judge, MANY, plan, rates, shop } from './ledgers.ts';

const PIPE = { colour: false, width: null };
const T = { en: await createTranslator('en', CHINA), zh: await createTranslator('zh', CHINA) };
const t = T.en;

const FOR_PEOPLE = ['table', 'md'] as const;
const FOR_SCRIPTS = ['json', 'ndjson', 'csv'] as const;

/** Markdown shows what the table shows: of these two reports. NDJSON is a list of the JSON, but for the reports with rows of several kinds. */
const IN_MARKDOWN = ['diff', 'check'];
const OF_SEVERAL_KINDS = ['loss', 'sync', 'inspect', 'status', 'notify'];

describe.each(LANGS)('golden, %s', (lang: Lang) => {
  const reports = filledReports(T[lang]);
  const cases = Object.keys(reports).flatMap((name) => [
    [name, 'table'] as const,
    ...(IN_MARKDOWN.includes(name) ? [[name, 'md'] as const] : []),
    ...(lang === 'en' ? [[name, 'json'] as const, [name, 'csv'] as const] : []),
    ...(lang === 'en' && OF_SEVERAL_KINDS.includes(name) ? [[name, 'ndjson'] as const] : []),
  ]);
  test.each(cases)('%s as %s', async (name, format) => {
    const text = await render(reports[name as keyof typeof reports], format, PIPE);
    // `.txt` last: formatters keep their hands off.
    await expect(text).toMatchFileSnapshot(`golden/${name}.${lang}.${format}.txt`);
    expect(text).toMatch(/[^\n]\n$/);
  });
});

const OF_ONE_KIND = Object.keys(filledReports(t)).filter((name) => !OF_SEVERAL_KINDS.includes(name));

test.each(OF_ONE_KIND)('NDJSON of %s holds the rows of a list of the JSON, one a line', async (name) => {
  const report = filledReports(t)[name as 'diff'];
  const lines = (await render(report, 'ndjson', PIPE)).trimEnd().split('\n');
  const document: object = JSON.parse(await render(report, 'json', PIPE));
  expect(Object.values(document)).toContainEqual(lines.map((line) => JSON.parse(line)));
});

test.each(['en table', 'zh table', 'en csv'])('losses by plan, %s', async (which) => {
  const [lang, format] = which.split(' ') as [Lang, OutputFormat];
  const text = await render(lossReport(false, T[lang]), format, PIPE);
  await expect(text).toMatchFileSnapshot(`golden/loss-plans.${lang}.${format}.txt`);
});

test.each(FOR_SCRIPTS)('%s is the same in every language but for its messages', async (format) => {
  const names = 'diff check sync inspect why formats snapshots changes history loss shops'.split(' ');
  for (const name of names as ReportName[]) {
    const [english, chinese] = LANGS.map((lang) => filledReports(T[lang])[name]);
    const codes = async (report: Report) => withoutMessages(await render(report, format, PIPE));
    expect(await codes(chinese!)).toBe(await codes(english!));
  }
});

describe.each(Object.keys(emptyReports(t)) as (keyof ReturnType<typeof emptyReports>)[])('%s without rows', (name) => {
  const report = emptyReports(t)[name];
  test('JSON is a whole document with an empty list', async () => {
    const document = JSON.parse(await render(report, 'json', PIPE));
    expect(Object.values(document).some((value) => Array.isArray(value) && value.length === 0)).toBe(true);
  });
  test('NDJSON is nothing', async () => {
    expect(await render(report, 'ndjson', PIPE)).toBe('');
  });
  test('CSV is its header', async () => {
    const filled = await render(filledReports(t)[name], 'csv', PIPE);
    expect(await render(report, 'csv', PIPE)).toBe(filled.slice(0, filled.indexOf('\n') + 1));
  });
  test.each(FOR_PEOPLE)('%s says so', async (format) => {
    expect(await render(report, format, PIPE)).toMatch(/No |nothing /);
  });
});

const diff = (withItems = false, limit: number | null = null) => diffReport(judge(MANY), t, { withItems, limit });

test('a limit shortens the list, not the summary', async () => {
  const document = diff(false, 1).document as { plans: unknown[]; summary: object };
  expect(document.plans).toHaveLength(1);
  expect(document.summary).toEqual({
    exit: 2,
    keep: 1,
    review: 1,
    closed: 1,
    superseded: 1,
    notJoined: 1,
    unknown: 1,
    muted: 0,
  });
});

test('columns line up by width on screen', async () => {
  const text = await render(diff(), 'table', PIPE);
  const [, , head, ...rest] = text.split('\n');
  const end = widthOf(head!.slice(0, head!.indexOf('General') + 'General'.length));
  const rows = rest.filter((line) => /^\S.*%/.test(line));
  expect(rows.length).toBeGreaterThan(4);
  for (const row of rows) {
    const before = [...row].reduce((text, c) => (widthOf(text) < end ? text + c : text), '');
    expect(before).toMatch(/(%| —)$/);
  }
});

test('the shape does not depend on a terminal; colour is only added', async () => {
  const plain = await render(diff(true), 'table', PIPE);
  const coloured = await render(diff(true), 'table', { colour: true, width: 400 });
  expect(coloured).toContain('\u001b[31m');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours
  expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(plain);
});

test.each([60, 80, 100, 120])('sentences fit a terminal of %i columns, and nothing is lost', async (width) => {
  const wide = await render(diff(), 'table', PIPE);
  const narrow = await render(diff(), 'table', { colour: false, width });
  for (const line of narrow.split('\n').filter((text) => text.startsWith('  ')))
    expect(widthOf(line)).toBeLessThanOrEqual(Math.max(width, 90));
  const bare = (text: string) => text.replace(/\s/g, '');
  const sentences = wide.split('\n').filter((line) => line.startsWith('  '));
  for (const sentence of sentences) expect(bare(narrow)).toContain(bare(sentence));
});

test.each([
  ['one two three', 8, ['one two', 'three']],
  ['隆缘裳服饰旗舰店', 8, ['隆缘裳服', '饰旗舰店']],
  ['隆缘裳服，饰旗', 8, ['隆缘裳', '服，饰旗']],
  ['abcdefghij', 4, ['abcd', 'efgh', 'ij']],
  ['点击“退出”。', 10, ['点击“退', '出”。']],
  ['（权重 1）', 8, ['（权重', '1）']],
  ['abc  —', 5, ['abc', '—']],
  ['', 4, ['']],
])('%j wrapped at %i', (text, width, lines) => {
  expect(wrapText(text, width)).toEqual(lines);
});

const HOSTILE = '\u001b[2J=1+1|<script>\u202eevil\nline';

test.each(OUTPUT_FORMATS)('hostile names in %s', async (format) => {
  const ledger = shop(
    [general('5.00%'), plan('1', { kind: 'special', status: 'approved', name: HOSTILE }, [rates(['4.00%'])])],
    HOSTILE,
    HOSTILE,
    HOSTILE,
  );
  const report = diffReport(judge([ledger]), t, { withItems: true });
  const text = await render(report, format, PIPE);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  if (format === 'json' || format === 'ndjson') expect(text).toContain(JSON.stringify(HOSTILE));
  else expect(text).not.toContain('\u202e');
  if (format === 'csv') expect(text).toContain(",'=1+1|<script>evil line,");
  if (format === 'md') expect(text).not.toContain('<script>');
});

test('a name in one of many rows widens its column in all', async () => {
  const shops = Array.from({ length: 50 }, (_, i) => {
    const name = '名'.repeat(i === 40 ? 20 : 2);
    const special = plan(String(i + 1), { kind: 'special', status: 'approved', name }, [rates(['4.00%'])]);
    return shop([general('5.00%'), special], '店', String(i));
  });
  const judgements = judge(shops);
  const report = diffReport(judgements, t);
  const lines = (await render(report, 'table', PIPE)).split('\n').filter((line) => line.startsWith('exit'));
  expect(lines).toHaveLength(50);
  expect(new Set(lines.map((line) => widthOf(line))).size).toBe(1);
});
