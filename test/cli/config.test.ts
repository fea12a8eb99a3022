/** The configuration: found, read, checked to the line, in force everywhere, and never in the way. */
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { parse } from 'jsonc-parser';
import { describe, expect, test } from 'vitest';
import { parseConfigText } from '../../src/config/text.ts';
import { endMs, formatMinute, parseTime, zoneOf } from '../../src/domain/time.ts';
import { CONFIG_START } from '../../src/report/config-start.ts';
import { widthOf } from '../../src/report/wrap.ts';
import { ownTable } from '../support/own-table.ts';
import { FIXTURES, makeWorld } from '../support/run.ts';

const STORY = join(FIXTURES, 'story');
const AS_OF = ['--as-of', '2014-03-09'];
const settingOf = (document: any, key: string) => document.settings.find((setting: any) => setting.key === key);

describe('the text', () => {
  test('comments and last commas are allowed, every value has its line', () => {
    const parsed = parseConfigText('// a\n{ "a": [1, /* 2\n */ {"b c": "//x"},],\n "d": null, }');
    expect(parsed).toMatchObject({ ok: true, value: { a: [1, { 'b c': '//x' }], d: null } });
    expect(parsed.ok && [...parsed.lines]).toEqual([
      ['', 2],
      ['a', 2],
      ['a[0]', 2],
      ['a[1]', 3],
      ['a[1]["b c"]', 3],
      ['d', 4],
    ]);
  });

  test('what JSON.stringify writes is read as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(parseConfigText(text)).toMatchObject({ ok: true });
        const parsed = parseConfigText(text);
        expect(parsed.ok && JSON.stringify(parsed.value)).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  test('any text is read or refused with a line of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]":,/*\n ab1-.e\\') }), (text) => {
        const parsed = parseConfigText(text);
        const lines = text.split('\n').length;
        if (!parsed.ok) expect(parsed.line).toBeLessThanOrEqual(lines);
      }),
    );
  });

  test.each([
    ['', 1, 'value'],
    ['{\n"a" 1}', 2, ':'],
    ['{"a": 1\n"b": 2}', 2, ', }'],
    ['[1 2]', 1, ', ]'],
    ['{} x', 1, 'end'],
    ['{a: 1}', 1, 'key'],
    ['{"a": 01}', 1, ', }'],
    ['{"a":\n "x\ny"}', 2, 'value'],
    ['{"a": 1,\n "a": 2}', 2, 'duplicate-key'],
    ['{ /* "a": 1 }', 1, 'comment-end'],
    ['['.repeat(100_000), 1, 'value'],
  ])('%j breaks in line %i', (text, line, expected) => {
    expect(parseConfigText(text)).toMatchObject({ ok: false, line, expected });
  });
});

