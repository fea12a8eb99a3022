/** `tkguard schema`: the JSON Schema of a command's JSON document. */
import type { Command } from 'commander';
import { TkguardError } from '../errors.ts';
import type { Context } from './context.ts';
import { addChoiceArgument, addCommand, writeAnswer } from './context.ts';

/** Those of report/schemas.ts, which is loaded only to print one. */
const DOCUMENTS = [
  'sync',
  'inspect',
  'diff',
  'check',
  'why',
  'changes',
  'history',
  'shops',
  'snapshots',
  'mutes',
  'formats',
  'config',
  'doctor',
  'paths',
];

export function defineSchema(program: Command, { host, t }: Context): void {
  const described = t('help.argument.document', { choices: DOCUMENTS.join(', ') });
  addChoiceArgument(addCommand(program, 'schema', t), '<command>', described, DOCUMENTS).action(
    async (name: string) => {
      const { JSON_SCHEMAS } = await import('../report/schemas.ts');
      const schemas: Readonly<Record<string, object>> = JSON_SCHEMAS;
      const schema = Object.hasOwn(schemas, name) ? schemas[name] : undefined;
      if (!schema) throw new TkguardError('unknown-document', { name, known: Object.keys(schemas).join(', ') });
      await writeAnswer(`${JSON.stringify(schema, null, 2)}\n`, host);
    },
  );
}
