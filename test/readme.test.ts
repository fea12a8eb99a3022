/** The READMEs and the topics of help say what the program does: commands are run, outputs compared, tables complete. */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { COMMANDS } from '../src/commands/index.ts';
import { EXIT } from '../src/errors.ts';
import { COLUMNS } from '../src/ingest/columns.ts';
import { FORMATS } from '../src/ingest/formats/registry.ts';
import { widthOf } from '../src/report/wrap.ts';
import { TOPICS } from '../src/words/help/index.ts';
import { makeWorld } from './support/run.ts';
import { makePlace, ROOT } from './support/spawn.ts';

const READMES = [
  { file: 'README.md', lang: 'en' },
  { file: 'README.zh-CN.md', lang: 'zh' },
] as const;
const LANGS = ['en', 'zh'] as const;
const PAGES = Object.keys(TOPICS).flatMap((topic) => LANGS.map((lang) => ({ topic, lang, file: pageOf(topic, lang) })));
const localeOf = (lang: 'en' | 'zh') => ({ LANG: lang === 'zh' ? 'zh_CN.UTF-8' : 'en_US.UTF-8' });

function pageOf(topic: string, lang: string): string {
  return `src/words/help/${topic}.${lang}.md`;
}

function textOf(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

interface Block {
  readonly language: string;
  readonly text: string;
}

function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language = '', text = '']) => ({ language, text }));
}

/** The commands of a console block, each with the output below it. */
function commandsOf(block: string): { command: string; output: string }[] {
  return block
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const end = part.indexOf('\n');
      return { command: part.slice(0, end), output: part.slice(end + 1) };
    });
}

function outsideCode(markdown: string): string {
  return markdown.replace(/^```.*?^```$/gms, '');
}

/** Columns for code: help shows it four columns in. */
const CODE_COLUMNS = 76;

/** Somebody at a terminal, in a folder with the fixtures, the files of the topics and an empty table to fill in. */
async function makeReader(lang: 'en' | 'zh') {
  const world = makeWorld(new Date().toISOString());
  Object.assign(world.env, localeOf(lang), { NO_COLOR: '1' });
  cpSync(join(ROOT, 'fixtures'), join(world.folder, 'fixtures'), { recursive: true });
  cpSync(join(ROOT, 'fixtures', 'mappings'), world.folder, { recursive: true });
  const template = world.write('my-plans.csv', (await world.run('formats', 'tkguard-csv', '--template')).out);
  world.columns = CODE_COLUMNS;
  const home = process.cwd();
  process.chdir(world.folder);
  onTestFinished(() => process.chdir(home));
  const run = (command: string) => {
    const [, ...words] = [...command.matchAll(/"([^"]*)"|\S+/g)].map(([word, quoted]) => quoted ?? word);
    return world.run(...words);
  };
  return { template, run };
}

/** What was captured today has another date whenever the test runs; the data of 2014 keeps its own. */
function withoutToday(text: string): string {
  return text.replace(/\b20(?!14)\d\d-\d\d-\d\d(\s+\d\d:\d\d)?/g, 'TODAY');
}