describe('what is wrong is named with file, line and place', () => {
  test.each<[string, string, string]>([
    [
      '{\n "policy": {\n  "minGian": 1 } }',
      'line 3: unknown setting “policy.minGian” (did you mean minGain?)',
      'unknown-setting',
    ],
    ['{ "colour": 1 }', 'line 1: unknown setting “colour”', 'unknown-setting'],
    ['{ "policy": { "maxAge": "3 days" } }', 'policy.maxAge: found "3 days", expected a duration', 'bad-config'],
    ['{ "policy": { "minGain": 0.005 } }', 'policy.minGain: found 0.005', 'bad-config'],
    ['{ "policy": { "confirmMissing": 0 } }', 'policy.confirmMissing: found 0', 'bad-config'],
    ['{ "language": "fr" }', 'language: found "fr", expected "en" or "zh"', 'bad-config'],
    ['{ "timeZone": "Mars" }', 'timeZone: found "Mars"', 'bad-config'],
    ['{ "mutes": [\n{} ] }', 'line 2: mutes[0].plan: found —', 'bad-config'],
    ['{ "mutes": [{ "plan": 2616191 }] }', 'mutes[0].plan: found 2616191, expected text', 'bad-config'],
    ['{ "sources": [\n{ "name": "a",\n "url": 7 }] }', 'line 3: sources[0].url: found …', 'bad-config'],
    ['{ "sources": [{ "name": "a" }] }', 'expected exactly one of path, url, command and stdin', 'bad-config'],
    [
      '{ "sources": [{ "name": "a", "url": "http://x", "after": "delete" }] }',
      'only where there is a path',
      'bad-config',
    ],
    ['{ "sources": [{ "name": "a", "path": "a" }, { "name": "a", "path": "b" }] }', 'a different name', 'bad-config'],
    ['[]', '{…}: found […], expected an object', 'bad-config'],
    ['{ "account": "a" ', 'expected a comma or }', 'config-syntax'],
  ])('%s', async (text, said, code) => {
    const world = makeWorld();
    const path = world.configure(text);
    const { code: exit, out, err } = await world.run('diff');
    expect([exit, out]).toEqual([2, '']);
    expect(err).toContain(`${path}, line `);
    expect(err).toContain(said);
    expect(err).toContain(`[${code}]`);
  });

  test('no error shows what may be a secret', async () => {
    const world = makeWorld();
    for (const config of [
      { heartbeat: 'hc-ping.com/s3cret' },
      { heartbeat: { url: 's3cret' } },
      { sources: [{ name: 'a', url: 'ftp://u:s3cret@x' }] },
      { sources: [{ name: 'a', url: 'http://x', headers: { a: ['s3cret'] } }] },
      { sources: [{ name: 'a', command: 's3cret' }] },
      '{ "heartbeat": s3cret }',
    ]) {
      world.configure(config);
      const { code, err } = await world.run('diff');
      expect(code).toBe(2);
      expect(err).not.toContain('s3cret');
      expect(err).not.toContain('3cr');
    }
  });

  test('commands that need no settings still run', async () => {
    const world = makeWorld();
    world.configure('{');
    expect((await world.run('formats')).code).toBe(0);
    expect((await world.run('diff', '--help')).code).toBe(0);
    expect((await world.run('config')).code).toBe(2);
  });

  test('a file that was named must be there; a folder is no file', async () => {
    const world = makeWorld();
    expect((await world.run('diff', '--config', join(world.folder, 'nope.json'))).err).toContain('[no-config]');
    world.env.TKGUARD_CONFIG = world.folder;
    expect((await world.run('diff')).code).toBe(74);
  });
});

describe('where it is', () => {
  test('--config before TKGUARD_CONFIG before XDG_CONFIG_HOME before home', async () => {
    const world = makeWorld();
    const accountNow = async (...argv: string[]) => settingOf(await world.json('config', ...argv), 'account').value;
    const make = (name: string) => world.write(`${name}.json`, `{ "account": "${name}" }`);
    expect(await accountNow()).toBe('default');
    world.configure({ account: 'home' });
    expect(await accountNow()).toBe('home');
    world.env.XDG_CONFIG_HOME = join(world.folder, 'xdg');
    mkdirSync(join(world.folder, 'xdg', 'tkguard'), { recursive: true });
    world.write('xdg/tkguard/config.json', '{ "account": "xdg" }');
    expect(await accountNow()).toBe('xdg');
    world.env.TKGUARD_CONFIG = make('variable');
    expect(await accountNow()).toBe('variable');
    expect(await accountNow(`--config=${make('flag')}`)).toBe('flag');
  });
});

