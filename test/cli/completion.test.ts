/** The completion scripts, run by a real shell where there is one, on names that would like to be run themselves. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { makeWorld } from '../support/run.ts';
import { makePlace, type Place, ROOT } from '../support/spawn.ts';

vi.setConfig({ testTimeout: 60_000 });

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
  return ['全球茶叶公司', ...HOSTILE].flatMap((name, n) => [
    { shop_id: `${1001 + n}`, shop_name: name, plan_id: '0', plan_type: 'general', rate: '5%' },
    {
      shop_id: `${1001 + n}`,
      shop_name: name,
      plan_id: `${2001 + n}`,
      plan_name: name,
      plan_type: 'special',
      rate: '6%',
      status: 'approved',
    },
  ]);
}

function place(): Place {
  const made = makePlace();
  made.write('rows.json', JSON.stringify(rows()));
  expect(made.run('sync', 'rows.json').err).toBe('');
  return made;
}

/** What bash offers for a command line; the last word is being typed. */
function offered(at: Place, words: readonly string[], listing = false): string[] {
  const quoted = words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const { out, err } = at.bash(
    `source <(tkguard completion bash); COMP_WORDS=(${quoted}); COMP_CWORD=${words.length - 1}; COMP_TYPE=${listing ? 63 : 9}
     _tkguard; printf '%s\\0' "\${COMPREPLY[@]}"`,
  );
  expect(err).toBe('');
  return out
    .split('\0')
    .slice(0, -1)
    .filter((word) => word !== '');
}

describe('bash', () => {
  test('commands, options and choices', () => {
    const at = makePlace();
    expect(offered(at, ['tkguard', 'ch'])).toEqual(['check', 'changes']);
    expect(offered(at, ['tkguard', '--lang', ''])).toEqual(['en', 'zh']);
    expect(offered(at, ['tkguard', '--lang', 'zh', 'di'])).toEqual(['diff', 'discard']);
    expect(offered(at, ['tkguard', 'diff', '--ver'])).toEqual(['--verdict', '--version']);
    expect(offered(at, ['tkguard', 'diff', '--d'])).toEqual(['--db']);
    expect(offered(at, ['tkguard', 'diff', '--sort', ''])).toEqual(['verdict', 'gap', 'shop', 'age']);
    expect(offered(at, ['tkguard', 'diff', '--sort', '=', 'g'])).toEqual(['gap']);
    expect(offered(at, ['tkguard', 'diff', '--sort', '='])).toEqual(['verdict', 'gap', 'shop', 'age']);
    expect(offered(at, ['tkguard', 'diff', '--verdict', 'exit,k'])).toEqual(['exit,keep']);
    expect(offered(at, ['tkguard', 'diff', '--limit', ''])).toEqual([]);
    expect(offered(at, ['tkguard', 'completion', ''])).toEqual(['bash', 'zsh', 'fish']);
    expect(offered(at, ['tkguard', 'schema', 'di'])).toEqual(['diff']);
    expect(offered(at, ['tkguard', 'sync', '--format', 'tkguard-'])).toEqual([
      'tkguard-csv',
      'tkguard-json',
      'tkguard-ndjson',
    ]);
    expect(offered(at, ['tkguard', ''])).not.toContain('complete');
  });

  test('nothing, silently, where there is no database or a broken one', () => {
    const at = makePlace();
    expect(offered(at, ['tkguard', 'mute', ''])).toEqual([]);
    at.write('.local/share/tkguard/tkguard.db', 'not a database');
    expect(offered(at, ['tkguard', 'mute', ''])).toEqual([]);
    expect(at.run('complete', 'plan')).toEqual({ code: 0, out: '', err: '' });
    expect(at.run('complete')).toEqual({ code: 0, out: '', err: '' });
  });

  test('plans and shops, with names that are shown and never run', () => {
    const at = place();
    const ids = ['2001', ...HOSTILE.map((_, n) => `${2002 + n}`)];
    expect(offered(at, ['tkguard', 'diff', '--plan', '20'])).toEqual(ids);
    expect(offered(at, ['tkguard', 'exited', '2001'])).toEqual(['2001']);
    expect(offered(at, ['tkguard', 'exited', '2001'], true)).toEqual(['2001  全球茶叶公司 全球茶叶公司']);
    expect(offered(at, ['tkguard', 'diff', '--shop', '全'])).toEqual(['全球茶叶公司']);
    expect(offered(at, ['tkguard', 'diff', '--shop', '1001'])).toEqual(['1001']);
    expect(offered(at, ['tkguard', 'diff', '--shop', '$'])).toEqual([]);
    expect(offered(at, ['tkguard', 'check', '1001'])).toEqual(['1001']);
    const listed = offered(at, ['tkguard', 'diff', '--shop', ''], true);
    expect(listed).toHaveLength(HOSTILE.length + 1);
    for (const line of [...listed, ...offered(at, ['tkguard', 'mute', ''], true)]) {
      expect(line).toMatch(/^[\p{L}\p{N}][\p{L}\p{N}._ ,-]*$/u);
    }
    for (const typed of HOSTILE) offered(at, ['tkguard', 'diff', '--shop', typed]);
    expect(existsSync(join(at.folder, 'run'))).toBe(false);
  });
});

