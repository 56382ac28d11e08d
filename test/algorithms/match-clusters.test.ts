import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchClusters, type Overlap } from '../../src/algorithms/match-clusters.ts';

function sizesOf(overlaps: readonly Overlap[]) {
  const old = new Map<string, number>();
  const fresh = new Map<number, number>();
  for (const [a, b, members] of overlaps) {
    old.set(a, (old.get(a) ?? 0) + members);
    fresh.set(b, (fresh.get(b) ?? 0) + members);
  }
  return { old, fresh };
}

const match = (overlaps: readonly Overlap[], share = 0) => matchClusters(overlaps, share, sizesOf(overlaps));

/** The most members that any pairing keeps, by trying all. */
function best(overlaps: readonly Overlap[], usedOld = new Set<string>(), from = 0): number {
  const freshes = [...new Set(overlaps.map(([, fresh]) => fresh))];
  const fresh = freshes[from];
  if (fresh === undefined) return 0;
  let most = best(overlaps, usedOld, from + 1);
  for (const [old, to, members] of overlaps) {
    if (to !== fresh || usedOld.has(old)) continue;
    most = Math.max(most, members + best(overlaps, new Set([...usedOld, old]), from + 1));
  }
  return most;
}

describe('pairs of old and new clusters', () => {
  it('are those that share members', () => {
    expect(
      match([
        ['a', 1, 10],
        ['b', 0, 5],
      ]),
    ).toEqual(
      new Map([
        [1, 'a'],
        [0, 'b'],
      ]),
    );
    expect(match([])).toEqual(new Map());
  });

  it('are best over all, not one by one', () => {
    // Greedy takes a-0 and leaves b nothing: 10; a-1 and b-0 keep 18.
    expect(
      match([
        ['a', 0, 10],
        ['a', 1, 9],
        ['b', 0, 9],
      ]),
    ).toEqual(
      new Map([
        [0, 'b'],
        [1, 'a'],
      ]),
    );
  });

  it('are none below the least share of the smaller', () => {
    const overlaps: Overlap[] = [
      ['a', 0, 9],
      ['a', 1, 1],
      ['b', 1, 2],
      ['c', 1, 7],
      ['c', 2, 20],
    ];
    expect(match(overlaps, 0.3)).toEqual(
      new Map([
        [0, 'a'],
        [1, 'b'],
        [2, 'c'],
      ]),
    );
    expect(
      match(
        [
          ['a', 0, 2],
          ['b', 0, 8],
          ['a', 1, 8],
        ],
        0.3,
      ),
    ).toEqual(
      new Map([
        [0, 'b'],
        [1, 'a'],
      ]),
    );
    expect(
      match(
        [
          ['a', 0, 2],
          ['b', 0, 8],
          ['a', 1, 8],
        ],
        0.9,
      ),
    ).toEqual(
      new Map([
        [0, 'b'],
        [1, 'a'],
      ]),
    );
    expect(
      match(
        [
          ['a', 0, 4],
          ['b', 0, 6],
          ['a', 1, 6],
        ],
        0.9,
      ),
    ).toEqual(
      new Map([
        [0, 'b'],
        [1, 'a'],
      ]),
    );
  });

  it('are one to one, and keep as many members as any pairing can', () => {
    const pair = fc.tuple(
      fc.constantFrom('a', 'b', 'c', 'd', 'e'),
      fc.integer({ min: 0, max: 4 }),
      fc.integer({ min: 1, max: 50 }),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(pair, { selector: ([old, fresh]) => `${old}${fresh}`, maxLength: 14 }),
        (overlaps) => {
          const matched = match(overlaps);
          expect(new Set(matched.values()).size).toBe(matched.size);
          let kept = 0;
          for (const [fresh, old] of matched) {
            const shared = overlaps.find(([a, b]) => a === old && b === fresh)?.[2];
            expect(shared).toBeDefined();
            kept += shared ?? 0;
          }
          expect(kept).toBe(best(overlaps));
        },
      ),
    );
  });
});
