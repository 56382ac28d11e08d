import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { changedShare, treeDue } from '../../../src/pipeline/cluster/tree-due.ts';

const settings = { changed: 0.2, rebuildMs: 1_000 };

describe('a tree is made anew', () => {
  it.each([
    ['none of so few clusters', { named: 5, now: 0, tree: null }, 'none', 'too-few'],
    ['the first', { named: 6, now: 0, tree: null }, 'rebuild', 'first'],
    ['when enough has changed', { named: 6, now: 0, tree: { at: 0, changed: 0.2 } }, 'rebuild', 'changed'],
    [
      'in time when a little has',
      { named: 6, now: 1_000, tree: { at: 0, changed: 0.01 } },
      'rebuild',
      'scheduled',
    ],
    ['not before', { named: 6, now: 999, tree: { at: 0, changed: 0.01 } }, 'keep', 'little-changed'],
    [
      'never when nothing has',
      { named: 6, now: 9_999, tree: { at: 0, changed: 0 } },
      'keep',
      'little-changed',
    ],
  ])('%s', (_, state, verdict, because) => {
    expect(treeDue(state, settings)).toEqual({ verdict, because });
  });
});

describe('the share that changed', () => {
  const names = fc
    .dictionary(fc.constantFrom(...'abcdefgh'), fc.constantFrom('x', 'y', null))
    .map((entries) => new Map(Object.entries(entries)));

  it('is 0 of the same, 1 of others, and the same both ways', () => {
    fc.assert(
      fc.property(names, names, (one, two) => {
        expect(changedShare(one, one)).toBe(0);
        const share = changedShare(one, two);
        expect(share).toBe(changedShare(two, one));
        expect(share).toBeGreaterThanOrEqual(0);
        expect(share).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('counts clusters that came, went, were renamed, or lost their name', () => {
    const before = new Map([
      ['a', 'x'],
      ['b', 'x'],
      ['c', 'x'],
      ['d', 'x'],
    ] as const);
    const after = new Map<string, string | null>([
      ['a', 'x'],
      ['b', 'y'],
      ['c', null],
      ['e', 'x'],
    ]);
    expect(changedShare(before, after)).toBe(4 / 5);
  });
});
