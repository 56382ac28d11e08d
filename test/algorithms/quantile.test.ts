import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weightedQuantile as ofColumns, quantile } from '../../src/algorithms/quantile.ts';

const weightedQuantile = (rows: readonly (readonly [value: number, weight: number])[], q: number): number =>
  ofColumns(
    Float64Array.from(rows, ([value]) => value),
    Float64Array.from(rows, ([, weight]) => weight),
    q,
  );

/** Without −0, which is 0 to whoever compares and not to whoever sorts. */
const value = fc.double({ min: -1e3, max: 1e3, noNaN: true }).map((one) => one + 0);
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('a quantile by weight', () => {
  it('is that of a list in which each value stands as often as it weighs', () => {
    const weighed = fc.tuple(value, fc.integer({ min: 0, max: 5 }));
    fc.assert(
      fc.property(fc.array(weighed, { minLength: 1, maxLength: 40 }), share, (values, q) => {
        const all = values.flatMap(([one, times]) => Array<number>(times).fill(one)).sort((a, b) => a - b);
        const found = weightedQuantile(values, q);
        expect(found).toBe(all[Math.max(0, Math.ceil(q * all.length) - 1)] ?? Number.NaN);
      }),
    );
  });

  it('is near that of the values where all weigh the same', () => {
    const values = Array.from({ length: 2_000 }, (_, i) => Math.sin(i));
    const found = weightedQuantile(
      values.map((one) => [one, 3]),
      0.02,
    );
    expect(found).toBeCloseTo(quantile(values, 0.02), 3);
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
        expect(low).toBeGreaterThanOrEqual(Math.min(...counted.map(([own]) => own)));
        expect(low).toBeLessThanOrEqual(weightedQuantile(values, Math.max(one, other)));
        expect(weightedQuantile(values, 1)).toBe(Math.max(...counted.map(([own]) => own)));
      }),
    );
  });

  it('lies where the weight lies', () => {
    const values = [
      ...Array.from({ length: 20 }, (_, i) => [-10 - i, 1] as const),
      ...Array.from({ length: 100 }, (_, i) => [i, 50] as const),
    ];
    expect(weightedQuantile(values, 0.02)).toBeGreaterThan(0);
    expect(weightedQuantile(values, 0.5)).toBe(49);
  });
});
