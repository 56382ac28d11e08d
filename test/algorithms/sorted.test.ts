import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sortedInPieces } from '../../src/algorithms/sorted.ts';

const row = fc.integer({ min: 0, max: 999_999 });

it('is in order, and what is equal in it stands as it stood, over many runs too', async () => {
  // By the hundred thousands alone: most are equal to many others.
  const compare = (one: number, other: number): number => Math.floor(one / 1e5) - Math.floor(other / 1e5);
  for (const maxLength of [5, 20_000])
    await fc.assert(
      fc.asyncProperty(fc.array(row, { maxLength, size: 'max' }), async (rows) => {
        expect(await sortedInPieces(rows, compare)).toEqual(rows.toSorted(compare));
      }),
      { numRuns: 30 },
    );
});
