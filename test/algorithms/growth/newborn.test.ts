import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Newborn,
  newbornScore,
  newbornThreshold,
  tickNewborn,
} from '../../../src/algorithms/growth/newborn.ts';
import { seededRandom } from '../../../src/algorithms/random.ts';
import { poisson } from '../../support/random-counts.ts';

const fresh = (provenFrom = 0): Newborn => ({
  bornMinute: 0,
  provenFrom,
  founded: null,
  accounts: 0,
  proof: 0,
  traffic: 0,
});

describe('the test for new topics', () => {
  it('does not count the founding account, nor the time before it', () => {
    const newborn = fresh();
    tickNewborn(newborn, 0, 0, 100);
    tickNewborn(newborn, 1, 1, 100);
    expect(newborn).toMatchObject({ founded: 1, accounts: 0, proof: 0, traffic: 100 });
    tickNewborn(newborn, 2, 2, 50);
    expect(newborn).toMatchObject({ founded: 1, accounts: 2, proof: 2, traffic: 150 });
  });

  it('takes no founder for proof', () => {
    const newborn = fresh(3);
    for (const minute of [0, 1, 2]) tickNewborn(newborn, minute, 10, 100);
    expect(newborn).toMatchObject({ founded: 0, accounts: 29, proof: 0, traffic: 0 });
    tickNewborn(newborn, 3, 2, 100);
    expect(newborn).toMatchObject({ accounts: 31, proof: 2, traffic: 100 });
  });

  it('falls as time passes in silence, to zero and no further', () => {
    const scores = [0, 0.5, 2, 10, 1_000].map((expected) => newbornScore(5, expected));
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(scores.at(-1)).toBe(0);
  });

  it('is finite and grows with the accounts', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.double({ min: 0, max: 1e6, noNaN: true }), (n, m) => {
        expect(Number.isFinite(newbornScore(n, m))).toBe(true);
        expect(newbornScore(n + 1, m)).toBeGreaterThanOrEqual(newbornScore(n, m));
      }),
    );
  });

  it('passes 1 in 100 births at the null at most, however often one looks', () => {
    const random = seededRandom(5);
    let passed = 0;
    for (let run = 0; run < 3_000; run++) {
      const newborn = fresh();
      let highest = 0;
      for (let t = 0; t < 1_440; t += 10) {
        tickNewborn(newborn, t, poisson(random, 0.15), 750);
        highest = Math.max(highest, newbornScore(newborn.proof, newborn.traffic * 2e-4));
      }
      if (highest >= newbornThreshold(700, 1)) passed += 1;
    }
    expect(passed / 3_000).toBeLessThan(0.01);
  });
});
