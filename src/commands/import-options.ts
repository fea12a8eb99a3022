/** The flags that say what files are, shared by every command that reads them. */
import type { Command } from 'commander';
import { parseTime } from '../domain/time.ts';
import { TkguardError } from '../errors.ts';
import type { MappingChoice } from '../ingest/mapping.ts';
import type { Translate } from '../words/index.ts';
import type { Context } from './context.ts';
import { choiceOf } from './context.ts';
import type { ImportOptions } from './import-file.ts';

export interface ImportFlags {
  readonly account?: string;
  readonly capturedAt?: string;
  readonly format?: string;
  readonly map?: string;
  readonly seller?: string;
  readonly keeper?: string;
  readonly item?: string;
  readonly campaign?: string;
  readonly partial?: boolean;
  readonly skipBadRows?: boolean;
  readonly acceptRemovals?: boolean;
  readonly again?: boolean;
}

export function addImportOptions(command: Command, t: Translate): Command {
  return command
    .option('--account <name>', t('help.option.sync-account'))
    .option('--captured-at <time>', t('help.option.captured-at'))
    .option('--map <file|name>', t('help.option.map'))
    .option('--seller <id>', t('help.option.seller'))
    .option('--keeper <id>', t('help.option.keeper'))
    .option('--item <id>', t('help.option.sync-item'))
    .option('--campaign <id>', t('help.option.campaign'))
    .option('--partial', t('help.option.partial'))
    .option('--skip-bad-rows', t('help.option.skip-bad-rows'));
}

/** What the flags mean. `formatOption` is how the command calls the one that names the format. Throws `bad-option`. */
export async function importOptionsOf(
  flags: ImportFlags,
  formatOption: string,
  context: Context,
): Promise<ImportOptions> {
  const { host, config, t } = context;
  const captured = flags.capturedAt === undefined ? null : parseTime(flags.capturedAt, t.zone);
  const wrong = flags.capturedAt !== undefined && (!captured || captured.ms > host.now());
  if (wrong)
    throw new TkguardError('bad-option', {
      option: '--captured-at',
      value: flags.capturedAt ?? '',
      expected: '2026-11-20, 2026-11-20 09:30',
    });
  const format = flags.format?.startsWith(MAP) ? undefined : flags.format;
  return {
    account: flags.account?.trim() || config().values.account || 'default',
    capturedMs: captured?.ms ?? null,
    format: format === undefined ? null : choiceOf(formatOption, format, await formatIds()),
    mapping: await mappingChoice(
      flags.map ?? (format === flags.format ? undefined : flags.format?.slice(MAP.length)),
      context,
    ),
    partial: flags.partial === true,
    skipBadRows: flags.skipBadRows === true,
    acceptRemovals: flags.acceptRemovals === true,
    again: flags.again === true,
    confirms: false,
    ids: {
      seller: flags.seller ?? null,
      keeper: flags.keeper ?? null,
      item: flags.item ?? null,
      campaign: flags.campaign ?? null,
    },
  };
}

const MAP = 'map:';

async function formatIds(): Promise<readonly string[]> {
  const { FORMATS } = await import('../ingest/formats/registry.ts');
  return FORMATS.map(({ id }) => id);
}

async function mappingChoice(name: string | undefined, { host, config }: Context): Promise<MappingChoice> {
  const { mappings } = config().values;
  if (name === undefined && mappings === undefined) return { mappings: [], only: false };
  const { chooseMappings } = await import('./mapping-choice.ts');
  const choice = await chooseMappings(name, mappings, host);
  if ('code' in choice) throw new TkguardError(choice.code, choice.args);
  return choice;
}
