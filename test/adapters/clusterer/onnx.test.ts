import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { createOnnxClusterer } from '../../../src/adapters/clusterer/onnx.ts';
import { seededRandom } from '../../../src/algorithms/random.ts';
import { dot, toUnit } from '../../../src/domain/vector.ts';
import type { Clustering, Matrix } from '../../../src/ports/clusterer.ts';

const DIMENSION = 48;
const clusterer = createOnnxClusterer();
afterAll(() => clusterer.stop());

/** Row i belongs to group i mod `groups`. */
function groupedPoints(rows: number, groups: number, seed: number): Matrix {
  const random = seededRandom(seed);
  const noise = () => random() + random() + random() - 1.5;
  const centers = Array.from({ length: groups }, () => Array.from({ length: DIMENSION }, noise));
  const data = new Float32Array(rows * DIMENSION);
  for (let i = 0; i < rows; i++)
    data.set(toUnit(centers[i % groups]!.map((x) => x + 0.3 * noise())), i * DIMENSION);
  return { data, rows, dimension: DIMENSION };
}

const rowOf = ({ data, dimension }: Matrix, i: number) => data.subarray(i * dimension, (i + 1) * dimension);
const request = (points: Matrix, k: number) => ({ points, initial: null, k, iterations: 25, seed: 1 });

/** Share of points that lie with most of their own group. */
function purity({ assignment }: Clustering, groups: number): number {
  const counts = new Map<number, number[]>();
  assignment.forEach((cluster, i) => {
    const row = counts.get(cluster) ?? new Array<number>(groups).fill(0);
    row[i % groups]! += 1;
    counts.set(cluster, row);
  });
  let pure = 0;
  for (const row of counts.values()) pure += Math.max(...row);
  return pure / assignment.length;
}

describe('the onnx clusterer', { timeout: 60_000 }, () => {
  it('finds the groups that are there', async () => {
    const points = groupedPoints(3_000, 10, 1);
    const found = await clusterer.cluster(request(points, 30));
    expect(purity(found, 10)).toBeGreaterThan(0.99);
    expect(found.centroids.rows).toBe(30);
  });

  it('gives every point its nearest centroid with the true cosine, in blocks of any size', async () => {
    const points = groupedPoints(2_500, 40, 2);
    const { centroids, assignment, similarity, inertia } = await clusterer.cluster(request(points, 60));
    let sum = 0;
    for (let i = 0; i < points.rows; i++) {
      const cosines = Array.from({ length: centroids.rows }, (_, c) =>
        dot(rowOf(points, i), rowOf(centroids, c)),
      );
      const own = cosines[assignment[i]!]!;
      expect(own).toBeCloseTo(Math.max(...cosines), 5);
      expect(similarity[i]).toBeCloseTo(own, 5);
      sum += own;
    }
    expect(inertia).toBeCloseTo(2 - (2 * sum) / points.rows, 4);
  });

  it('makes centroids of length 1', async () => {
    const { centroids } = await clusterer.cluster(request(groupedPoints(500, 5, 3), 12));
    for (let c = 0; c < centroids.rows; c++) expect(Math.hypot(...rowOf(centroids, c))).toBeCloseTo(1, 5);
  });

  it('gives the same answer to the same request', async () => {
    const points = groupedPoints(1_000, 20, 4);
    const [one, other] = await Promise.all([
      clusterer.cluster(request(points, 25)),
      clusterer.cluster(request(points, 25)),
    ]);
    expect(one).toEqual(other);
  });

  it('needs few updates from a warm start', async () => {
    const points = groupedPoints(1_000, 20, 5);
    const cold = await clusterer.cluster(request(points, 20));
    const warm = await clusterer.cluster({ ...request(points, 20), initial: cold.centroids });
    expect(warm.iterations).toBeLessThanOrEqual(3);
    expect(warm.inertia).toBeLessThanOrEqual(cold.inertia * 1.001);
  });

  it('leaves the points with their owner, and reads shared memory in place', async () => {
    const points = groupedPoints(300, 5, 6);
    const data = new Float32Array(new SharedArrayBuffer(points.data.byteLength));
    data.set(points.data);
    const [copied, shared] = await Promise.all([
      clusterer.cluster(request(points, 5)),
      clusterer.cluster(request({ ...points, data }, 5)),
    ]);
    expect(points.data).toHaveLength(300 * DIMENSION);
    expect(shared).toEqual(copied);
  });

  it('takes fewer points than clusters, and none', async () => {
    const few = await clusterer.cluster(request(groupedPoints(3, 3, 7), 10));
    expect([few.centroids.rows, ...few.assignment].length).toBe(4);
    expect(few.inertia).toBeCloseTo(0, 5);
    const none = await clusterer.cluster(request(groupedPoints(0, 1, 8), 10));
    expect([none.centroids.rows, none.assignment.length]).toEqual([0, 0]);
  });

  it('refuses a matrix whose shape is wrong by name', async () => {
    const points = { ...groupedPoints(10, 2, 9), rows: 11 };
    await expect(clusterer.cluster(request(points, 2))).rejects.toMatchObject({ code: 'wrong-shape' });
    const initial = { data: new Float32Array(4), rows: 1, dimension: 4 };
    await expect(
      clusterer.cluster({ ...request(groupedPoints(10, 2, 9), 2), initial }),
    ).rejects.toMatchObject({ code: 'wrong-dimension', value: 4 });
  });

  it('refuses work once it is stopped, also work under way', async () => {
    const short = createOnnxClusterer();
    const running = short.cluster(request(groupedPoints(20_000, 50, 10), 200));
    const rejected = expect(running).rejects.toMatchObject({ code: 'stopped' });
    await new Promise((resolve) => setImmediate(resolve));
    await short.stop();
    await rejected;
    await expect(short.cluster(request(groupedPoints(10, 2, 11), 2))).rejects.toMatchObject({
      code: 'stopped',
    });
  });

  it.each([
    ['stop', 'stopped'],
    ['exit', ''],
  ])('lets the process end cleanly by %s while it computes', async (how, said) => {
    const program = fileURLToPath(new URL('../../fixtures/busy-clusterer.ts', import.meta.url));
    // A thread that is ended within native code would abort the process, and this call reject.
    const { stdout } = await promisify(execFile)(process.execPath, [program, how], { timeout: 50_000 });
    expect(stdout.trim()).toBe(said);
  });
});
