import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hash53, hashUnit } from '../../../src/algorithms/hash.ts';
import { seededRandom } from '../../../src/algorithms/random.ts';
import { chanceOf, isTaken, type Strategy } from '../../../src/algorithms/sampling/chance.ts';
import { TotalVariance, type Weighted } from '../../../src/algorithms/sampling/totals.ts';
import { geometric } from '../../support/random-counts.ts';

const row = fc.record({
  account: fc.integer({ min: 0, max: 4 }),
  weight: fc.constantFrom(0, 1, 1.5, 2, 4, 10),
});

/** The sum over all pairs, as it is written. */
function pairwise(rows: readonly Weighted[]): number {
  let sum = 0;
  for (const one of rows) {
    for (const other of rows) {
      if (one.account !== other.account || one.weight === 0 || other.weight === 0) continue;
      const [p, q] = [1 / one.weight, 1 / other.weight];
      sum += (1 - (p * q) / Math.min(p, q)) / (p * q);
    }
  }
  return sum;
}

describe('the variance of a total', () => {
  it('is the Horvitz–Thompson estimate over all pairs of an account', () => {
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        const total = new TotalVariance();
        for (const one of rows) total.add(one);
        expect(total.variance).toBeCloseTo(pairwise(rows), 6);
      }),
    );
  });

  it('forgets what is taken back', () => {
    fc.assert(
      fc.property(fc.array(row), fc.array(row), (stay, go) => {
        const total = new TotalVariance();
        for (const one of [...stay, ...go]) total.add(one);
        for (const one of go) total.remove(one);
        expect(total.variance).toBeCloseTo(pairwise(stay), 6);
        for (const one of stay) total.remove(one);
        expect(total.variance).toBe(0);
        expect(total.isEmpty).toBe(true);
      }),
    );
  });

  it('with one chance for all is Σ y²(1 − p)/p², y an account’s conversations', () => {
    const total = new TotalVariance();
    for (const account of [1, 1, 1, 2]) total.add({ account, weight: 5 });
    expect(total.variance).toBeCloseTo(((9 + 1) * (1 - 0.2)) / 0.2 ** 2, 9);
  });

  it('of what was all taken is none', () => {
    const total = new TotalVariance();
    for (const account of [1, 1, 2]) total.add({ account, weight: 1 });
    expect(total.error).toBe(0);
  });
});

type Conversation = { readonly account: string; readonly at: number; readonly outputs: number };

/** Accounts that come as they like, some of them with many conversations. */
function stream(random: () => number, run: number, accounts: number): Conversation[] {
  return Array.from({ length: accounts }, (_, i) => {
    const many = 1 + geometric(random, random() < 0.05 ? 5 : 1);
    const from = random();
    return Array.from({ length: many }, () => ({
      account: `${run}/${i}`,
      at: Math.min(0.999, from + random() * 0.3),
      outputs: 1 + geometric(random, 3),
    }));
  }).flat();
}

/** Estimates of one total over many streams: how far off they are in all, in standard errors, and how many intervals hold the truth. */
function measure(strategy: Strategy, runs: number, accounts: number, seed: number) {
  const random = seededRandom(seed);
  let sum = 0;
  let truth = 0;
  let covered = 0;
  let spread = 0;
  for (let run = 0; run < runs; run++) {
    // A schedule of shares of its own, in up to eight pieces.
    const schedule = Array.from({ length: 1 + Math.floor(random() * 8) }, () => 0.1 + 0.9 * random() ** 2);
    const all = stream(random, seed * 1e6 + run, accounts);
    const variance = new TotalVariance();
    let estimate = 0;
    for (const { account, at, outputs } of all) {
      const share = schedule[Math.floor(at * schedule.length)] ?? 1;
      const chance = chanceOf(strategy, share, outputs);
      if (!isTaken(account, chance)) continue;
      estimate += 1 / chance;
      variance.add({ account: hash53(account), weight: 1 / chance });
    }
    sum += estimate;
    truth += all.length;
    spread += variance.variance;
    if (Math.abs(estimate - all.length) <= 1.96 * variance.error) covered++;
  }
  return { bias: (sum - truth) / Math.sqrt(spread), coverage: covered / runs };
}

describe('totals of random streams under random schedules of shares, against full counts', () => {
  it.each([
    ['conversations', 1_000, 11],
    ['outputs', 1_000, 12],
    ['conversations', 4_000, 13],
  ] as const)('%s, %i accounts: unbiased, and 95%% intervals hold the truth', (strategy, accounts, seed) => {
    const { bias, coverage } = measure(strategy, 1_000, accounts, seed);
    expect(Math.abs(bias)).toBeLessThan(3);
    expect(coverage).toBeGreaterThan(0.93);
    expect(coverage).toBeLessThan(0.97);
  });

  it('would not hold it, were conversations taken for independent', () => {
    const random = seededRandom(14);
    let covered = 0;
    for (let run = 0; run < 500; run++) {
      const all = stream(random, 14e6 + run, 300);
      const taken = all.filter(({ account }) => hashUnit(account) < 0.2);
      const alone = Math.sqrt((taken.length * (1 - 0.2)) / 0.2 ** 2);
      if (Math.abs(taken.length / 0.2 - all.length) <= 1.96 * alone) covered++;
    }
    expect(covered / 500).toBeLessThan(0.88);
  });
});
