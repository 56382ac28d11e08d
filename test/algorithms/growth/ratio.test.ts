import negativeBinomialCdf from '@stdlib/stats-base-dists-negative-binomial-cdf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRatioBound, growthRatio, RATIO_CAP } from '../../../src/algorithms/growth/ratio.ts';

const bound = createRatioBound();
const count = fc.integer({ min: 0, max: 3_000 });
const expected = fc.double({ min: 0, max: 3_000, noNaN: true });
const variance = fc.double({ min: 1e-6, max: 3, noNaN: true });

describe('the lower bound', () => {
  it('is below the ratio, and finite for any count and expectation', () => {
    fc.assert(
      fc.property(count, expected, variance, (n, m, v) => {
        const low = bound(n, m, v);
        expect(Number.isFinite(low)).toBe(true);
        expect(low).toBeGreaterThanOrEqual(0);
        if (n > 0 && growthRatio(n, m) < RATIO_CAP) expect(low).toBeLessThan(growthRatio(n, m));
      }),
    );
  });

  it('grows with the count, and falls with the expectation and with doubt', () => {
    fc.assert(
      fc.property(count, expected, variance, (n, m, v) => {
        // The beta quantile is good to some 1e-6 where doubt is tiny.
        const most = bound(n, m, v) * (1 + 1e-5);
        expect(bound(n + 1, m, v) * (1 + 1e-5)).toBeGreaterThanOrEqual(bound(n, m, v));
        expect(bound(n, m + 1, v)).toBeLessThanOrEqual(most);
        // One account alone is less of a surprise the more counts scatter: none at all is then as likely.
        if (n > 1) expect(bound(n, m, v * 1.5)).toBeLessThanOrEqual(most);
      }),
    );
  });

  it('is the ratio under which the count is a one-in-twenty surprise', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: 0.1, max: 100, noNaN: true }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (n, m, v) => {
          const k = 1 / v;
          const mean = bound(n, m, v) * m;
          const surprise = 1 - negativeBinomialCdf(n - 1, k, k / (k + mean));
          // Cautious by the grid of k: never above, and not far below.
          expect(surprise).toBeLessThan(0.0501);
          expect(surprise).toBeGreaterThan(0.045);
        },
      ),
    );
  });

  it('is zero when nothing came', () => {
    expect(bound(0, 0, 0.04)).toBe(0);
    expect(bound(0, 12, 0.04)).toBe(0);
  });

  it('nears the Poisson bound when there is no doubt', () => {
    expect(bound(1, 1, 1e-5)).toBeCloseTo(-Math.log(0.95), 4);
    expect(bound(10, 1, 1e-5)).toBeCloseTo(5.4254, 2);
  });
});
