import fc from 'fast-check';
import { parse } from 'lossless-json';
import { expect, test } from 'vitest';
import { hasLongNumber, parseJson } from '../../src/ingest/json.ts';

/** Keys and texts that are hard to tell apart by their quotes and colons, and equal keys. */
const text = fc
  .array(fc.constantFrom('a', 'b', '"', ':', '\\', ' ', '\t', '3e5'), { maxLength: 4 })
  .map((parts) => parts.join(''));
const { document } = fc.letrec<{ document: string }>((tie) => ({
  document: fc.oneof(
    { maxDepth: 3 },
    text.map((value) => JSON.stringify(value)),
    fc.constantFrom('1', '-2.5', '1e5', 'null', '1234567890123456'),
    fc.array(tie('document'), { maxLength: 3 }).map((list) => `[${list.join(' , ')}]`),
    fc
      .array(fc.tuple(text, fc.constantFrom(':', ' :', '\n:\t'), tie('document')), { maxLength: 3 })
      .map((fields) => `{${fields.map(([key, colon, value]) => JSON.stringify(key) + colon + value).join(',')}}`),
  ),
}));

test('the quick way reads a text as the way that looks at every character', () => {
  fc.assert(
    fc.property(document, (body) => {
      let slow: unknown = 'duplicate';
      try {
        slow = parse(body, undefined, (number) => (/^-?\d{16}|[eE]/.test(number) ? number : Number(number)));
      } catch {}
      const quick = parseJson(body);
      expect(quick.ok ? quick.value : 'duplicate').toEqual(slow);
    }),
    { numRuns: 1000 },
  );
});

test('numbers that a double may not hold are found as by their pattern', () => {
  const parts = fc.constantFrom('1', '90', '123456789012345', 'e', 'E', '+', '-', '.', 'é', 'Ե', '５', ' ');
  fc.assert(
    fc.property(fc.array(parts, { maxLength: 8 }), (found) => {
      const body = found.join('');
      expect(hasLongNumber(body)).toBe(/\d(?:\d{15}|[eE][+-]?\d)/.test(body));
    }),
    { numRuns: 2000 },
  );
});
