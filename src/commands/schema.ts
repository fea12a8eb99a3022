/** `tkguard schema`: the JSON Schema of a command's JSON document. */
import { DOCUMENTS, type DocumentName, jsonSchema } from '../report/documents.ts';
import { print } from './app.ts';
import { defineCommand } from './command.ts';

export const command = defineCommand({
  options: [],
  argument: { flags: '<command>', name: 'choice', choices: Object.keys(DOCUMENTS) },
  run: (_, app, [name]) => print(`${JSON.stringify(jsonSchema(name as DocumentName), null, 2)}\n`, app),
});