describe('tkguard config', () => {
  test('says what is in force, and from where', async () => {
    const world = makeWorld();
    world.configure(
      '{\n "language": "zh",\n "account": "工作室",\n "policy": { "maxAge": "12h",\n  "plans": { "7": { "minGain": 1 } } } }',
    );
    const document = await world.json('config', '--lang', 'en');
    expect(document.settings.slice(0, 8).map(({ key, from, name, line }: any) => [key, from, name ?? line])).toEqual([
      ['database', 'environment', 'TKGUARD_DB'],
      ['language', 'flag', '--lang'],
      ['timeZone', 'default', null],
      ['account', 'file', 3],
      ['machine', 'default', null],
      ['policy.minGain', 'default', null],
      ['policy.maxAge', 'file', 4],
      ['policy.confirmMissing', 'default', null],
    ]);
    expect(settingOf(document, 'policy.plans["7"].minGain')).toMatchObject({ value: '1', from: 'file', line: 5 });
    expect((await world.run('config')).out).toContain('工作室');
    expect(document.places).toEqual([
      { name: 'database', path: world.db, exists: false },
      { name: 'backups', path: world.folder, exists: true },
      { name: 'config', path: join(world.folder, '.config', 'tkguard', 'config.json'), exists: true },
    ]);
  });

  test('never shows a secret', async () => {
    const world = makeWorld();
    world.configure({
      sources: [
        {
          name: 'a',
          url: 'https://u:s3cret@example.com/x?key=s3cret',
          headers: { Cookie: 's3cret', A: { env: 'TOKEN' } },
        },
        { name: 'b', command: ['curl', '-H', 's3cret'] },
      ],
      heartbeat: { url: 'https://hc-ping.com/s3cret', start: { file: '~/start' } },
    });
    world.env.TOKEN = 's3cret';
    for (const format of ['table', 'json', 'ndjson', 'csv', 'md']) {
      const { code, out } = await world.run('config', '--format', format);
      expect([code, out.includes('s3cret'), out.includes('TOKEN')]).toEqual([0, false, true]);
    }
    const document = await world.json('config');
    expect(settingOf(document, 'sources[0].url').value).toBe('https://example.com/x?…');
    expect(settingOf(document, 'sources[1].command').value).toBe('curl …');
  });
});

describe('what it changes', () => {
  test('database and language; paths are relative to the file', async () => {
    const world = makeWorld();
    world.configure({ database: 'data/a.db', language: 'zh' });
    delete world.env.TKGUARD_DB;
    expect((await world.run('sync', STORY)).out).toContain('已导入');
    expect(existsSync(join(world.folder, '.config', 'tkguard', 'data', 'a.db'))).toBe(true);
    world.env.TKGUARD_LANG = 'en';
    expect((await world.run('diff', ...AS_OF)).out).toContain('1 to exit');
  });

  test('the account of exports that name none', async () => {
    const world = makeWorld();
    world.configure({ account: 'studio' });
    const file = world.write('a.csv', 'captured_at,shop_id,plan_id,plan_type,rate\n2026-11-20,1,0,general,5\n');
    expect((await world.json('sync', file)).files[0].snapshots[0].account).toBe('studio');
  });

  test('the policy: plan before shop before rule, flags before all of them', async () => {
    const world = makeWorld();
    await world.run('sync', join(STORY, '2014-03-01.csv'));
    const ask = async (...argv: string[]) => {
      const { plans } = await world.json('diff', '--as-of', '2014-03-01', ...argv);
      return [plans[0].verdict, plans[0].policy?.minGainBp ?? null];
    };
    expect(await ask()).toEqual(['keep', null]);
    world.configure({ policy: { minGain: '2' } });
    expect(await ask()).toEqual(['exit', null]);
    world.configure({ policy: { minGain: '2', shops: { 728628560: { minGain: '1' } } } });
    expect(await ask()).toEqual(['keep', 100]);
    world.configure({ policy: { shops: { 728628560: { minGain: '1' } }, plans: { 2616191: { minGain: '3' } } } });
    expect(await ask()).toEqual(['exit', 300]);
    expect(await ask('--min-gain', '0')).toEqual(['keep', null]);

    expect((await world.run('check', '2616191', '--as-of', '2014-03-01')).code).toBe(1);
    const why = await world.run('why', '2616191', '--as-of', '2014-03-01');
    expect(why.out).toContain('Policy for this plan: minimum gain 3.00 percentage points');
    expect((await world.json('why', '2616191', '--as-of', '2014-03-01')).answers[0].plan.policy.minGainBp).toBe(300);
  });

  test('what sync says of verdicts, and what counts as closed', async () => {
    const world = makeWorld('2026-11-20T12:00:00+08:00');
    world.configure({ policy: { plans: { 2: { minGain: '5' } }, shops: { 1: { confirmMissing: 1 } } } });
    const first = world.write('1.csv', ownTable({ '2026-11-19': ['1 0 5', '1 2 6', '1 3 7', '1 4 7'] }));
    const told = (await world.json('sync', first)).changes.map(({ plan, to }: any) => [plan.id, to]);
    expect(told).toContainEqual(['2', 'review']);
    await world.run('sync', world.write('2.csv', ownTable({ '2026-11-20': ['1 0 5', '1 2 6', '1 4 7'] })));
    const { changes } = await world.json('changes', '--plan', '3');
    expect(changes.map((change: any) => change.code)).toContain('closed');
  });
});

