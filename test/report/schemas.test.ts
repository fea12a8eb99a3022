import { expect, test } from 'vitest';
import { CHINA } from '../../src/domain/time.ts';
import { DOCUMENTS, type DocumentName } from '../../src/report/documents.ts';
import { render } from '../../src/report/render.ts';
import type { Report } from '../../src/report/report.ts';
import { createTranslator } from '../../src/words/index.ts';
import { expectValid, validatorOf } from '../support/schema.ts';
import { emptyReports, filledReports, type ReportName } from './inputs.ts';

const TERMINAL = { colour: false, width: null };
const t = await createTranslator('zh', CHINA);
const names = (Object.keys(DOCUMENTS) as DocumentName[]).filter((name): name is ReportName => name in filledReports(t));

const documentOf = async (report: Report) => JSON.parse(await render(report, 'json', TERMINAL));

test.each(names)('the document of %s is as its schema says', async (name) => {
  expectValid(name, await documentOf(filledReports(t)[name]));
});

test.each(Object.entries(emptyReports(t)))('the empty document of %s is as its schema says', async (name, report) => {
  expectValid(name as ReportName, await documentOf(report));
});

test.each(names)('the schema of %s refuses a document with a key too many or too few', async (name) => {
  const validate = validatorOf(name);
  const { schema, ...rest } = await documentOf(filledReports(t)[name]);
  expect(validate({ schema, ...rest })).toBe(true);
  expect(validate({ schema, ...rest, extra: 1 })).toBe(false);
  expect(validate(rest)).toBe(false);
});
