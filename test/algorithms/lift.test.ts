import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { atLeast, coarseCount, coarseMean, coarseMeanOff } from '../../src/algorithms/disclosure.ts';
import { liftOf, type Told, unitsOf } from '../../src/algorithms/lift.ts';
import { seededRandom } from '../../src/algorithms/random.ts';

const exactly = (share: number, units: number, conversations = units): Told => ({
  share,
  off: 0,
  units,
  conversations,
});

describe('lift', () => {
  it('is the share in the group over the share in all', () => {
    expect(liftOf(exactly(0.4, 500), exactly(0.1, 10_000))?.lift).toBeCloseTo(4, 12);
  });

  it('of all against all is one, surely', () => {
    const all = liftOf(exactly(0.3, 1_000), exactly(0.3, 1_000));
    expect(all?.low).toBeCloseTo(1, 12);
    expect(all?.high).toBeCloseTo(1, 12);
  });

  it('of a group that came after all the others is that of two groups apart', () => {
    // Two in 4,000 before, and now 200 of 200: as if it were part of all, there would be no room for them outside.
    const group = exactly(1, 200);
    const all = exactly(0.0005, 40_000, 60_000);
    const apart = liftOf(group, all, true);
    expect(apart?.lift).toBeCloseTo(2_000, 6);
    expect(apart?.low).toBeGreaterThan(1_000);
    expect(apart?.low).toBeLessThan(1_700);
    expect(apart?.high).toBeGreaterThan(2_500);
    expect(apart?.high).toBeLessThan(4_500);
    const unsure = liftOf(group, { ...all, off: 0.001 }, true);
    expect(unsure?.high).toBeLessThan(Number.POSITIVE_INFINITY);
    expect(unsure?.high).toBeGreaterThan(apart?.high ?? 0);
  });

  it('is not known without both shares', () => {
    expect(liftOf(exactly(0.4, 500), exactly(0, 10_000))).toBeNull();
    expect(liftOf(exactly(0, 500), exactly(0.1, 10_000))).toBeNull();
    expect(liftOf(exactly(0.4, 0), exactly(0.1, 0))).toBeNull();
  });

  it('lies within its interval', () => {
    const share = fc.double({ min: 0.01, max: 1, noNaN: true });
    const off = fc.double({ min: 0, max: 0.3, noNaN: true });
    const size = fc.integer({ min: 1, max: 40_000 });
    fc.assert(
      fc.property(share, share, size, size, off, off, (within, everywhere, units, conversations, a, b) => {
        const group = { ...exactly(within, units, conversations), off: a };
        const found = liftOf(group, { ...exactly(everywhere, 40_000), off: b });
        if (found === null) throw new Error('both shares are known');
        expect(found.low).toBeGreaterThanOrEqual(0);
        expect(found.low).toBeLessThanOrEqual(found.lift);
        expect(found.high).toBeGreaterThanOrEqual(found.lift);
        expect(Number.isFinite(found.high)).toBe(true);
      }),
    );
  });

  it('is surer of a larger group', () => {
    const width = (size: number) => {
      const found = liftOf(exactly(0.3, size), exactly(0.1, 40_000));
      return found === null ? Number.NaN : found.high / found.low;
    };
    expect(width(100)).toBeGreaterThan(width(400));
    expect(width(400)).toBeGreaterThan(width(1_600));
  });

  it('of a share that all of eight have is not sure to the digit', () => {
    const found = liftOf(exactly(1, 8), exactly(0.05, 5_000));
    expect((found?.high ?? 0) / (found?.low ?? 1)).toBeGreaterThan(1.2);
  });
});

it('units are the accounts where all talk alike, and few where few talk most', () => {
  expect(unitsOf([3, 3, 3, 3])).toBeCloseTo(4, 12);
  expect(unitsOf([1_000, 1, 1, 1])).toBeLessThan(1.01);
  expect(unitsOf([])).toBe(0);
});

/** Conversations of an account: one each; about two; a heavy tail, in which one account can be most of a cluster. */
const HABITS = {
  one: () => 1,
  some: (random: () => number) => Math.ceil(Math.log(1 - random()) / Math.log(0.5)) || 1,
  'a heavy tail': (random: () => number) => Math.min(500, Math.floor((1 - random()) ** (-1 / 1.2))),
};

/** `size` accounts, each with one language for all of its conversations. */
function drawn(size: number, chance: number, habit: (random: () => number) => number, random: () => number) {
  const counts = Array.from({ length: size }, () => habit(random));
  const conversations = counts.reduce((sum, one) => sum + one, 0);
  let carried = 0;
  for (const count of counts) if (random() < chance) carried += count;
  return { conversations, carried, units: unitsOf(counts) };
}

describe.each(Object.entries(HABITS))('with %s conversations an account', (_, habit) => {
  // Near the thresholds it covers more, as it is of all counts that may stand behind what is told.
  it.each([
    [20, 0.5, 0.1],
    [20, 0.95, 0.1],
    [50, 0.95, 0.8],
    [200, 0.1, 0.1],
    [200, 0.5, 0.1],
  ])(
    'the interval of %i accounts covers the truth in 19 of 20 samples, as it is told',
    (size, within, outside) => {
      const random = seededRandom(size + within * 7 + outside);
      const told = (share: number, { conversations, units }: ReturnType<typeof drawn>): Told => ({
        share: Math.min(1, coarseMean(share, conversations, 10)),
        off: coarseMeanOff(conversations, 10),
        conversations: coarseCount(conversations, 10),
        units: atLeast(units, 8),
      });
      let [rounds, covered] = [0, 0];
      for (let round = 0; round < 600; round++) {
        const group = drawn(size, within, habit, random);
        const rest = drawn(1_000, outside, habit, random);
        if (group.carried < 10) continue;
        const all = {
          conversations: group.conversations + rest.conversations,
          carried: group.carried + rest.carried,
          units: group.units + rest.units,
        };
        const part = group.conversations / all.conversations;
        const truth = within / (part * within + (1 - part) * outside);
        const found = liftOf(
          told(group.carried / group.conversations, group),
          told(all.carried / all.conversations, all),
        );
        if (found === null) continue;
        rounds++;
        if (found.low <= truth && truth <= found.high) covered++;
      }
      expect(rounds).toBeGreaterThan(200);
      expect(covered / rounds).toBeGreaterThan(0.93);
    },
  );
});