describe('the time zone', () => {
  test('of what is shown and of what is typed; the times of exports stay those of China', async () => {
    const world = makeWorld('2026-11-20T12:00:00+08:00');
    world.configure({ timeZone: 'America/New_York', mutes: [{ plan: '9', until: '2026-11-21' }] });
    const file = world.write(
      'a.csv',
      'shop_id,plan_id,plan_type,rate,status\n1,0,general,5,\n1,2,special,4,approved\n',
    );
    const { files } = await world.json('sync', file, '--captured-at', '2026-11-19 20:00');
    expect(files[0].snapshots[0].capturedAt).toBe('2026-11-20T09:00:00+08:00');
    const { out } = await world.run('diff', '--as-of', '2026-11-19');
    expect(out).toContain('As of 2026-11-19 23:59 (America/New_York).');
    expect((await world.json('diff', '--as-of', '2026-11-19')).asOf).toBe('2026-11-20T12:59:59.999+08:00');
    expect((await world.run('snapshots')).out).toContain('2026-11-19 20:00');
    const own = world.write('b.csv', 'captured_at,shop_id,plan_id,plan_type,rate\n2026-11-20 10:00,1,0,general,5\n');
    expect((await world.json('sync', own)).files[0].snapshots[0].capturedAt).toBe('2026-11-20T10:00:00+08:00');
  });

  test.each([
    ['Asia/Shanghai', '2026-11-20 09:30', '2026-11-20T01:30:00.000Z'],
    ['Europe/Berlin', '2026-07-01 00:00', '2026-06-30T22:00:00.000Z'],
    ['Europe/Berlin', '2026-03-29 02:30', '2026-03-29T01:30:00.000Z'],
    ['Europe/Berlin', '2026-10-25 02:30', '2026-10-25T01:30:00.000Z'],
    ['America/New_York', '2026-03-08 01:59', '2026-03-08T06:59:00.000Z'],
    ['Asia/Kathmandu', '2026-11-20', '2026-11-19T18:15:00.000Z'],
  ])('in %s, %s is %s', (name, text, instant) => {
    expect(new Date(parseTime(text, zoneOf(name))?.ms ?? 0).toISOString()).toBe(instant);
  });

  test('what the clock shows is read back as the same minute, but for the hour that comes twice', () => {
    const names = fc.constantFrom(
      'Asia/Shanghai',
      'Europe/Berlin',
      'America/New_York',
      'Pacific/Auckland',
      'Asia/Kathmandu',
    );
    fc.assert(
      fc.property(names, fc.integer({ min: 0, max: 2 ** 21 }), (name, quarters) => {
        const zone = zoneOf(name);
        const ms = Date.UTC(2020, 0, 1) + quarters * 60_000;
        const back = parseTime(formatMinute(ms, zone), zone)?.ms ?? 0;
        expect([0, -3_600_000]).toContain(ms - back);
        expect(formatMinute(back, zone)).toBe(formatMinute(ms, zone));
      }),
    );
  });

  test('a day lasts as long as it does there', () => {
    const hours = (day: string) => ((endMs(day, BERLIN) ?? 0) + 1 - (parseTime(day, BERLIN)?.ms ?? 0)) / 3_600_000;
    const BERLIN = zoneOf('Europe/Berlin');
    expect([hours('2026-03-29'), hours('2026-07-01'), hours('2026-10-25')]).toEqual([23, 24, 25]);
  });
});

