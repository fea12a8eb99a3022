/** The READMEs say what the program does: their commands are run, their output is compared, their tables are complete. */
import { cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test, vi } from 'vitest';
import { EXIT } from '../src/errors.ts';
import { COLUMNS } from '../src/ingest/columns.ts';
import { FORMATS } from '../src/ingest/formats/registry.ts';
import { makePlace, ROOT } from './support/spawn.ts';

vi.setConfig({ testTimeout: 60_000 });

const READMES = [
  { file: 'README.md', lang: 'en' },
  { file: 'README.zh-CN.md', lang: 'zh' },
] as const;
const textOf = (file: string) => readFileSync(join(ROOT, file), 'utf8');

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

describe.each(READMES)('$file', ({ file, lang }) => {
  const markdown = textOf(file);

  test('its console blocks print what they show', () => {
    const place = makePlace({ LANG: lang === 'zh' ? 'zh_CN.UTF-8' : 'en_US.UTF-8' });
    place.env.TKGUARD_DB = join(place.folder, 'readme.db');
    cpSync(join(ROOT, 'fixtures'), join(place.folder, 'fixtures'), { recursive: true });
    const csv = blocksOf(markdown).filter((block) => block.language === 'csv');
    expect(csv).toHaveLength(1);
    place.write('my-plans.csv', csv[0]!.text);
    const commands = blocksOf(markdown)
      .filter((block) => block.language === 'console')
      .flatMap((block) => commandsOf(block.text));
    expect(commands.length).toBeGreaterThanOrEqual(6);
    for (const { command, output } of commands) {
      const { out, err } = place.bash(command);
      expect({ command, err, output: out }).toEqual({ command, err: '', output });
    }
  });

  test('its queries answer what they say they do', () => {
    const place = makePlace();
    place.env.TKGUARD_DB = join(place.folder, 'readme.db');
    place.run('sync', join(ROOT, 'fixtures', 'story'));
    const db = new Database(place.env.TKGUARD_DB, { readonly: true });
    const sql = blocksOf(markdown).filter((block) => block.language === 'sql');
    const [history, day, files] = sql.map(({ text }) => db.prepare(text).all());
    db.close();
    expect(history).toEqual([
      { since: '2014-03-01 09:00:00', item: null, listed: 1, rate_bp: 1000 },
      { since: '2014-03-09 09:00:00', item: null, listed: 1, rate_bp: 800 },
    ]);
    expect(day).toEqual([{ shop: '隆缘裳服饰旗舰店', plan: '2616191', item: null, listed: 1, rate_bp: 800 }]);
    expect(files).toMatchObject([
      { line: 2, plan: '0', rate_bp: 838 },
      { line: 3, plan: '2616191', rate_bp: 1000 },
      { line: 3, plan: '2616191', rate_bp: 800 },
    ]);
  });

  test('every command and option that it names exists', () => {
    const place = makePlace();
    const known = new Map<string, string>();
    const helpOf = (name: string) => {
      if (!known.has(name)) known.set(name, place.run(...name.split(' ').filter(Boolean), '--help').out);
      return known.get(name) ?? '';
    };
    const commands = new Set([...helpOf('').matchAll(/^ {2}([a-z]+) {2}/gm)].map((match) => match[1] ?? ''));
    expect([...commands]).toEqual(expect.arrayContaining(['sync', 'diff', 'check', 'why']));
    // In code only: prose says "tkguard needs Node".
    const code = [...markdown.matchAll(/^```.*?^```$|`[^`\n]+`/gms)].map((match) => match[0]).join('\n');
    const calls = [...code.matchAll(/(?<![\w./"-])tkguard +([a-z]+)([^|;&`\n]*)/g)];
    expect(calls.length).toBeGreaterThan(15);
    for (const [call, name = '', rest = ''] of calls) {
      expect([...commands], call).toContain(name);
      for (const [option] of rest.matchAll(/--[a-z-]+/g)) expect(helpOf(name), call).toContain(option);
    }
    const everyHelp = [...commands].map(helpOf).join('\n') + helpOf('');
    for (const [, option = ''] of outsideCode(markdown).matchAll(/`(--[a-z-]+)/g)) expect(everyHelp).toContain(option);
  });

  test('its table of exit codes is complete', () => {
    const rows = [...markdown.matchAll(/^\| (\d+) \| \S/gm)].map((match) => Number(match[1]));
    expect(rows).toEqual(Object.values(EXIT).sort((a, b) => a - b));
  });

  test('its table of formats is complete', () => {
    const rows = [...markdown.matchAll(/^\| `((?:alimama|top|union|tkguard)-[a-z-]+)` \|/gm)].map((match) => match[1]);
    expect([...rows].sort()).toEqual(FORMATS.map((format) => format.id).sort());
  });

  test('its formats table says which ids a file name must carry', () => {
    for (const { id, needs } of FORMATS) {
      const row = markdown.split('\n').find((line) => line.startsWith(`| \`${id}\` |`)) ?? '';
      for (const need of needs) expect(row).toContain(`\`${need}-123456\``);
    }
  });

  test('its table of columns is complete, with every Chinese header', () => {
    const rows = [...markdown.matchAll(/^\| (`[^|]+) \| ([^|]+) \| [^|]+ \|$/gm)];
    const columns = rows.flatMap(([, names = '', headers = '']) =>
      [...names.matchAll(/`([a-z_0-9]+)`/g)].map(([, name]) => ({ name, headers })),
    );
    for (const [name, { zh: headers }] of Object.entries(COLUMNS)) {
      const row = columns.find((column) => column.name === name);
      for (const header of headers) expect(row?.headers.split(/[,、] */), name).toContain(header);
    }
  });

  test('its links lead somewhere, and the version is this one', () => {
    for (const [, target = ''] of markdown.matchAll(/\]\(([^)#]+)\)/g)) textOf(target);
    const { version } = JSON.parse(textOf('package.json'));
    expect(markdown).toContain(`tkguard-${version}.tgz`);
  });
});

test('both have the same headings and the same code blocks', () => {
  const [en, zh] = READMES.map(({ file }) => textOf(file));
  const levels = (markdown: string) => [...outsideCode(markdown).matchAll(/^(#+) /gm)].map((match) => match[1]);
  expect(levels(zh!)).toEqual(levels(en!));
  const shapes = (markdown: string) =>
    blocksOf(markdown).map(({ language, text }) => ({
      language,
      commands: language === 'console' ? commandsOf(text).map(({ command }) => command) : [],
    }));
  expect(shapes(zh!)).toEqual(shapes(en!));
});
