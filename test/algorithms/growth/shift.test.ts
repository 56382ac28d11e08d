import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Compared, shiftsOf } from '../../../src/algorithms/growth/shift.ts';
import { seededRandom } from '../../../src/algorithms/random.ts';
import type { Shift } from '../../../src/domain/alert.ts';

const USUAL = { minAccounts: 8, minConversations: 10 };
/** Counts are told as they are: nothing is rounded to the safe side. */
const EXACT = { minAccounts: 2, minConversations: 2 };

const value = (facet: string, name: string, since: number, before: number) => ({
  facet,
  value: name,
  since,
  before,
});

/** Shares of every facet's values; of flags each stands alone. */
const WORLD: Readonly<Record<string, readonly number[]>> = {
  language: [0.6, 0.1, 0.08, 0.06, 0.05, 0.03, 0.02, 0.02, 0.02, 0.01, 0.01],
  surface: [0.55, 0.25, 0.15, 0.05],
  model: [0.6, 0.3, 0.05, 0.05],
  concern: [0.8, 0.12, 0.05, 0.02, 0.01],
  turns: [0.3, 0.3, 0.2, 0.15, 0.05],
};
/** Six times as much of the fourth language, at the cost of the first. */
const SHIFTED = { ...WORLD, language: [0.3, 0.1, 0.08, 0.36, 0.05, 0.03, 0.02, 0.02, 0.02, 0.01, 0.01] };
const truth = ({ facet, value: name }: Shift): number =>
  facet !== 'language' ? 1 : name === '0' ? 0.5 : name === '3' ? 6 : 1;

function createWorld(seed: number) {
  const random = seededRandom(seed);
  const counts = (accounts: number, world: typeof WORLD): Map<string, number> => {
    const found = new Map<string, number>();
    for (let account = 0; account < accounts; account++) {
      for (const [facet, shares] of Object.entries(world)) {
        let left = random();
        const at = shares.findIndex((share) => {
          left -= share;
          return left < 0;
        });
        const key = `${facet} ${at}`;
        found.set(key, (found.get(key) ?? 0) + 1);
      }
    }
    return found;
  };
  return (since: number, before: number, world: typeof WORLD): Compared => {
    const [now, past] = [counts(since, world), counts(before, WORLD)];
    const values = [...new Set([...now.keys(), ...past.keys()])].map((key) => {
      const [facet = '', name = ''] = key.split(' ');
      return value(facet, name, now.get(key) ?? 0, past.get(key) ?? 0);
    });
    return { since, before, values };
  };
}

