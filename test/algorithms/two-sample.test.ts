import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/algorithms/random.ts';
import { chanceOfAsMany } from '../../src/algorithms/two-sample.ts';

describe('the chance that as many are of the second sample', () => {
  it('is the binomial tail without the first of them', () => {
    expect(chanceOfAsMany(11, 0, 0.25)).toBeCloseTo(0.25 ** 10, 12);
    // P(X ≥ 2), X of Binomial(3, 1/2).
    expect(chanceOfAsMany(3, 1, 0.5)).toBeCloseTo(0.5, 12);
  });

  it('can be told apart however small it is', () => {
    expect(chanceOfAsMany(31, 0, 0.01)).toBeCloseTo(0, 50);
    expect(chanceOfAsMany(31, 0, 0.01) / 1e-60).toBeCloseTo(1, 6);
    expect(chanceOfAsMany(41, 0, 0.01)).toBeLessThan(chanceOfAsMany(31, 0, 0.01));
  });

  it('is certain for one, and for all that is of the second sample', () => {
    expect(chanceOfAsMany(1, 5, 0.1)).toBe(1);
    expect(chanceOfAsMany(20, 0, 1)).toBe(1);
  });

  it('falls with each more of the second, and rises with each more of the first', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 64 }),
        fc.integer({ min: 0, max: 12 }),
        fc.double({ min: 0.01, max: 0.9, noNaN: true }),
        (fresh, past, share) => {
          const chance = chanceOfAsMany(fresh, past, share);
          expect(chance).toBeGreaterThanOrEqual(0);
          expect(chance).toBeLessThanOrEqual(1);
          expect(chanceOfAsMany(fresh + 1, past, share)).toBeLessThanOrEqual(chance + 1e-12);
          expect(chanceOfAsMany(fresh, past + 1, share)).toBeGreaterThanOrEqual(chance - 1e-12);
        },
      ),
    );
  });

  it('is what comes of drawing', () => {
    const random = seededRandom(4);
    let asMany = 0;
    const draws = 20_000;
    for (let i = 0; i < draws; i++) {
      let fresh = 0;
      for (let n = 0; n < 9; n++) if (random() < 0.3) fresh++;
      if (fresh >= 5) asMany++;
    }
    expect(asMany / draws).toBeCloseTo(chanceOfAsMany(6, 4, 0.3), 1);
    expect(Math.abs(asMany / draws - chanceOfAsMany(6, 4, 0.3))).toBeLessThan(0.008);
  });
});
