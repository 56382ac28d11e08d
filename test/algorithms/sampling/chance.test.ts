import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/algorithms/random.ts';
import { chanceOf, isTaken, panelShares } from '../../../src/algorithms/sampling/chance.ts';

const share = fc.double({ min: 0.001, max: 1, noNaN: true });
const outputs = fc.integer({ min: 0, max: 500 });
const strategy = fc.constantFrom('all', 'conversations', 'outputs');

describe('chance', () => {
  it('of every conversation is one share, whatever its length, where conversations are sampled', () => {
    fc.assert(
      fc.property(share, outputs, (p, m) => {
        expect(chanceOf('conversations', p, m)).toBe(p);
      }),
    );
  });

  it('of one output is the share, and rises with the outputs, where outputs are sampled', () => {
    expect(chanceOf('outputs', 0.2, 1)).toBeCloseTo(0.2, 12);
    expect(chanceOf('outputs', 0.2, 2)).toBeCloseTo(1 - 0.8 ** 2, 12);
    expect(chanceOf('outputs', 0.2, 0)).toBeCloseTo(0.2, 12);
    fc.assert(
      fc.property(share, outputs, (p, m) => {
        expect(chanceOf('outputs', p, m + 1)).toBeGreaterThan(chanceOf('outputs', p, m) - 1e-12);
      }),
    );
  });

  it('is what drawing outputs one by one and keeping each conversation once comes to', () => {
    const random = seededRandom(3);
    let kept = 0;
    for (let i = 0; i < 20_000; i++) if (Array.from({ length: 5 }, random).some((u) => u < 0.1)) kept++;
    expect(kept / 20_000).toBeCloseTo(chanceOf('outputs', 0.1, 5), 2);
  });
});

describe('samples', () => {
  it('nest: who is taken at one share is taken at every larger one', () => {
    fc.assert(
      fc.property(fc.string(), strategy, share, share, outputs, (account, how, p, q, m) => {
        const [less, more] = [Math.min(p, q), Math.max(p, q)];
        if (isTaken(account, chanceOf(how, less, m)))
          expect(isTaken(account, chanceOf(how, more, m))).toBe(true);
      }),
    );
  });

  it('hold accounts whole: one below the share is taken with all it says, however it is sampled', () => {
    fc.assert(
      fc.property(fc.string(), share, outputs, (account, p, m) => {
        if (isTaken(account, p)) expect(isTaken(account, chanceOf('outputs', p, m))).toBe(true);
      }),
    );
  });

  it('hold as many accounts as the share says', () => {
    const taken = Array.from({ length: 20_000 }, (_, i) => isTaken(`account-${i}`, 0.3)).filter(Boolean);
    expect(taken.length / 20_000).toBeCloseTo(0.3, 1);
  });
});

it('panels are halves of one between the largest share and the least', () => {
  expect(panelShares(1, 0.02)).toEqual([1, 0.5, 0.25, 0.125, 0.0625, 0.03125, 0.02]);
  expect(panelShares(0.3, 0.1)).toEqual([0.3, 0.25, 0.125, 0.1]);
  expect(panelShares(0.05, 0.05)).toEqual([0.05]);
});