describe('what has shifted', () => {
  it('is told with both shares, their ratio and its interval, the strongest first', () => {
    const values = [
      value('language', 'hi', 80, 60),
      value('surface', 'api', 100, 200),
      value('flag', 'x', 40, 0),
    ];
    const [first, second, third, ...others] = shiftsOf({ since: 200, before: 1_000, values }, USUAL);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ facet: 'flag', share: 0.2, before: 0, ratio: null, high: null });
    expect(first?.low).toBeGreaterThan(10);
    expect(second).toMatchObject({ facet: 'language', value: 'hi', share: 0.4, before: 0.06 });
    expect(second?.ratio).toBeCloseTo(0.4 / 0.06, 9);
    expect(second?.low).toBeGreaterThan(4);
    expect(second?.high).toBeLessThan(12);
    expect(third).toMatchObject({ facet: 'surface', value: 'api', share: 0.5, before: 0.2, ratio: 2.5 });
  });

  it('is also what there is less of', () => {
    const [shift] = shiftsOf(
      { since: 200, before: 1_000, values: [value('surface', 'web', 40, 600)] },
      USUAL,
    );
    expect(shift?.high).toBeLessThan(0.5);
    expect(shift?.ratio).toBeCloseTo(1 / 3, 9);
  });

  it('is nothing that is nearly as it was, however surely', () => {
    const values = [value('language', 'en', 9_500, 8_000)];
    expect(shiftsOf({ since: 10_000, before: 10_000, values }, USUAL)).toEqual([]);
  });

  it('is five values at most', () => {
    const values = Array.from({ length: 30 }, (_, i) => value('flag', `f${i}`, 100 + i, 20));
    expect(shiftsOf({ since: 200, before: 1_000, values }, USUAL)).toHaveLength(5);
  });

  it('is nothing where too few came, or too few were there before', () => {
    const values = [value('language', 'hi', 9, 0)];
    expect(shiftsOf({ since: 9, before: 1_000, values }, USUAL)).toEqual([]);
    expect(shiftsOf({ since: 200, before: 7, values: [value('language', 'hi', 200, 0)] }, USUAL)).toEqual([]);
  });

  const anything = fc
    .tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 4_000 }))
    .chain(([since, before]) =>
      fc
        .array(fc.tuple(fc.integer({ min: 0, max: since }), fc.integer({ min: 0, max: before })), {
          maxLength: 20,
        })
        .map((counts) => ({
          since,
          before,
          values: counts.map(([now, past], i) => value('flag', `f${i}`, now, past)),
        })),
    );

  it('is never a value that fewer than the minima carry, and never one whose interval holds 1', () => {
    fc.assert(
      fc.property(anything, (compared) => {
        for (const shift of shiftsOf(compared, USUAL)) {
          const votes = compared.values.find((one) => one.value === shift.value);
          expect(votes?.since).toBeGreaterThanOrEqual(10);
          expect(shift.low > 1 || (shift.high ?? 2) < 1).toBe(true);
          if (shift.ratio !== null) {
            expect(shift.ratio).toBeGreaterThanOrEqual(shift.low);
            expect(shift.ratio).toBeLessThanOrEqual(shift.high ?? Number.POSITIVE_INFINITY);
          }
        }
      }),
    );
  });

  it('is told alike of all counts that round to the same half minimum', () => {
    const one = (since: number, before: number) =>
      shiftsOf({ since: 100, before: 500, values: [value('language', 'hi', since, before)] }, USUAL);
    expect(one(38, 10)).not.toEqual([]);
    for (const since of [38, 39, 40, 41]) {
      for (const before of [10, 11, 12, 13]) expect(one(since, before)).toEqual(one(38, 10));
    }
  });

  // 1,500 rounds: a true 5% would be met with up to 6.1% in 95 of 100 cases.
  it.each([
    [20, 30],
    [60, 100],
    [100, 1_000],
    [500, 300],
  ])(
    'is anything at all in one case of twenty at most, where nothing has: %i accounts and %i',
    (since, before) => {
      const world = createWorld(3);
      let any = 0;
      for (let round = 0; round < 1_500; round++)
        if (shiftsOf(world(since, before, WORLD), EXACT).length > 0) any++;
      expect(any / 1_500).toBeLessThan(0.061);
    },
  );

  // 600 rounds, each with a share of false ones: 1.5 points of error in 95 of 100 cases.
  it.each([
    [60, 400],
    [200, 300],
  ])('is false, and its interval misses, in one of twenty told: %i accounts and %i', (since, before) => {
    const world = createWorld(5);
    const sums = { found: 0, false: 0, missed: 0 };
    for (let round = 0; round < 600; round++) {
      const shifts = shiftsOf(world(since, before, SHIFTED), EXACT);
      if (shifts.some((shift) => truth(shift) === 6)) sums.found++;
      if (shifts.length === 0) continue;
      const of = (wrong: (shift: Shift) => boolean) => shifts.filter(wrong).length / shifts.length;
      sums.false += of((shift) => truth(shift) === 1);
      sums.missed += of((shift) => truth(shift) < shift.low || truth(shift) > (shift.high ?? 1e9));
    }
    expect(sums.found / 600).toBeGreaterThan(0.95);
    expect(sums.false / 600).toBeLessThan(0.065);
    expect(sums.missed / 600).toBeLessThan(0.065);
  });
});
