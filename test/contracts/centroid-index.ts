import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/algorithms/random.ts';
import { dot, toUnit, type UnitVector } from '../../src/domain/vector.ts';
import type { CentroidIndex, CentroidIndexes } from '../../src/ports/centroid-index.ts';
import type { Matrix } from '../../src/ports/clusterer.ts';

const DIMENSION = 48;

function vectors(count: number, seed: number): UnitVector[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () =>
    toUnit(Array.from({ length: DIMENSION }, () => random() + random() + random() - 1.5)),
  );
}

/** A copy: what is asked about may be moved to another thread. */
function matrix(rows: readonly UnitVector[], dimension = DIMENSION): Matrix {
  const data = new Float32Array(rows.length * dimension);
  rows.forEach((row, i) => {
    data.set(row, i * dimension);
  });
  return { data, rows: rows.length, dimension };
}

/** Cosines to all, the best two first. */
function trueTwo(
  query: UnitVector,
  rows: readonly UnitVector[],
): { best: number; first: number; second: number } {
  const all = rows.map((row, index) => ({ index, cosine: dot(row, query) }));
  const [first, second] = all.sort((a, b) => b.cosine - a.cosine);
  return { best: first?.index ?? -1, first: first?.cosine ?? 0, second: second?.cosine ?? 0 };
}

/** What every CentroidIndexes promises. */
export function centroidIndexContract(name: string, open: () => Promise<CentroidIndexes>): void {
  describe(`centroids by ${name}`, () => {
    let indexes: CentroidIndexes;
    beforeAll(async () => {
      indexes = await open();
    });
    afterAll(() => indexes.stop());

    const filled = async (rows: readonly UnitVector[], capacity = rows.length): Promise<CentroidIndex> => {
      const index = indexes.create({ dimension: DIMENSION, capacity });
      if (rows.length > 0) await index.add(matrix(rows));
      return index;
    };

    it('finds nothing where there is nothing', async () => {
      const index = await filled([], 4);
      expect(index.size).toBe(0);
      const { best, similarity, second } = await index.nearest(matrix(vectors(3, 1)));
      expect([...best]).toEqual([-1, -1, -1]);
      expect([...similarity, ...second]).toEqual([0, 0, 0, 0, 0, 0]);
    });

    it('with one centroid, finds it, and no second: also where they point away from each other', async () => {
      const [row] = vectors(1, 2);
      const index = await filled([row!]);
      const away = toUnit(row!.map((x) => -x));
      const { best, similarity, second } = await index.nearest(matrix([row!, away]));
      expect([...best]).toEqual([0, 0]);
      expect(similarity[0]).toBeCloseTo(1, 5);
      expect(similarity[1]).toBeCloseTo(-1, 5);
      expect([...second]).toEqual([0, 0]);
    });

    it('tells the nearest, its cosine and the second best, in small batches and large', async () => {
      const rows = vectors(60, 3);
      const index = await filled(rows);
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 300 }), fc.nat(1_000), async (count, seed) => {
          const queries = vectors(count, 1_000 + seed);
          const { best, similarity, second } = await index.nearest(matrix(queries));
          queries.forEach((query, i) => {
            const truth = trueTwo(query, rows);
            expect(best[i]).toBe(truth.best);
            expect(similarity[i]).toBeCloseTo(truth.first, 5);
            expect(second[i]).toBeCloseTo(truth.second, 5);
          });
        }),
        { numRuns: 25 },
      );
    });

    it('sees what was added before it was asked, also beyond the capacity it was made for', async () => {
      const rows = vectors(200, 5);
      const index = await filled(rows.slice(0, 3), 3);
      const added = index.add(matrix(rows.slice(3)));
      expect(index.size).toBe(200);
      await added;
      const { best } = await index.nearest(matrix([rows[0]!, rows[150]!, rows[199]!]));
      expect([...best]).toEqual([0, 150, 199]);
    });

    it('keeps indexes apart, and lets go of one', async () => {
      const [one, other] = [vectors(5, 6), vectors(5, 7)];
      const first = await filled(one);
      const second = await filled(other);
      await first.release();
      const { best, similarity } = await second.nearest(matrix([other[4]!]));
      expect([best[0], similarity[0]]).toEqual([4, expect.closeTo(1, 5)]);
    });

    it('tells the nearest few of many for each of many, nearest first', async () => {
      const among = vectors(70, 9);
      const queries = vectors(150, 10);
      const found = await indexes.nearestOf(matrix(queries), matrix(among), 3);
      expect(found).toHaveLength(450);
      queries.forEach((query, i) => {
        const truth = among
          .map((row, index) => ({ index, cosine: dot(row, query) }))
          .sort((a, b) => b.cosine - a.cosine)
          .slice(0, 3);
        expect([...found.subarray(3 * i, 3 * i + 3)]).toEqual(truth.map(({ index }) => index));
      });
    });

    it('of fewer than are asked for tells those there are', async () => {
      const among = vectors(2, 11);
      const found = await indexes.nearestOf(matrix([among[1]!, among[0]!]), matrix(among), 3);
      expect([...found]).toEqual([1, 0, -1, 0, 1, -1]);
      expect([...(await indexes.nearestOf(matrix(among), matrix([], 0), 2))]).toEqual([-1, -1, -1, -1]);
      expect([...(await indexes.nearestOf(matrix([], 0), matrix(among), 2))]).toEqual([]);
    });

    it('refuses vectors of another dimension', async () => {
      const index = await filled(vectors(2, 8));
      const short = matrix([toUnit([1, 0])], 2);
      await expect(index.nearest(short)).rejects.toMatchObject({ code: 'wrong-dimension' });
    });
  });
}
