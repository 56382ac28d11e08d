import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkClassifier, type Judged } from '../../src/algorithms/classifier-check.ts';

const cluster = (id: string, concern: number, flagRate: number, accounts = 500): Judged => ({
  id,
  accounts,
  concern,
  concernSd: 0.6,
  flagRate,
  off: 0,
});

const agreeing = Array.from({ length: 20 }, (_, i) => cluster(`c${i}`, 1 + i / 8, i / 40));

describe('the classifier check', () => {
  it('finds nothing where flags follow concern', () => {
    const { r, missed, overFlagged } = checkClassifier(agreeing);
    expect(r).toBeCloseTo(1, 9);
    expect([...missed, ...overFlagged]).toEqual([]);
  });

  it('lists what worries and is not flagged, and what is flagged and does not worry', () => {
    const found = checkClassifier([...agreeing, cluster('silent', 4, 0), cluster('dragons', 1.1, 0.5)]);
    expect(found.missed.map(({ id }) => id)).toEqual(['silent']);
    expect(found.overFlagged.map(({ id }) => id)).toEqual(['dragons']);
    expect(found.r).toBeLessThan(0.9);
  });

  it('lists no cluster of few accounts, as its figures are not sure', () => {
    const few = { ...cluster('silent', 3.2, 0.02, 8), concernSd: 1.8 };
    expect(checkClassifier([...agreeing, few]).missed).toEqual([]);
    expect(checkClassifier([...agreeing, { ...few, accounts: 5_000 }]).missed).toHaveLength(1);
  });

  it('is less sure of figures that are told coarsely', () => {
    const silent = cluster('silent', 4, 0);
    expect(checkClassifier([...agreeing, { ...silent, off: 0.01 }]).missed).toHaveLength(1);
    expect(checkClassifier([...agreeing, { ...silent, off: 0.5 }]).missed).toEqual([]);
  });

  it('says that it does not know where nothing is ever flagged', () => {
    const never = agreeing.map((one) => ({ ...one, flagRate: 0 }));
    expect(checkClassifier(never)).toEqual({ clusters: 20, r: null, missed: [], overFlagged: [] });
    expect(checkClassifier([])).toMatchObject({ clusters: 0, r: null });
  });

  it('has r between -1 and 1, and the same when the clusters come in another order', () => {
    const judged = fc.record({
      id: fc.uuid(),
      accounts: fc.integer({ min: 8, max: 5_000 }),
      concern: fc.double({ min: 1, max: 5, noNaN: true }),
      concernSd: fc.double({ min: 0, max: 2, noNaN: true }),
      flagRate: fc.double({ min: 0, max: 1, noNaN: true }),
      off: fc.double({ min: 0, max: 0.5, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(judged, { minLength: 2, maxLength: 40 }), (clusters) => {
        const found = checkClassifier(clusters);
        const turned = checkClassifier([...clusters].reverse());
        if (found.r === null || turned.r === null) return;
        expect(Math.abs(found.r)).toBeLessThanOrEqual(1 + 1e-9);
        expect(turned.r).toBeCloseTo(found.r, 6);
        for (const { low, divergence, high } of [...found.missed, ...found.overFlagged]) {
          expect(low).toBeLessThanOrEqual(divergence);
          expect(high).toBeGreaterThanOrEqual(divergence);
        }
      }),
    );
  });
});
