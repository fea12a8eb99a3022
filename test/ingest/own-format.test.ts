import { expect, test } from 'vitest';
import { memorySource, readSource, readText } from '../support/exports.ts';

test('a long file is read in batches, and in flat pieces', () => {
  const rows = Array.from({ length: 5000 }, (_, i) => `7,${i + 1},special,5%`);
  const result = readSource(memorySource('long.csv', `shop_id,plan_id,plan_type,rate\n${rows.join('\n')}\n`, 100));
  expect(result.batches.length).toBeGreaterThan(1);
  expect(result.readings.map(({ planId }) => planId)).toEqual(rows.map((_, i) => `${i + 1}`));
});

test.each(['a', ' '])('a line of NDJSON that does not end is refused before it fills the memory (%j)', (filler) => {
  const row = '{"shop_id":"1","plan_id":"2","plan_type":"special","rate":"5%"}\n';
  const ended = `${row}${row}${' '.repeat(2 << 20)}\n${row}`;
  expect(readText(ended).refusal).toBe(null);
  const endless = `${row}${row}${filler.repeat(9 << 20)}\n${row}`;
  expect(readText(endless).refusal).toEqual({ code: 'long-line', args: { line: 3, mib: 8 } });
});
