import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { consolidate, type Draft, type Twins } from '../../src/algorithms/consolidate.ts';
import { quantile } from '../../src/algorithms/quantile.ts';
import { drawIndices, seededRandom } from '../../src/algorithms/random.ts';
import { dot, toUnit } from '../../src/domain/vector.ts';

const draft = (values: readonly number[], members: number): Draft => ({ centroid: toUnit(values), members });
const above = (similarity: number): Twins => ({ similarity, most: Number.POSITIVE_INFINITY, same: 1 });
const drafts = fc.array(
  fc.tuple(
    fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 }),
    fc.integer({ min: 1, max: 100 }),
  ),
  { maxLength: 12 },
);

/** All pairs looked at again after every merge. */
function plainly(list: readonly Draft[], { similarity, most, same }: Twins): readonly Draft[] {
  let best: { i: number; j: number; s: number } | null = null;
  for (const [i, a] of list.entries()) {
    for (const [j, b] of list.entries()) {
      const s = dot(a.centroid, b.centroid);
      const isTwin = s > same || (s > similarity && a.members + b.members <= most);
      if (j > i && isTwin && s > (best?.s ?? -1)) best = { i, j, s };
    }
  }
  if (best === null) return list;
  const { i, j } = best;
  const [a, b] = [list[i], list[j]];
  if (a === undefined || b === undefined) return list;
  const sum = a.centroid.map((x, d) => x * a.members + (b.centroid[d] ?? 0) * b.members);
  const one = { centroid: toUnit(sum), members: a.members + b.members };
  const rest = list.map((draft, k) => (k === i ? one : draft)).filter((_, k) => k !== j);
  return plainly(rest, { similarity, most, same });
}

describe('1 twins', () => {
  it('become one, between them by weight', () => {
    const [one, ...none] = consolidate([draft([1, 0], 30), draft([1, 0.1], 10)], above(0.9), 1);
    expect(none).toEqual([]);
    expect(one?.members).toBe(40);
    expect(one?.centroid[1]).toBeCloseTo(0.025, 2);
  });

  it('below the least size are dropped, however near', () => {
    expect(
      consolidate([draft([1, 0], 30), draft([1, 0.1], 7)], above(0.9), 8).map(({ members }) => members),
    ).toEqual([30]);
    expect(consolidate([draft([1, 0], 3)], above(0.9), 8)).toEqual([]);
  });

  it('stay two where they are large together, unless they are the same', () => {
    const two = [draft([1, 0], 70), draft([1, 0.3], 60)];
    const twins = { similarity: 0.9, most: 120, same: 0.97 };
    expect(consolidate(two, twins, 1)).toHaveLength(2);
    expect(consolidate(two, { ...twins, most: 130 }, 1)).toHaveLength(1);
    expect(consolidate([draft([1, 0], 70), draft([1, 0.1], 60)], twins, 1)).toHaveLength(1);
  });

  it('are merged closest first, as many as there are', () => {
    const centroids = fc.array(fc.double({ min: 0, max: Math.PI, noNaN: true }), { maxLength: 14 });
    fc.assert(
      fc.property(
        centroids,
        fc.double({ min: 0.5, max: 0.99, noNaN: true }),
        fc.integer({ min: 2, max: 20 }),
        (angles, similarity, most) => {
          const list = angles.map((angle, i) => draft([Math.cos(angle), Math.sin(angle)], 1 + (i % 5)));
          const twins = { similarity, most, same: 0.995 };
          const made = consolidate(list, twins, 1);
          expect(made.map(({ members }) => members)).toEqual(
            plainly(list, twins).map(({ members }) => members),
          );
        },
      ),
    );
  });

  it('are none left above the similarity, and no member is lost', () => {
    fc.assert(
      fc.property(drafts, fc.double({ min: 0.3, max: 0.99, noNaN: true }), (list, similarity) => {
        const made = consolidate(
          list.map(([values, members]) => draft(values, members)),
          above(similarity),
          1,
        );
        expect(made.reduce((sum, { members }) => sum + members, 0)).toBe(
          list.reduce((sum, [, n]) => sum + n, 0),
        );
        for (const [i, a] of made.entries()) {
          for (const b of made.slice(i + 1))
            expect(dot(a.centroid, b.centroid)).toBeLessThanOrEqual(similarity);
        }
      }),
    );
  });
});

describe('2 a quantile', () => {
  it('is interpolated between the values in their order', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect([quantile([5], 0.9), quantile([], 0.5)]).toEqual([5, Number.NaN]);
  });

  it('lies among the values and rises with q', () => {
    const numbers = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1 });
    const q = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(numbers, q, q, (values, a, b) => {
        const [low, high] = [quantile(values, Math.min(a, b)), quantile(values, Math.max(a, b))];
        expect(low).toBeLessThanOrEqual(high + 1e-6);
        expect(low).toBeGreaterThanOrEqual(Math.min(...values));
        expect(high).toBeLessThanOrEqual(Math.max(...values));
      }),
    );
  });
});

describe('3 chance by a seed', () => {
  it('is the same again, and lies in [0, 1)', () => {
    const [a, b] = [seededRandom(7), seededRandom(7)];
    for (let i = 0; i < 1_000; i++) {
      const x = a();
      expect(b()).toBe(x);
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThan(1);
    }
  });

  it('draws as many different indices as asked for, or all there are', () => {
    fc.assert(
      fc.property(fc.nat(60), fc.nat(80), fc.integer(), (size, count, seed) => {
        const drawn = drawIndices(size, count, seededRandom(seed));
        expect(new Set(drawn).size).toBe(Math.min(size, count));
        expect(drawn).toHaveLength(Math.min(size, count));
        for (const index of drawn) expect(index >= 0 && index < size).toBe(true);
      }),
    );
  });

  it('draws every index equally often', () => {
    const random = seededRandom(3);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 5_000; i++)
      for (const index of drawIndices(10, 3, random)) counts[index] = (counts[index] ?? 0) + 1;
    for (const n of counts) expect(Math.abs(n - 1_500)).toBeLessThan(160);
  });
});
