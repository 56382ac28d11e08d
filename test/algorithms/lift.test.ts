import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { liftOf } from '../../src/algorithms/lift.ts';
import { seededRandom } from '../../src/algorithms/random.ts';

describe('lift', () => {
  it('is the share in the group over the share in all', () => {
    expect(liftOf(0.4, 500, 0.1, 10_000)?.lift).toBeCloseTo(4, 12);
  });

  it('of all against all is one, surely', () => {
    const all = liftOf(0.3, 1_000, 0.3, 1_000);
    expect(all?.low).toBeCloseTo(1, 12);
    expect(all?.high).toBeCloseTo(1, 12);
  });

  it('is not known without both shares', () => {
    expect(liftOf(0.4, 500, 0, 10_000)).toBeNull();
    expect(liftOf(0, 500, 0.1, 10_000)).toBeNull();
    expect(liftOf(0.4, 0, 0.1, 0)).toBeNull();
  });

  it('lies within its interval', () => {
    const share = fc.double({ min: 0.01, max: 1, noNaN: true });
    fc.assert(
      fc.property(share, share, fc.integer({ min: 10, max: 40_000 }), (within, everywhere, size) => {
        const found = liftOf(within, size, everywhere, 40_000);
        if (found === null) throw new Error('both shares are known');
        expect(found.low).toBeLessThanOrEqual(found.lift);
        expect(found.high).toBeGreaterThanOrEqual(found.lift);
        expect(Number.isFinite(found.high)).toBe(true);
      }),
    );
  });

  it('is surer of a larger group', () => {
    const width = (size: number) => {
      const found = liftOf(0.3, size, 0.1, 40_000);
      return found === null ? Number.NaN : found.high / found.low;
    };
    expect(width(100)).toBeGreaterThan(width(400));
    expect(width(400)).toBeGreaterThan(width(1_600));
  });

  // 19 of 20 intervals cover; with 1,000 rounds the share is within 1.4 points of that in 95 of 100 cases.
  it('covers the truth in about 19 of 20 samples', () => {
    const random = seededRandom(11);
    const rounds = 1_000;
    let covered = 0;
    for (let round = 0; round < rounds; round++) {
      let within = 0;
      let everywhere = 0;
      for (let i = 0; i < 2_000; i++) {
        const inside = i < 300;
        const has = random() < (inside ? 0.3 : 0.1);
        if (has) everywhere++;
        if (has && inside) within++;
      }
      const found = liftOf(within / 300, 300, everywhere / 2_000, 2_000);
      const truth = 0.3 / (0.15 * 0.3 + 0.85 * 0.1);
      if (found !== null && found.low <= truth && truth <= found.high) covered++;
    }
    expect(covered / rounds).toBeGreaterThan(0.93);
    expect(covered / rounds).toBeLessThan(0.97);
  });
});
