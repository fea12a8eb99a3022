/** `tkguard schema`: the JSON Schema of a command's JSON document. */
import type { Command } from 'commander';
import { TkguardError } from '../errors.ts';
import type { Context } from './context.ts';
import { addCommand, writeAnswer } from './context.ts';

export function defineSchema(program: Command, { host, t }: Context): void {
  addCommand(program, 'schema', t)
    .argument(
      '<command>',
      t('help.argument.document', {
        choices: 'sync, diff, check, why, changes, history, shops, snapshots, mutes, formats, config',
      }),
    )
    .action(async (name: string) => {
      const { JSON_SCHEMAS } = await import('../report/schemas.ts');
      const schemas: Readonly<Record<string, object>> = JSON_SCHEMAS;
      const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
      if (!schema) throw new TkguardError('unknown-document', { name, known: Object.keys(schemas).join(', ') });
      await writeAnswer(`${JSON.stringify(schema, null, 2)}\n`, host);
    });
}
