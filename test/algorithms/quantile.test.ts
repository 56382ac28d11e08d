import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantile, weightedQuantile } from '../../src/algorithms/quantile.ts';

const value = fc.double({ min: -1e3, max: 1e3, noNaN: true });
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('a quantile by weight', () => {
  it('is that of the values where all weigh the same', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 40 }),
        share,
        fc.constantFrom(0.5, 1, 7),
        (values, q, weight) => {
          const found = weightedQuantile(
            values.map((one) => [one, weight]),
            q,
          );
          expect(Math.abs(found - quantile(values, q))).toBeLessThan(1e-6);
        },
      ),
    );
  });

  it('leaves out what stands for none, lies between the lowest and the highest, and rises with the share', () => {
    const weighed = fc.tuple(value, fc.constantFrom(0, 1, 3, 50));
    fc.assert(
      fc.property(fc.array(weighed, { minLength: 1, maxLength: 40 }), share, share, (values, one, other) => {
        const counted = values.filter(([, weight]) => weight > 0);
        const low = weightedQuantile(values, Math.min(one, other));
        if (counted.length === 0) {
          expect(low).toBeNaN();
          return;
        }
        expect(low).toBe(weightedQuantile(counted, Math.min(one, other)));
        expect(low).toBeGreaterThanOrEqual(Math.min(...counted.map(([own]) => own)) - 1e-9);
        expect(low).toBeLessThanOrEqual(weightedQuantile(values, Math.max(one, other)) + 1e-9);
        expect(weightedQuantile(values, 1)).toBeCloseTo(Math.max(...counted.map(([own]) => own)), 9);
      }),
    );
  });

  it('lies where the weight lies', () => {
    const values = [
      ...Array.from({ length: 20 }, (_, i) => [-10 - i, 1] as const),
      ...Array.from({ length: 100 }, (_, i) => [i, 50] as const),
    ];
    expect(weightedQuantile(values, 0.02)).toBeGreaterThan(0);
    expect(weightedQuantile(values, 0.5)).toBeCloseTo(49.3, 0);
  });
});
