import Ajv2020 from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import { type DocumentName, jsonSchema } from '../../src/report/documents.ts';
import type { World } from './run.ts';

export function validatorOf(name: DocumentName) {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, allErrors: true, validateFormats: false });
  return ajv.compile(jsonSchema(name));
}

/** The document is as `tkguard schema` says. */
export function expectValid(name: DocumentName, document: unknown): void {
  const validate = validatorOf(name);
  validate(document);
  expect(validate.errors).toBeNull();
}

/** What a command answers with `--json`, which is as `tkguard schema` says of that command. */
export async function validJson(world: World, ...argv: string[]): Promise<any> {
  const document = await world.json(...argv);
  expectValid(argv[0] as DocumentName, document);
  return document;
}

/** JSON or NDJSON without the one thing in it that is of a language. */
export function withoutMessages(text: string): string {
  return text.replace(/"messages":\s*\[(?:\s*"(?:[^"\\]|\\.)*",?)*\s*\]/g, '"messages":[]');
}
