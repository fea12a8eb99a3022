/** The completion scripts, run by a real shell where there is one, on names that would like to be run themselves. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeWorld } from '../support/run.ts';
import { makePlace, type Place } from '../support/spawn.ts';

const HOSTILE = [
  '$(touch run)',
  '`touch run`',
  '"; touch run; "',
  "'; touch run; '",
  'a\ntouch run\n',
  '\u001b]0;run\u0007!!',
  '-rf *',
];

/** Shops 1001… with hostile names, and one with a harmless one; each has a joined plan 2001…. */
function rows(): object[] {
  return ['全球茶叶公司', ...HOSTILE].flatMap((shop_name, n) => {
    const shop = { shop_id: `${1001 + n}`, shop_name };
    const special = { plan_id: `${2001 + n}`, plan_name: shop_name, plan_type: 'special', status: 'approved' };
    return [
      { ...shop, plan_id: '0', plan_type: 'general', rate: '5%' },
      { ...shop, ...special, rate: '6%' },
    ];
  });
}

function place(): Place {
  const made = makePlace();
  made.write('rows.json', JSON.stringify(rows()));
  expect(made.run('sync', 'rows.json').err).toBe('');
  return made;
}

/** What bash offers after `tkguard`, typed with single blanks or word by word; the last word is being typed. The first function is of bash-completion. */
async function offered(at: Place, typed: string | readonly string[]): Promise<string[]> {
  at.write('script.bash', (await makeWorld().run('completion', 'bash')).out);
  const words = ['tkguard', ...(typeof typed === 'string' ? typed.split(' ') : typed)];
  const quoted = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const { out, err } = at.bash(
    `_get_comp_words_by_ref() { words=("\${COMP_WORDS[@]}"); cword=$COMP_CWORD; cur=\${COMP_WORDS[COMP_CWORD]}; }
     compopt() { :; }
     source ./script.bash; source ./script.bash
     COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}
     __tkguard_complete; printf '%s\\0' "\${COMPREPLY[@]}"`,
  );
  expect(err).toBe('');
  return out
    .split('\0')
    .slice(0, -1)
    .filter((word) => word !== '');
}

/** What the scripts are answered: words with what is shown beside them, and whether files are offered too. */
function asked(at: Place, ...words: string[]): { lines: string[]; files: boolean } {
  const { code, out, err } = at.run('complete', '--', ...words);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const lines = out.trimEnd().split('\n');
  const directive = lines.pop();
  expect([':0', ':4']).toContain(directive);
  return { lines, files: directive === ':0' };
}

describe('bash', () => {
  test.each([
    ['ch', 'check changes'],
    ['--lang ', 'en zh'],
    ['--lang zh di', 'diff discard'],
    ['diff --ver', '--verdict --version'],
    ['diff --d', '--db'],
    ['diff --sort ', 'verdict gap loss shop age'],
    ['diff --verdict exit,k', 'exit,keep'],
    ['changes --code crossed-b', 'crossed-below'],
    ['diff --limit ', ''],
    ['completion ', 'bash zsh fish powershell'],
    ['schema di', 'diff'],
    ['sync --as tkguard-', 'tkguard-csv tkguard-json tkguard-ndjson'],
  ])('%s: %s', async (typed, offers) => {
    expect((await offered(makePlace(), typed)).join(' ')).toBe(offers);
  });

  test('the command that it asks is not offered; files are where a file belongs', async () => {
    const at = makePlace();
    expect(await offered(at, '')).toContain('sync');
    expect(await offered(at, '')).not.toContain('complete');
    expect(at.run('completion', 'bash').out).toContain('complete -o default -F');
    expect(asked(at, 'sync', '')).toEqual({ lines: [], files: true });
    expect(asked(at, '--db', '')).toEqual({ lines: [], files: true });
    expect(asked(at, 'diff', '--limit', '').files).toBe(false);
  });

  test('nothing, silently, where there is no database or a broken one; none is made', async () => {
    const at = makePlace();
    expect(await offered(at, 'mute ')).toEqual([]);
    expect(existsSync(at.db)).toBe(false);
    at.write('.local/share/tkguard/tkguard.db', 'not a database');
    expect(await offered(at, 'mute ')).toEqual([]);
    expect(asked(at, 'mute', '')).toEqual({ lines: [], files: false });
    at.write('.config/tkguard/config.json', '{');
    expect(asked(at, 'diff', '--plan', '')).toEqual({ lines: [], files: false });
  });

  test('plans, shops and accounts, with names that are shown and never run', async () => {
    const at = place();
    const ids = ['2001', ...HOSTILE.map((_, n) => `${2002 + n}`)];
    expect(await offered(at, 'diff --plan 20')).toEqual(ids);
    expect(await offered(at, 'exited 2001')).toEqual(['2001']);
    expect(asked(at, 'exited', '2001').lines).toEqual(['2001\t全球茶叶公司 全球茶叶公司']);
    expect(await offered(at, 'exited 2001 2002')).toEqual(['2002']);
    expect(await offered(at, 'diff --shop 全')).toEqual(['全球茶叶公司']);
    expect(await offered(at, 'diff --shop 1001')).toEqual(['1001']);
    expect(await offered(at, 'diff --shop $')).toEqual([]);
    expect(await offered(at, 'check 1001')).toEqual(['1001']);
    expect(await offered(at, 'diff --account ')).toEqual(['default']);
    const shown = [...asked(at, 'diff', '--shop', '').lines, ...asked(at, 'mute', '').lines];
    expect(shown).toHaveLength(2 * (HOSTILE.length + 1));
    for (const line of shown) expect(line).toMatch(/^[\p{L}\p{N}][\p{L}\p{N}._-]*\t[\p{L}\p{N}._ ,-]*$/u);
    for (const typed of HOSTILE) await offered(at, ['diff', '--shop', typed]);
    expect(existsSync(join(at.folder, 'run'))).toBe(false);
  });
});

test('every command and every option of it is offered, with what it is', async () => {
  const world = makeWorld();
  const offersOf = async (...words: string[]) => (await world.run('complete', '--', ...words)).out;
  const commands = [...(await world.run('--help')).out.matchAll(/^ {2}([a-z]+) {2}/gm)].map(([, name]) => name ?? '');
  expect(commands.length).toBeGreaterThan(15);
  const offers = await offersOf('');
  for (const command of commands) {
    expect(offers).toMatch(new RegExp(`^${command}\\t.+$`, 'm'));
    const options = (await world.run(command, '--help')).out.matchAll(/^ {2}(?:-\w, )?--([a-z-]+)/gm);
    const known = await offersOf(command, '--');
    if (command !== 'help')
      for (const [, option] of options) expect(known).toMatch(new RegExp(`^--${option}\\t.+$`, 'm'));
  }
});

test.each([
  ['bash', ['-n']],
  ['zsh', ['-n']],
  ['fish', ['--no-execute']],
  ['powershell', null],
])('a script for %s, in which the shell finds no mistake', async (shell, check) => {
  const world = makeWorld();
  const { code, out } = await world.run('completion', shell);
  expect(code).toBe(0);
  expect(out).toMatch(/tkguard complete '?--/);
  if (check === null || spawnSync(shell, ['--version']).error) return;
  const { status, stderr } = spawnSync(shell, [...check, world.write('script', out)], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});

test('an unknown shell is refused', async () => {
  const { code, err } = await makeWorld().run('completion', 'tcsh');
  expect(code).toBe(2);
  expect(err).toContain('bash, zsh, fish');
});
