import fc from 'fast-check';
import { expect, test } from 'vitest';
import { makeKeySet } from '../../src/store/key-set.ts';

test('few keys and many are kept as in a set', () => {
  const key = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }));
  fc.assert(
    fc.property(fc.array(key, { maxLength: 60 }), (keys) => {
      const [own, plain] = [makeKeySet(), new Set<number>()];
      for (const added of keys) {
        expect(own.add(added)).toBe(!plain.has(added));
        plain.add(added);
        expect(own.has(added)).toBe(true);
        expect(own.has(13)).toBe(plain.has(13));
      }
      expect(new Set(own.values())).toEqual(plain);
    }),
  );
});
