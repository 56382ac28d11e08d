import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { doubtOf, ratioInterval, type Share } from '../../../src/algorithms/growth/share-ratio.ts';
import { seededRandom } from '../../../src/algorithms/random.ts';

const share = (least: number): fc.Arbitrary<Share> =>
  fc
    .integer({ min: Math.max(1, least), max: 5_000 })
    .chain((of) => fc.record({ carried: fc.integer({ min: least, max: of }), of: fc.constant(of) }));
const miss = fc.constantFrom(0.2, 0.05, 0.001, 1e-6);

describe('the interval of a ratio of shares', () => {
  it('holds 1 exactly when the test does not refuse that they are the same', () => {
    fc.assert(
      fc.property(share(1), share(0), miss, (a, b, level) => {
        const doubt = doubtOf(a, b);
        if (Math.abs(doubt / level - 1) < 1e-6) return;
        const { low, high } = ratioInterval(a, b, level);
        const holds = low <= 1 + 1e-9 && (high ?? Number.POSITIVE_INFINITY) >= 1 - 1e-9;
        expect(holds).toBe(doubt > level);
      }),
    );
  });

  it('turned round is its inverse', () => {
    fc.assert(
      fc.property(share(1), share(1), miss, (a, b, level) => {
        const [one, other] = [ratioInterval(a, b, level), ratioInterval(b, a, level)];
        if (one.high === null || other.high === null) throw new Error('something was found in both');
        expect(one.low * other.high).toBeCloseTo(1, 6);
        expect(one.high * other.low).toBeCloseTo(1, 6);
      }),
    );
  });

  it('has no upper bound when nothing was found in the other, and a lower one all the same', () => {
    const { low, high } = ratioInterval({ carried: 20, of: 50 }, { carried: 0, of: 200 }, 0.05);
    expect(high).toBeNull();
    expect(low).toBeGreaterThan(10);
  });

  // Fisher's exact test of 10 of 50 against 2 of 100, two-sided: 3.2e-4 (R 4.3, fisher.test).
  it('agrees with an exact test about as far as a test without steps can', () => {
    const doubt = doubtOf({ carried: 10, of: 50 }, { carried: 2, of: 100 });
    expect(doubt).toBeGreaterThan(1e-4);
    expect(doubt).toBeLessThan(1e-3);
  });

  // 4,000 rounds: the share is within 0.7 points of the truth in 95 of 100 cases.
  it.each([
    [50, 0.3, 300, 0.1],
    [30, 0.5, 50, 0.5],
    [100, 0.9, 200, 0.8],
    [200, 0.05, 2_000, 0.01],
  ])('of %i with share %f and %i with share %f covers the truth in about 19 of 20 samples', (n, p, m, q) => {
    const random = seededRandom(7);
    const draw = (of: number, chance: number): Share => {
      let carried = 0;
      for (let i = 0; i < of; i++) if (random() < chance) carried++;
      return { carried, of };
    };
    let covered = 0;
    for (let round = 0; round < 4_000; round++) {
      const [a, b] = [draw(n, p), draw(m, q)];
      if (a.carried + b.carried === 0) continue;
      const { low, high } = ratioInterval(a, b, 0.05);
      if (low <= p / q && p / q <= (high ?? Number.POSITIVE_INFINITY)) covered++;
    }
    expect(covered / 4_000).toBeGreaterThan(0.935);
    expect(covered / 4_000).toBeLessThan(0.97);
  });
});
