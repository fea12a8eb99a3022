/** Where the configuration is. What reads it is loaded only where there is a file. */
import { join } from 'node:path';
import { TkguardError } from '../errors.ts';
import type { Host } from '../host.ts';
import type { Config } from './shape.ts';

export const NO_CONFIG: Config = { path: null, values: {}, policy: {}, mutes: [], lines: new Map() };

/** `--config`, else `TKGUARD_CONFIG`, else the user's folder; null where there is no home either. */
export function configPath({ argv, env, home, isWindows }: Pick<Host, 'argv' | 'env' | 'home' | 'isWindows'>): {
  readonly path: string | null;
  readonly from: 'flag' | 'environment' | 'default';
} {
  const flag = flagOf(argv, '--config');
  if (flag !== undefined) return { path: flag, from: 'flag' };
  if (env.TKGUARD_CONFIG) return { path: env.TKGUARD_CONFIG, from: 'environment' };
  const local = isWindows ? env.LOCALAPPDATA : null;
  const folder = env.XDG_CONFIG_HOME || local || (home() ? join(home() ?? '', '.config') : null);
  return { path: folder && join(folder, 'tkguard', 'config.json'), from: 'default' };
}

/** Where it is written. Throws `bad-option` where nothing says where. */
export function writtenPath(host: Host): string {
  const { path } = configPath(host);
  if (path !== null) return path;
  throw new TkguardError('bad-option', { option: '--config', value: '', expected: '/path/to/config.json' });
}

/** The value of an option that is needed before the command line is read as a whole. */
export function flagOf(argv: readonly string[], option: string): string | undefined {
  const at = argv.indexOf(option);
  return at >= 0 ? argv[at + 1] : argv.find((argument) => argument.startsWith(`${option}=`))?.slice(option.length + 1);
}

/** The configuration in force, or why it is none: commands that need none of it still run. */
export async function openConfig(host: Host): Promise<Config | TkguardError> {
  const { path, from } = configPath(host);
  if (path === null || !host.exists(path)) {
    return from === 'default' || path === null ? NO_CONFIG : new TkguardError('no-config', { path });
  }
  const { readConfig } = await import('./read.ts');
  const read = readConfig(path, host);
  return 'code' in read ? TkguardError.of(read) : read;
}
