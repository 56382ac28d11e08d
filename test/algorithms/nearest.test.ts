import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nearest } from '../../src/algorithms/nearest.ts';

it('a name is nearest to itself, and to what it was before a letter was lost', () => {
  const names = fc.uniqueArray(fc.string({ minLength: 2, maxLength: 8 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(names, fc.nat(), (all, place) => {
      const name = all[place % all.length] ?? '';
      expect(nearest(name, all)).toBe(name);
    }),
  );
  expect(nearest('http_port', ['data', 'http__port', 'http__host'])).toBe('http__port');
  expect(nearest('x', [])).toBeNull();
});
