import { describe, expect, it } from 'vitest';
import { cutInTwo } from '../../src/algorithms/cut.ts';
import type { KMeansOptions, KMeansResult, Rows } from '../../src/algorithms/kmeans.ts';
import { seededRandom } from '../../src/algorithms/random.ts';
import { type Moves, recluster } from '../../src/algorithms/recluster.ts';
import { dot, toUnit } from '../../src/domain/vector.ts';

const DIMENSION = 16;
const moves: Moves = {
  membersPerCluster: 40,
  smallest: 8,
  minClusters: 1,
  maxClusters: 50,
  mergeSimilarity: 0.86,
};
const one = () => 1;

/** Points near axes of their own; `sizes` many of each. */
function topics(
  sizes: readonly number[],
  noise = 0.12,
  seed = 1,
): Rows & { readonly topic: readonly number[] } {
  const random = seededRandom(seed);
  const topic = sizes.flatMap((size, t) => Array<number>(size).fill(t));
  const data = new Float32Array(topic.length * DIMENSION);
  for (const [i, t] of topic.entries())
    data.set(
      toUnit(
        Array.from({ length: DIMENSION }, (_, j) => (j === t ? 1 : 0) + noise * (random() + random() - 1)),
      ),
      i * DIMENSION,
    );
  return { data, rows: topic.length, dimension: DIMENSION, topic };
}

const rowOf = ({ data, dimension }: Rows, i: number) => data.subarray(i * dimension, (i + 1) * dimension);
const axis = (t: number) => toUnit(Array.from({ length: DIMENSION }, (_, j) => (j === t ? 1 : 0)));
const matrix = (rows: readonly Float32Array[]): Rows => ({
  data: Float32Array.from(rows.flatMap((row) => [...row])),
  rows: rows.length,
  dimension: DIMENSION,
});

function nearestOf(points: Rows, centroids: Rows) {
  const assignment = new Int32Array(points.rows);
  const similarity = new Float32Array(points.rows).fill(-1);
  for (let i = 0; i < points.rows; i++) {
    for (let c = 0; c < centroids.rows; c++) {
      const cosine = dot(rowOf(points, i), rowOf(centroids, c));
      if (cosine > similarity[i]!) [assignment[i], similarity[i]] = [c, cosine];
    }
  }
  return { assignment, similarity };
}

function run(
  points: Rows,
  initial: Rows | null,
  change: Partial<KMeansOptions> = {},
  less: Partial<Moves> = {},
): Promise<KMeansResult> {
  return recluster(
    {
      points,
      weights: null,
      initial,
      k: initial?.rows ?? 4,
      iterations: 25,
      tolerance: 1e-4,
      random: seededRandom(1),
      nearest: async (centroids) => nearestOf(points, centroids).assignment,
      exact: async (centroids) => nearestOf(points, centroids),
      ...change,
    },
    { ...moves, ...less },
  );
}

/** Topics that each cluster holds. */
const holds = (points: { readonly topic: readonly number[] }, { assignment, centroids }: KMeansResult) =>
  Array.from({ length: centroids.rows }, (_, c) => [
    ...new Set(points.topic.filter((_, i) => assignment[i] === c)),
  ]);

describe('1 a cut', () => {
  it('goes between the two things that a cluster holds, whatever their sizes', () => {
    const points = topics([70, 15]);
    const cut = cutInTwo(points, [...Array(85).keys()], one);
    expect([...(cut?.members ?? [])].sort((a, b) => a - b)).toEqual([15, 70]);
    expect(cut?.similarity).toBeLessThan(0.3);
  });

  it('of one thing leaves two halves that are one, and of equal points none', () => {
    expect(cutInTwo(topics([80]), [...Array(80).keys()], one)?.similarity).toBeGreaterThan(0.9);
    expect(cutInTwo(topics([20], 0), [...Array(20).keys()], one)).toBeNull();
    expect(cutInTwo(topics([1]), [0], one)).toBeNull();
    expect(cutInTwo(topics([1]), [], one)).toBeNull();
  });
});

