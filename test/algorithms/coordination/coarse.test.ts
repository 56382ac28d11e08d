import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coarseFigure } from '../../../src/algorithms/coordination/coarse.ts';
import type { CoordinationPart } from '../../../src/domain/coordination.ts';

const MINIMA = { minAccounts: 8, minConversations: 10 };
const SHARES = ['top1_share', 'gini', 'near_duplicate_rate', 'template_share', 'first_seen_share'] as const;
const PARTS: readonly CoordinationPart['part'][] = [...SHARES, 'conversations_per_account', 'synchrony'];

const share = fc.double({ min: 0, max: 1, noNaN: true });
const counted = fc
  .record({ accounts: fc.integer({ min: 8, max: 400 }), more: fc.integer({ min: 0, max: 400 }) })
  .map(({ accounts, more }) => ({ accounts, conversations: Math.max(10, accounts + more) }));

describe('coarse figures', () => {
  it('of shares are multiples of what half the minimum of members would change, and shares', () => {
    fc.assert(
      fc.property(fc.constantFrom(...SHARES), counted, share, (part, of, value) => {
        const told = coarseFigure(part, value, of, MINIMA);
        const ofConversations = part === 'top1_share' || part === 'near_duplicate_rate';
        const step = ofConversations ? 5 / of.conversations : 4 / of.accounts;
        expect(Math.abs(told - value)).toBeLessThanOrEqual(Math.min(1, step) / 2 + 1e-9);
        expect(told).toBeLessThanOrEqual(1);
        if (told < 1 && step < 1)
          expect((told / step) % 1).toSatisfy((x: number) => Math.min(x, 1 - x) < 1e-6);
      }),
    );
  });

  it('grow with what they are made of', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PARTS), counted, share, share, (part, of, a, b) => {
        const [less, more] = a < b ? [a, b] : [b, a];
        expect(coarseFigure(part, less, of, MINIMA)).toBeLessThanOrEqual(
          coarseFigure(part, more, of, MINIMA),
        );
      }),
    );
  });

  it('of conversations an account are of the counts that are told', () => {
    const of = { accounts: 9, conversations: 13 };
    expect(coarseFigure('conversations_per_account', 13 / 9, of, MINIMA)).toBe(15 / 8);
    // 15 conversations of 12 accounts, as both are told.
    expect(coarseFigure('conversations_per_account', 1, { accounts: 10, conversations: 10 }, MINIMA)).toBe(
      15 / 12,
    );
  });

  it('of synchrony are in steps of a part of itself, the finer the more accounts', () => {
    const few = { accounts: 16, conversations: 16 };
    expect(coarseFigure('synchrony', 10, few, MINIMA)).toBeCloseTo(Math.exp(2.5));
    expect(coarseFigure('synchrony', 11, few, MINIMA)).toBeCloseTo(Math.exp(2.5));
    const many = { accounts: 4_000, conversations: 4_000 };
    expect(coarseFigure('synchrony', 10, many, MINIMA)).toBeCloseTo(10, 1);
    expect(coarseFigure('synchrony', 0, many, MINIMA)).toBeLessThan(0.02);
  });
});
