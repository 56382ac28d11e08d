import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type KMeansOptions,
  type KMeansResult,
  type Rows,
  sphericalKMeans,
} from '../../src/algorithms/kmeans.ts';
import { seededRandom } from '../../src/algorithms/random.ts';
import { dot, toUnit } from '../../src/domain/vector.ts';

const DIMENSION = 4;

function toRows(vectors: readonly ArrayLike<number>[], dimension = DIMENSION): Rows {
  const data = new Float32Array(vectors.length * dimension);
  vectors.forEach((vector, i) => {
    data.set(toUnit(vector), i * dimension);
  });
  return { data, rows: vectors.length, dimension };
}

const rowOf = ({ data, dimension }: Rows, i: number) => data.subarray(i * dimension, (i + 1) * dimension);

function nearestOf(points: Rows, centroids: Rows) {
  const assignment = new Int32Array(points.rows);
  const similarity = new Float32Array(points.rows).fill(-Infinity);
  for (let i = 0; i < points.rows; i++) {
    for (let c = 0; c < centroids.rows; c++) {
      const cosine = dot(rowOf(points, i), rowOf(centroids, c));
      if (cosine <= similarity[i]!) continue;
      similarity[i] = cosine;
      assignment[i] = c;
    }
  }
  return { assignment, similarity };
}

function cluster(points: Rows, k: number, options: Partial<KMeansOptions> = {}): Promise<KMeansResult> {
  return sphericalKMeans({
    points,
    weights: null,
    initial: null,
    k,
    iterations: 30,
    tolerance: 0,
    random: seededRandom(1),
    nearest: async (centroids) => nearestOf(points, centroids).assignment,
    exact: async (centroids) => nearestOf(points, centroids),
    ...options,
  });
}

const coordinate = fc.integer({ min: -9, max: 9 });
const clouds = fc
  .array(fc.array(coordinate, { minLength: DIMENSION, maxLength: DIMENSION }), {
    minLength: 1,
    maxLength: 40,
  })
  .map((vectors) => toRows(vectors));
const requests = fc.record({ points: clouds, k: fc.integer({ min: 1, max: 12 }), seed: fc.integer() });

describe('sphericalKMeans', () => {
  it('never lets the inertia grow', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async ({ points, k, seed }) => {
        const { trace, inertia } = await cluster(points, k, { random: seededRandom(seed) });
        [...trace, inertia].forEach((value, i, all) => {
          if (i > 0) expect(value).toBeLessThanOrEqual(all[i - 1]! + 1e-6);
        });
      }),
    );
  });

  it('makes centroids of length 1', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async ({ points, k, seed }) => {
        const { centroids } = await cluster(points, k, { random: seededRandom(seed) });
        expect(centroids.rows).toBe(Math.min(k, points.rows));
        for (let c = 0; c < centroids.rows; c++) expect(Math.hypot(...rowOf(centroids, c))).toBeCloseTo(1, 5);
      }),
    );
  });

  it('gives every point its nearest centroid, and the inertia of that', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async ({ points, k, seed }) => {
        const found = await cluster(points, k, { random: seededRandom(seed), iterations: 2 });
        const truth = nearestOf(points, found.centroids);
        expect(found.assignment).toEqual(truth.assignment);
        expect(found.similarity).toEqual(truth.similarity);
        const mean = truth.similarity.reduce((sum, x) => sum + x, 0) / points.rows;
        expect(found.inertia).toBeCloseTo(2 - 2 * mean, 6);
      }),
    );
  });

  it('gives the same answer to the same seed', async () => {
    await fc.assert(
      fc.asyncProperty(requests, async ({ points, k, seed }) => {
        const [one, other] = [
          await cluster(points, k, { random: seededRandom(seed) }),
          await cluster(points, k, { random: seededRandom(seed) }),
        ];
        expect(one).toEqual(other);
      }),
    );
  });

  it('finds groups that are far apart', async () => {
    const random = seededRandom(5);
    const groups = Array.from({ length: 60 }, (_, i) =>
      Array.from({ length: DIMENSION }, (_, j) => (j === i % 3 ? 1 : 0) + 0.1 * random()),
    );
    const { assignment, centroids } = await cluster(toRows(groups), 3, {
      initial: toRows(groups.slice(0, 3)),
    });
    expect([...assignment]).toEqual(groups.map((_, i) => i % 3));
    expect(rowOf(centroids, 1)[1]).toBeGreaterThan(0.95);
  });

  it('moves an empty cluster to the point that is farthest from its centroid', async () => {
    const points = toRows([...Array.from({ length: 9 }, () => [1, 0, 0, 0]), [0.6, 0.8, 0, 0]]);
    const same = toRows([
      [1, 0, 0, 0],
      [1, 0, 0, 0],
    ]);
    const { assignment } = await cluster(points, 2, { initial: same });
    expect([...assignment]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
  });

  it('starts warm from the last centroids and draws the missing ones', async () => {
    const points = toRows([
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
    ]);
    const { centroids, iterations } = await cluster(points, 3, {
      initial: toRows([[0, 1, 0, 0]]),
      iterations: 0,
    });
    expect(iterations).toBe(0);
    expect([...rowOf(centroids, 0)]).toEqual([0, 1, 0, 0]);
    expect(centroids.rows).toBe(3);
  });

  it('stops when an update gains less than the tolerance', async () => {
    const random = seededRandom(3);
    const points = toRows(
      Array.from({ length: 200 }, () => Array.from({ length: DIMENSION }, () => random() - 0.5)),
    );
    const patient = await cluster(points, 10, { tolerance: 0, iterations: 100 });
    const hasty = await cluster(points, 10, { tolerance: 0.05, iterations: 100 });
    expect(hasty.iterations).toBeLessThan(patient.iterations);
    expect(patient.inertia).toBeLessThanOrEqual(hasty.inertia);
  });

  it('keeps a centroid whose members cancel each other out', async () => {
    const points = toRows([
      [1, 0, 0, 0],
      [-1, 0, 0, 0],
    ]);
    const { centroids } = await cluster(points, 1, { initial: toRows([[0, 1, 0, 0]]) });
    expect([...centroids.data]).toEqual([0, 1, 0, 0]);
  });

  it('answers nothing for no points', async () => {
    const { centroids, assignment, inertia } = await cluster(toRows([]), 3);
    expect([centroids.rows, assignment.length, inertia]).toEqual([0, 0, 0]);
  });
});
