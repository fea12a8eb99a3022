/**
 * Every fixture cut at every byte (large ones at some hundred): refused, or read as what is left of it. Never a crash,
 * and no row but what the whole file says: a row that is itself cut counts as one with a problem, or is told of.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Reading } from '../../src/domain/reading.ts';
import { fixtureBytes, memorySource, type ReadResult, readSource } from '../support/exports.ts';
import { FIXTURES } from '../support/run.ts';

const MOST_CUTS = 600;
const FOLDERS = ['story', 'alimama', 'chinese-headers', 'joined-table', 'top', 'refused'];
const files = FOLDERS.flatMap((folder) => readdirSync(join(FIXTURES, folder)).map((name) => `${folder}/${name}`));

function textOf({ locator: _, ...reading }: Reading): string {
  return JSON.stringify(reading);
}

test.each(files)('%s', (file) => {
  const bytes = fixtureBytes(file);
  const read = (content: Uint8Array): ReadResult => readSource(memorySource(file, content));
  const whole = new Set(read(bytes).readings.map(textOf));
  const step = Math.max(1, Math.floor(bytes.length / MOST_CUTS));
  for (let length = 0; length < bytes.length; length += step) {
    const cut = read(bytes.subarray(0, length));
    if (cut.refusal || cut.problems.length > 0) continue;
    const isJson = cut.format?.endsWith('json') || !/csv|table/.test(cut.format ?? '');
    const strange = cut.readings.filter((reading) => !whole.has(textOf(reading)));
    // A document is whole or refused; of a table only the last row may be cut, and then the file says so.
    if (isJson) expect(strange, `${length} bytes`).toEqual([]);
    else if (strange.length > 0) {
      expect(strange, `${length} bytes`).toHaveLength(1);
      expect(
        cut.notes.map(({ code }) => code),
        `${length} bytes: ${textOf(strange[0]!)}`,
      ).toContain('no-line-end');
    }
  }
});