describe.each(READMES)('$file', ({ file, lang }) => {
  const markdown = textOf(file);

  test('shows what the demo prints', () => {
    const place = makePlace(localeOf(lang));
    const { out, err } = place.bash(`node '${join(ROOT, 'bin', 'demo.js')}'`);
    expect(err).toBe('');
    const printed = commandsOf(withoutToday(out)).map(({ command, output }) => [command, output.trimEnd()]);
    for (const block of blocksOf(markdown).filter(({ language }) => language === 'console')) {
      for (const { command, output } of commandsOf(withoutToday(block.text))) {
        expect(printed).toContainEqual([command, output.trimEnd()]);
      }
    }
  });

  test('is short, links to every topic, and knows its version', () => {
    expect(markdown.split('\n').length).toBeLessThanOrEqual(201);
    for (const [, target = ''] of markdown.matchAll(/\]\(([^)#]+)\)/g)) if (!target.startsWith('http')) textOf(target);
    for (const topic of Object.keys(TOPICS)) expect(markdown).toContain(`](${pageOf(topic, lang)})`);
    const { version } = JSON.parse(textOf('package.json'));
    expect(markdown).toContain(`tkguard-${version}.tgz`);
  });
});

describe.each(PAGES)('$topic, $lang', ({ topic, lang, file }) => {
  const markdown = textOf(file);
  const commands = blocksOf(markdown)
    .filter((block) => block.language === 'console')
    .flatMap((block) => commandsOf(block.text));

  test.runIf(commands.length > 0)('its console blocks print what they show', async () => {
    const reader = await makeReader(lang);
    const csv = blocksOf(markdown).find((block) => block.language === 'csv');
    if (csv) expect(readFileSync(reader.template, 'utf8')).toBe(`\ufeff${csv.text}`);
    for (const { command, output } of commands) {
      const { out, err } = await reader.run(command);
      const shown = { command, err: '', output: withoutToday(output) };
      expect({ command, err, output: withoutToday(out) }).toEqual(shown);
    }
  });

  test.each([80, 100])('is what help prints on a screen of %i columns, code as it stands', async (columns) => {
    const world = makeWorld();
    world.columns = columns;
    const { out } = await world.run('help', topic, '--lang', lang);
    expect(out.split('\n')[0]).toBe(markdown.split('\n')[0]);
    expect(out.split('\n').filter((line) => widthOf(line) > columns)).toEqual([]);
    for (const { text } of blocksOf(markdown)) expect(out).toContain(text.replace(/^(?=.)/gm, '    '));
  });
});

test('near words open a topic or a command; what is neither is told; topics are offered to the shell', async () => {
  const world = makeWorld();
  for (const [word, page] of [
    ['verdict', 'verdicts'],
    ['quit', 'exit'],
    ['mapping', 'tables'],
  ] as const)
    expect(await world.run('help', word)).toEqual(await world.run('help', page));
  const { code, err } = await world.run('help', 'snapsots-files');
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('no command or topic snapsots-files') });
  expect(JSON.parse((await world.run('dif', '--json')).out).error).toMatchObject({ code: 'usage', near: ['diff'] });
  expect((await world.run('complete', '--', 'help', 'f')).out).toBe('formats\t\nfiles\t\nfaults\t\n:4\n');
});

test.each([...READMES, ...PAGES])('every command and option that $file names exists', async ({ file }) => {
  const markdown = textOf(file);
  const code = [...markdown.matchAll(/^```.*?^```$|`[^`\n]+`/gms)].map((match) => match[0]).join('\n');
  // In code only: prose says "tkguard needs Node".
  for (const [call, name = '', rest = ''] of code.matchAll(/(?<![\w./"-])tkguard +([a-z]+)([^|;&`\n]*)/g)) {
    expect(['help', ...Object.keys(COMMANDS)], call).toContain(name);
    const [word = ''] = rest.trim().split(' ');
    if (name === 'help') expect(['', ...Object.keys({ ...COMMANDS, ...TOPICS })], call).toContain(word);
    for (const [option] of rest.matchAll(/--[a-z-]+/g)) expect(await helpOf(name), call).toContain(option);
  }
  const everyHelp = (await Promise.all(['', ...Object.keys(COMMANDS)].map(helpOf))).join('\n');
  for (const [, option = ''] of outsideCode(markdown).matchAll(/`(--[a-z-]+)/g)) expect(everyHelp).toContain(option);
});

const helps = new Map<string, string>();
async function helpOf(command: string): Promise<string> {
  const known = helps.get(command) ?? (await makeWorld().run(...command.split(' ').filter(Boolean), '--help')).out;
  helps.set(command, known);
  return known;
}

describe.each(LANGS)('tables of the topics, %s', (lang) => {
  test('that of exit codes is complete', () => {
    const rows = [...textOf(pageOf('scripts', lang)).matchAll(/^\| (\d+) \| \S/gm)].map((match) => Number(match[1]));
    expect(rows).toEqual(Object.values(EXIT).sort((a, b) => a - b));
  });

  test('that of formats is complete, and says which ids a file name must carry', () => {
    const markdown = textOf(pageOf('files', lang));
    const rows = [...markdown.matchAll(/^\| `((?:alimama|top|union|tkguard)-[a-z-]+)` \|/gm)].map((match) => match[1]);
    expect([...rows].sort()).toEqual(FORMATS.map((format) => format.id).sort());
    for (const { id, needs } of FORMATS) {
      const row = markdown.split('\n').find((line) => line.startsWith(`| \`${id}\` |`)) ?? '';
      for (const need of needs) expect(row).toContain(`\`${need}-123456\``);
    }
  });

  test('that of columns is complete, with every Chinese header', () => {
    const rows = [...textOf(pageOf('tables', lang)).matchAll(/^\| (`[^|]+) \| ([^|]+) \| [^|]+ \|$/gm)];
    const columns = rows.flatMap(([, names = '', headers = '']) =>
      [...names.matchAll(/`([a-z_0-9]+)`/g)].map(([, name]) => ({ name, headers })),
    );
    for (const [name, { zh: headers }] of Object.entries(COLUMNS)) {
      const row = columns.find((column) => column.name === name);
      for (const header of headers) expect(row?.headers.split(/[,、] */), name).toContain(header);
    }
  });

  test('the queries of the topic sql answer what they say they do', () => {
    const place = makePlace();
    place.run('sync', join(ROOT, 'fixtures', 'story'));
    // The build has the pages, too.
    expect(place.run('help', 'sql').out).toContain('SELECT');
    const db = new Database(place.db, { readonly: true });
    const sql = blocksOf(textOf(pageOf('sql', lang))).filter((block) => block.language === 'sql');
    const [history, day, files, falls] = sql.map(({ text }) => db.prepare(text).all());
    db.close();
    expect(history).toEqual([
      { since: '2014-03-01 09:00:00', item: null, listed: 1, rate_bp: 1000 },
      { since: '2014-03-09 09:00:00', item: null, listed: 1, rate_bp: 800 },
    ]);
    expect(day).toEqual([{ shop: '隆缘裳服饰旗舰店', plan: '2616191', item: null, listed: 1, rate_bp: 800 }]);
    expect(falls).toMatchObject([{ plan_id: '2616191', old_value: '10.00', new_value: '8.00', points: -2 }]);
    expect(files).toMatchObject([
      { line: 2, plan: '0', rate_bp: 838 },
      { line: 3, plan: '2616191', rate_bp: 1000 },
      { line: 3, plan: '2616191', rate_bp: 800 },
    ]);
  });
});

const PAIRS = [
  READMES.map(({ file }) => file),
  ...Object.keys(TOPICS).map((topic) => LANGS.map((lang) => pageOf(topic, lang))),
];
test.each(PAIRS)('%s and %s have the same headings and the same code blocks', (...files) => {
  const [en, zh] = files.map(textOf);
  const levels = (markdown: string) => [...outsideCode(markdown).matchAll(/^(#+) /gm)].map((match) => match[1]);
  expect(levels(zh!)).toEqual(levels(en!));
  const shapes = (markdown: string) =>
    blocksOf(markdown).map(({ language, text }) => ({
      language,
      commands: language === 'console' ? commandsOf(text).map(({ command }) => command) : [],
    }));
  expect(shapes(zh!)).toEqual(shapes(en!));
});
