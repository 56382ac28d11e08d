import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  pairsWithin,
  shareLow,
  spreadOf,
  synchronyOf,
  togetherOf,
} from '../../../src/algorithms/coordination/spread.ts';
import { seededRandom } from '../../../src/algorithms/random.ts';
import { HOUR, MINUTE } from '../../../src/domain/ids.ts';

const counts = fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 2, maxLength: 300 });
const spread = (of: readonly number[]) => spreadOf(Float64Array.from(of));

describe('spread over accounts', () => {
  it('has a Gini index of 0 when all do the same', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 50 }), (n, each) => {
        const { gini, top1, equalTop1, perAccount } = spread(Array.from({ length: n }, () => each));
        expect(gini).toBeCloseTo(0, 12);
        expect(top1).toBeCloseTo(equalTop1, 12);
        expect(perAccount).toBe(each);
      }),
    );
  });

  it('is the mean difference of two accounts, over twice the mean', () => {
    fc.assert(
      fc.property(counts, (of) => {
        let difference = 0;
        for (const a of of) for (const b of of) difference += Math.abs(a - b);
        const n = of.length;
        const mean = of.reduce((sum, x) => sum + x, 0) / n;
        expect(spread(of).gini).toBeCloseTo(difference / (n * (n - 1)) / (2 * mean), 9);
      }),
      { numRuns: 50 },
    );
  });

  it('lies between 0 and 1, does not depend on order, and not on how long was watched', () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 2, max: 9 }), (of, longer) => {
        const { gini, top1, equalTop1 } = spread(of);
        for (const share of [gini, top1]) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
        }
        expect(top1).toBeGreaterThanOrEqual(equalTop1 - 1e-12);
        expect(spread([...of].reverse())).toEqual(spread(of));
        expect(spread(of.map((x) => x * longer)).gini).toBeCloseTo(gini, 12);
      }),
    );
  });

  it('nears 1 when one of many does nearly all', () => {
    const { gini, top1 } = spread([100_000, ...Array.from({ length: 99 }, () => 1)]);
    expect(gini).toBeGreaterThan(0.99);
    expect(top1).toBeGreaterThan(0.99);
  });
});

/** Times that follow a daily rhythm from night 0 to noon 1, ascending. */
function rhythm(n: number, random: () => number, days = 7): number[] {
  const times: number[] = [];
  while (times.length < n) {
    const hour = random() * 24 * days;
    if (random() < 0.5 - 0.5 * Math.cos((hour / 12) * Math.PI)) times.push(hour * HOUR);
  }
  return times.sort((a, b) => a - b);
}

describe('synchrony', () => {
  const all = togetherOf(rhythm(20_000, seededRandom(1)), 5 * MINUTE);

  it('counts pairs within a time as all pairs do', () => {
    const times = fc.array(fc.integer({ min: 0, max: 1_000 }), { maxLength: 60 });
    fc.assert(
      fc.property(times, fc.integer({ min: 0, max: 300 }), (of, within) => {
        const sorted = [...of].sort((a, b) => a - b);
        const pairs = sorted.flatMap((a, i) => sorted.slice(i + 1).filter((b) => b - a <= within)).length;
        expect(pairsWithin(sorted, within)).toBe(pairs);
      }),
    );
  });

  it('is 1 on average for independent arrivals with the rhythm of all, few or many', () => {
    const random = seededRandom(2);
    for (const n of [10, 40, 200]) {
      const runs = Array.from({ length: 400 }, () => synchronyOf(rhythm(n, random), 5 * MINUTE, all));
      const mean = runs.reduce((sum, { ratio }) => sum + ratio, 0) / runs.length;
      const sd = Math.sqrt(runs.reduce((sum, { ratio }) => sum + (ratio - mean) ** 2, 0) / runs.length);
      expect(Math.abs(mean - 1), String(n)).toBeLessThan((4 * sd) / Math.sqrt(runs.length));
      // The bound is surely above 1 in about 1 of 40.
      expect(runs.filter(({ low }) => low > 1).length, String(n)).toBeLessThan(25);
    }
  });

  it('is far above 1 for accounts that come within an hour of a week', () => {
    const random = seededRandom(3);
    const burst = Array.from({ length: 40 }, () => 60 * HOUR + random() * HOUR).sort((a, b) => a - b);
    const { ratio, low } = synchronyOf(burst, 5 * MINUTE, all);
    expect(ratio).toBeGreaterThan(50);
    expect(low).toBeGreaterThan(20);
  });

  it('says nothing where there is nothing to compare', () => {
    expect(synchronyOf([1, 2], 5, togetherOf([], 5))).toEqual({ ratio: 1, low: 0 });
    expect(synchronyOf([7], 5, all)).toEqual({ ratio: 1, low: 0 });
  });
});

describe('the lower bound of a share', () => {
  it('lies below the share, above 0, and nears it with more accounts', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 1, max: 1_000 }),
        (share, n) => {
          const low = shareLow(share, n);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(low).toBeLessThanOrEqual(share + 1e-12);
          expect(shareLow(share, 100 * n)).toBeGreaterThanOrEqual(low - 1e-12);
        },
      ),
    );
  });
});
