/** `tkguard schema`: the JSON Schema of a command's JSON document. */
import type { Command } from 'commander';
import { TkguardError } from '../errors.ts';
import type { DocumentName } from '../report/documents.ts';
import type { Context } from './context.ts';
import { addChoiceArgument, addCommand, writeAnswer } from './context.ts';

/** Named here, because report/documents.ts is loaded only to print one. */
const DOCUMENTS: readonly DocumentName[] = [
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
      const document = DOCUMENTS.find((known) => known === name);
      if (!document) throw new TkguardError('unknown-document', { name, known: DOCUMENTS.join(', ') });
      const { jsonSchema } = await import('../report/documents.ts');
      await writeAnswer(`${JSON.stringify(jsonSchema(document), null, 2)}\n`, host);
    },
  );
}