describe('tkguard init', () => {
  test('writes a start that changes nothing, for its owner only, and never twice', async () => {
    const world = makeWorld();
    for (const lang of ['en', 'zh'] as const) {
      const path = join(world.folder, lang, 'deep', 'config.json');
      const { code, out } = await world.run('init', '--config', path, '--lang', lang);
      expect([code, out.includes(path)]).toEqual([0, true]);
      expect(readFileSync(path, 'utf8')).toBe(CONFIG_START[lang]);
      expect([statSync(path).mode & 0o777, statSync(dirname(path)).mode & 0o777]).toEqual([0o600, 0o700]);
      const { settings } = await world.json('config', '--config', path);
      expect(settings.filter((setting: any) => setting.from === 'file')).toEqual([]);
      const again = await world.run('init', '--config', path);
      expect([again.code, again.err.includes('[config-exists]')]).toEqual([2, true]);
    }
  });

  test.each(['en', 'zh'] as const)('every line of the %s start is right when its // is removed', async (lang) => {
    const world = makeWorld();
    world.configure(CONFIG_START[lang].replaceAll(/^( +)\/\/ (?=["{])/gm, '$1'));
    const { settings } = await world.json('config');
    expect(settings.filter((setting: any) => setting.from === 'file').length).toBeGreaterThanOrEqual(23);
  });

  test('--cron names Node, the script and what is not found without an environment, absolutely', async () => {
    const world = makeWorld();
    const nothing = await world.run('init', '--cron');
    expect([nothing.code, nothing.err.includes('[no-sources]')]).toEqual([2, true]);
    world.configure({ sources: [{ name: 'a', path: 'exports' }] });
    const { out } = await world.run('init', '--cron', '--lang', 'zh');
    expect(out).toContain(`15 9 * * * ${process.execPath} `);
    // A comment that the terminal breaks is no comment any more when it is copied.
    for (const comment of out.match(/^#.*/gm) ?? []) expect(widthOf(comment)).toBeLessThanOrEqual(80);
    expect(out).toContain(` sync --db ${world.db} --lang zh >/dev/null`);
    expect(out).toMatch(/^ExecStart=\/.* sync --db \/.* --lang zh$/m);
    world.env.TKGUARD_DB = '/tmp/50% of $x/a b.db';
    const odd = (await world.run('init', '--cron')).out;
    expect(odd).toContain(`--db '/tmp/50\\% of $x/a b.db'`);
    expect(odd).toContain('--db "/tmp/50%% of $$x/a b.db"');
  });

  test('folders that are given or asked for become sources, are made, and the next sync reads them', async () => {
    const world = makeWorld();
    const given = await world.run('init', '主号=~/a b', `${world.folder}/two`, '--lang', 'zh');
    expect(given).toMatchObject({ code: 0, err: '' });
    expect(given.out).toContain('15 9 * * * ');
    const { sources } = parseConfig(world);
    expect(sources).toMatchObject([
      { name: '主号', path: join(world.folder, 'a b'), account: '主号' },
      { name: 'exports-2', path: join(world.folder, 'two') },
    ]);
    expect(statSync(join(world.folder, 'a b')).isDirectory()).toBe(true);
    world.write('a b/plans.csv', 'shop_id,plan_id,plan_type,rate\n71,0,general,5%\n', '2026-11-20T11:00:00+08:00');
    await world.run('sync');
    expect((await world.json('snapshots')).snapshots).toMatchObject([{ account: '主号' }]);

    const other = makeWorld();
    other.answers = ['~/here', '二号', '~/there', 'default', ''];
    other.isWindows = true;
    const asked = await other.run('init');
    expect(parseConfig(other).sources).toMatchObject([{ account: '二号' }, { path: join(other.folder, 'there') }]);
    expect(asked.out).toContain('schtasks /Create');
    other.env = { LOCALAPPDATA: join(other.folder, 'AppData') };
    const { settings } = await other.json('config');
    const path = join(other.folder, 'AppData', 'tkguard', 'tkguard.db');
    expect(settings).toContainEqual(expect.objectContaining({ key: 'database', value: path }));
  });
});

function parseConfig({ folder }: { readonly folder: string }) {
  return parse(readFileSync(join(folder, '.config', 'tkguard', 'config.json'), 'utf8'));
}
