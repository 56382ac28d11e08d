import fc from 'fast-check';
import { expect, it } from 'vitest';
import { nearestNonMembers } from '../../src/algorithms/contrast.ts';
import { seededRandom } from '../../src/algorithms/random.ts';

const groups = fc.array(fc.array(fc.nat(10_000), { maxLength: 300 }), { maxLength: 4 });

it('gives the nearest hundred of all, nearest first, whichever neighbour is largest', () => {
  fc.assert(
    fc.property(groups, (neighbours) => {
      const found = nearestNonMembers(neighbours, (row) => -row, seededRandom(1));
      const all = neighbours.flat().sort((a, b) => a - b);
      expect(found).toEqual(all.slice(0, 100));
    }),
  );
});

it('compares a draw of a very large neighbour, which leaves room for the others', () => {
  const large = Array.from({ length: 50_000 }, (_, i) => 10 + i);
  let compared = 0;
  const near = (row: number): number => {
    compared++;
    return -row;
  };
  const found = nearestNonMembers([large, [1, 2, 3]], near, seededRandom(1));
  expect(found.slice(0, 3)).toEqual([1, 2, 3]);
  expect(compared).toBe(1_003);
});
