import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hash53 } from '../../src/algorithms/hash.ts';
import { HashedNumbers } from '../../src/algorithms/hashed-numbers.ts';

// Few keys, and many that share their lowest bits: searches run into each other, and around the end.
const key = fc.oneof(
  fc.integer({ min: 0, max: 12 }),
  fc.integer({ min: 0, max: 12 }).map((n) => n * 2 ** 40),
  fc.integer({ min: 0, max: 12 }).map((n) => 2 ** 53 - 1 - n),
  fc.string().map(hash53),
);
const step = fc.oneof(
  fc.record({ do: fc.constant('set' as const), key, value: fc.double({ noNaN: true }) }),
  fc.record({ do: fc.constant('delete' as const), key, value: fc.constant(0) }),
);

describe('HashedNumbers', () => {
  it('holds what a Map holds, whatever is done to both', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const [numbers, map] = [new HashedNumbers(), new Map<number, number>()];
        for (const { do: what, key, value } of steps) {
          if (what === 'set') {
            numbers.set(key, value);
            map.set(key, value);
          } else expect(numbers.delete(key)).toBe(map.delete(key));
          expect(numbers.size).toBe(map.size);
          expect(numbers.get(key)).toBe(map.get(key));
        }
        for (const [key, value] of map) {
          expect(numbers.has(key)).toBe(true);
          expect(numbers.get(key)).toBe(value);
        }
        expect(new Map(numbers.entries())).toEqual(map);
      }),
    );
  });

  it('holds many', () => {
    const numbers = new HashedNumbers();
    for (let i = 0; i < 100_000; i++) numbers.set(hash53(`key ${i}`), i);
    for (let i = 0; i < 100_000; i += 2) numbers.delete(hash53(`key ${i}`));
    expect(numbers.size).toBe(50_000);
    for (let i = 0; i < 100_000; i++)
      expect(numbers.get(hash53(`key ${i}`))).toBe(i % 2 === 0 ? undefined : i);
  });
});
