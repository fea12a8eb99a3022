/** The flags that say what files are, shared by every command that reads them. */
import type { Command } from 'commander';
import type { ImportWorld } from '../import/options.ts';
import type { Translate } from '../words/index.ts';
import type { Context } from './context.ts';

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

export function importWorldOf({ host, config, t }: Context): ImportWorld {
  return { host, config: config(), zone: t.zone };
}
