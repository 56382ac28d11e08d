import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Manifest } from '../../../src/domain/generation.ts';
import { changedShare, treeDue, treeNames, treeSince } from '../../../src/pipeline/cluster/tree-due.ts';
import { makeCluster, makeManifest, NOON } from '../../support/pipeline-rig.ts';

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

describe('what has changed since a tree was made', () => {
  const thresholds = { minAccounts: 8, minConversations: 10, minAudit: 3 };
  const named = (id: string, name: string) =>
    makeCluster(id, { label: { name, description: '', by: 'offline', audit: 5 } });
  const made = [named('c1', 'Roses'), named('c2', 'Trains')];
  const patched = [named('c1', 'Roses'), named('c2', 'Tickets'), named('c3', 'Bread')];
  const since = (tree: Manifest['tree']) => {
    const manifest = makeManifest(['c1', 'c2', 'c3'], { tree });
    return treeSince({ manifest, clusters: patched }, treeNames(patched, thresholds), thresholds)?.changed;
  };

  it('counts what patches have brought and renamed', () => {
    expect(since({ at: NOON, changed: 0, names: treeNames(made, thresholds) })).toBe(2 / 3);
  });

  it('is nothing when all is as it was again, and not known of a tree that does not say', () => {
    expect(since({ at: NOON, changed: 0.1, names: treeNames(patched, thresholds) })).toBe(0);
    expect(since({ at: NOON, changed: 0.1 })).toBe(0);
    expect(since(null)).toBeUndefined();
  });
});

describe('the share that changed', () => {
  const names = fc
    .dictionary(fc.constantFrom(...'abcdefgh'), fc.constantFrom('x', 'y', ''))
    .map((entries) => ({ ...entries }));

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
    const before = { a: 'x', b: 'x', c: 'x', d: 'x' };
    const after = { a: 'x', b: 'y', c: '', e: 'x' };
    expect(changedShare(before, after)).toBe(4 / 5);
  });
});