test.each(['bash', 'zsh', 'fish'])('the script for %s names every command and every option', async (shell) => {
  const world = makeWorld();
  const script = (await world.run('completion', shell)).out;
  const { out: help } = await world.run('--help');
  const commands = [...help.matchAll(/^ {2}([a-z]+) /gm)]
    .map(([, name]) => name ?? '')
    .filter((name) => name !== 'tkguard');
  expect(commands.length).toBeGreaterThan(15);
  for (const command of commands) {
    expect(script).toContain(command);
    const options = (await world.run(command, '--help')).out.matchAll(/^ {2}(?:-\w, )?--([a-z-]+)/gm);
    for (const [, option] of options) {
      expect(script).toMatch(new RegExp(shell === 'fish' ? ` -l ${option}\\b` : `--${option}\\b`));
    }
  }
});

test.each([
  ['bash', ['-n']],
  ['zsh', ['-n']],
  ['fish', ['--no-execute']],
])('%s finds no mistake in its script, in either language', async (shell, check) => {
  if (spawnSync(shell, ['--version']).error) return;
  const world = makeWorld();
  for (const lang of ['en', 'zh']) {
    const path = world.write(`script-${lang}`, (await world.run('--lang', lang, 'completion', shell)).out);
    const { status, stderr } = spawnSync(shell, [...check, path], { encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  }
});

test('an unknown shell is refused', async () => {
  const { code, err } = await makeWorld().run('completion', 'tcsh');
  expect(code).toBe(2);
  expect(err).toContain('bash, zsh, fish');
});

describe('the manual page', () => {
  test('says what the help says', async () => {
    const world = makeWorld();
    const page = (await world.run('--lang', 'en', 'man')).out;
    const { out: help } = await world.run('--help');
    for (const [, command] of help.matchAll(/^ {2}([a-z]+) \[/gm)) {
      if (command !== 'tkguard' && command !== 'help') expect(page).toContain(`.SS tkguard ${command}`);
    }
    expect(page).not.toMatch(/^\.SS tkguard (?:complete|man)\b/m);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: nothing but ASCII
    expect(page).toMatch(/^[\u0000-\u007f]*$/);
  });

  test('is built, and has no mistakes that groff would name', () => {
    const path = join(ROOT, 'dist', 'tkguard.1');
    expect(readFileSync(path, 'utf8')).toMatch(/^\.TH TKGUARD 1 /);
    const groff = spawnSync('groff', ['-man', '-Tutf8', '-ww', '-z', path], { encoding: 'utf8' });
    if (!groff.error) expect(groff.stderr).toBe('');
  });
});