describe('2 a clustering with moves', () => {
  it('cuts what is large and holds several things, until each has a cluster of its own', async () => {
    const points = topics([50, 50, 50, 50]);
    const found = await run(points, matrix([toUnit([1, 1, 1, 1, ...Array<number>(12).fill(0)])]));
    expect(holds(points, found).map((topic) => topic.length)).toEqual([1, 1, 1, 1]);
  });

  describe('of what is scattered, if not large', () => {
    const joined = toUnit([0, 1, 1, ...Array<number>(13).fill(0)]);

    it('cuts while there are fewer clusters than aimed at, as beside a wide cone of one thing', async () => {
      const points = topics([400, 25, 25], 0.3);
      const found = await run(points, matrix([axis(0), joined]));
      expect(holds(points, found).sort()).toEqual([[0], [1], [2]]);
    });

    it('cuts nothing where there are as many', async () => {
      expect((await run(topics([0, 25, 25], 0.3), matrix([joined]))).centroids.rows).toBe(1);
    });

    it('cuts where there are as many, but fewer than are wanted however few points there are', async () => {
      const points = topics([0, 25, 25], 0.3);
      const found = await run(points, matrix([joined]), {}, { membersPerCluster: 400, minClusters: 2 });
      expect(holds(points, found).sort()).toEqual([[1], [2]]);
    });

    it('cuts nothing because of a flood of one wording', async () => {
      expect((await run(topics([800, 25, 25], 0.05), matrix([axis(0), joined]))).centroids.rows).toBe(2);
    });

    it('cuts nothing into crumbs', async () => {
      const found = await run(topics([400, 30, 18], 0.3), matrix([axis(0), joined]));
      expect(found.centroids.rows).toBe(2);
    });
  });

  describe('where there are far more clusters than are aimed at', () => {
    const sizes = Array<number>(12).fill(20);
    const fine = (): Promise<KMeansResult> =>
      run(topics(sizes), matrix(sizes.map((_, t) => axis(t))), {}, { membersPerCluster: 20 });

    it('puts small ones together until there are half as many again', async () => {
      const { centroids } = await fine();
      expect(centroids.rows).toBe(12);
      const points = topics(sizes);
      let found = await run(points, centroids, {}, { membersPerCluster: 60 });
      expect(found.centroids.rows).toBe(6);
      found = await run(points, found.centroids, {}, { membersPerCluster: 60 });
      expect(found.centroids.rows).toBe(6);
    });

    it('and of a window that has shrunk', async () => {
      const { centroids } = await fine();
      const few = topics(Array<number>(12).fill(8));
      expect((await run(few, centroids, {}, { membersPerCluster: 20 })).centroids.rows).toBe(8);
    });

    it('leaves many small topics as they are while they are not far more', async () => {
      const { centroids } = await fine();
      expect((await run(topics(sizes), centroids, {}, { membersPerCluster: 30 })).centroids.rows).toBe(12);
    });
  });

  it('leaves a large cluster of one thing whole, and no twins', async () => {
    const points = topics([400, 60]);
    const found = await run(points, null, { k: 12 });
    expect(holds(points, found)).toHaveLength(2);
  });

  it('moves no cluster that none of this concerns', async () => {
    const points = topics([30, 30, 60, 60]);
    const settled = await run(points, matrix([axis(0), axis(1), axis(2), axis(3)]));
    const joined = matrix([axis(0), axis(1), toUnit([0, 0, 1, 1, ...Array<number>(12).fill(0)])]);
    const found = await run(points, joined);
    for (const t of [0, 1])
      expect(dot(rowOf(found.centroids, t), rowOf(settled.centroids, t))).toBeGreaterThan(0.99999);
    expect(found.centroids.rows).toBe(4);
  });

  it('lets small clusters go, and makes no more than the most there may be', async () => {
    const points = topics([60, 60, 60, 60, 5]);
    const all = await run(points, matrix([0, 1, 2, 3, 4].map(axis)));
    expect(all.centroids.rows).toBe(4);
    const few = await run(
      points,
      matrix([toUnit([1, 1, 1, 1, ...Array<number>(12).fill(0)])]),
      {},
      { maxClusters: 3 },
    );
    expect(few.centroids.rows).toBeLessThanOrEqual(3);
  });

  it('counts a point for what it stands for', async () => {
    const points = topics([10, 10]);
    const weights = Float32Array.from(points.topic, (t) => (t === 0 ? 99 : 1));
    const found = await run(points, matrix([axis(5)]), { weights }, { membersPerCluster: 1_000 });
    expect(rowOf(found.centroids, 0)[0]).toBeGreaterThan(0.99);
  });

  it('gives the same answer again', async () => {
    const points = topics([90, 40, 70, 20], 0.3, 4);
    expect(await run(points, null, { k: 6 })).toEqual(await run(points, null, { k: 6 }));
  });

  it('small ones, where nearly all are, go one after the other: what is left holds all', async () => {
    const sizes = Array<number>(10).fill(60);
    const before = topics(sizes, 0.6);
    const many = await run(before, null, { k: 50 }, { membersPerCluster: 12, smallest: 4 });
    const less = topics(Array<number>(10).fill(18), 0.6, 2);
    const found = await run(
      less,
      many.centroids,
      {},
      { membersPerCluster: 12, smallest: 8, maxClusters: 1_000 },
    );
    expect(many.centroids.rows).toBeGreaterThan(35);
    expect(found.centroids.rows).toBeGreaterThan(10);
    const sizesOf = Array.from(
      { length: found.centroids.rows },
      (_, c) => found.assignment.filter((row) => row === c).length,
    );
    expect(Math.min(...sizesOf)).toBeGreaterThanOrEqual(4);
  });
});
