import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coarseCount, coarseMean, coarseMembers } from '../../src/algorithms/disclosure.ts';

const minimum = fc.integer({ min: 2, max: 50 });
const above = (least: number) => fc.integer({ min: least, max: least * 20 });
const group = minimum.chain((min) => fc.record({ min: fc.constant(min), n: above(min) }));

describe('a count', () => {
  it('is told within a quarter of the minimum and a little, never below the minimum, and as it is far above', () => {
    fc.assert(
      fc.property(group, ({ min, n }) => {
        const told = coarseCount(n, min);
        expect(Math.abs(told - n)).toBeLessThanOrEqual(Math.max(1, min / 2) / 2 + 0.5);
        expect(told).toBeGreaterThanOrEqual(min);
        if (n >= 5 * min) expect(told).toBe(n);
      }),
    );
  });

  it('keeps the order of groups', () => {
    fc.assert(
      fc.property(group, fc.integer({ min: 0, max: 100 }), ({ min, n }, more) => {
        expect(coarseCount(n + more, min)).toBeGreaterThanOrEqual(coarseCount(n, min));
      }),
    );
  });

  it('near the minimum is the same for most neighbours: two views differ by nothing or by several', () => {
    for (let n = 10; n < 49; n++) expect([0, 5]).toContain(coarseCount(n + 1, 10) - coarseCount(n, 10));
    const changes = Array.from({ length: 39 }, (_, i) => coarseCount(11 + i, 10) - coarseCount(10 + i, 10));
    expect(changes.filter((change) => change > 0)).toHaveLength(8);
  });
});

describe('conversations and their accounts', () => {
  it('are told together as the one and the other may be, and never fewer conversations than accounts', () => {
    const some = fc.record({
      minAccounts: minimum,
      minConversations: minimum,
      accounts: above(2),
      more: fc.integer({ min: 0, max: 30 }),
      narrow: fc.boolean(),
    });
    fc.assert(
      fc.property(some, ({ accounts, more, ...minima }) => {
        const { minAccounts, minConversations, narrow } = minima;
        const told = coarseMembers({ accounts, conversations: accounts + more }, minima);
        expect(told.accounts).toBe(coarseCount(accounts, minAccounts, narrow));
        expect(told.conversations).toBeGreaterThanOrEqual(told.accounts);
        const alone = coarseCount(accounts + more, minConversations, narrow);
        const step = Math.max(1, Math.floor(minConversations / 2));
        if (told.conversations !== alone) expect(told.conversations % step).toBe(0);
        expect(told.conversations).toBeLessThan(Math.max(alone + 1, told.accounts + step));
      }),
    );
    expect(
      coarseMembers({ accounts: 27, conversations: 27 }, { minAccounts: 8, minConversations: 10 }),
    ).toEqual({
      accounts: 28,
      conversations: 30,
    });
  });
});

describe('a share or mean', () => {
  it('is told within what a quarter of the minimum of members would change', () => {
    fc.assert(
      fc.property(group, fc.double({ min: 0, max: 1, noNaN: true }), ({ min, n }, share) => {
        const step = Math.max(1, Math.floor(min / 2)) / n;
        const told = coarseMean(share, n, min);
        expect(Math.abs(told - share)).toBeLessThanOrEqual(step / 2 + 1e-9);
        expect(told).toBeGreaterThanOrEqual(0);
        expect(told).toBeLessThanOrEqual(1 + step / 2);
      }),
    );
  });

  it('with one member more of a value is mostly the same: 2 of 10 and 3 of 10, of which half would be 5', () => {
    expect(coarseMean(3 / 10, 10, 10)).toBe(coarseMean(4 / 10, 10, 10));
    expect(coarseMean(0.31, 1_000, 10)).toBeCloseTo(0.31);
  });
});
