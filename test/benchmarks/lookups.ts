/**
 * Nearest centroid by HNSW, a vector at a time as the vector index asks, next to exact by matrix product in batches. One thread.
 * Prints one line of JSON.
 *   node test/benchmarks/lookups.ts K
 */
import { openKernels } from '../../src/adapters/clusterer/kernels.ts';
import { createExactCentroids } from '../../src/adapters/vector-index/exact-centroids.ts';
import { createHnswIndexes } from '../../src/adapters/vector-index/hnsw.ts';
import { sphericalKMeans } from '../../src/algorithms/kmeans.ts';
import { seededRandom } from '../../src/algorithms/random.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import type { Matrix } from '../../src/ports/clusterer.ts';
import { median } from './figures.ts';
import { Mixture, rowOf } from './mixture.ts';

const DIMENSION = 384;
const QUERIES = 8_192;
const ROUNDS = 5;
const TOPICS = 1_500;

const k = Number(process.argv[2] ?? '1000');
const mixture = new Mixture(TOPICS, DIMENSION);
const centroids = await clustersOf(mixture.points(100_000, 1));
const queries = mixture.points(QUERIES, 5);

/** As k-means leaves them: where two meet, either may be nearest, and that is where an index may miss. */
async function clustersOf(points: Matrix): Promise<Matrix> {
  const { nearest } = (await openKernels((work) => work())).steps(points);
  const { centroids } = await sphericalKMeans({
    points,
    weights: null,
    initial: null,
    k,
    iterations: 5,
    tolerance: 0,
    random: seededRandom(3),
    nearest,
    exact: async () => ({ assignment: new Int32Array(0), similarity: new Float32Array(0) }),
  });
  return centroids;
}

/** Look-ups a second: the median over rounds of all queries. */
async function rate(work: () => Promise<void> | void): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const began = performance.now();
    await work();
    rates.push((1_000 * QUERIES) / (performance.now() - began));
  }
  return median(rates);
}

async function exactRows(size: number, answers: Int32Array): Promise<void> {
  for (let from = 0; from < QUERIES; from += size) {
    const data = queries.data.subarray(from * DIMENSION, (from + size) * DIMENSION);
    answers.set((await exactly.nearest({ data, rows: size, dimension: DIMENSION })).best, from);
  }
}

const { index } = loadConfig({ environment: {}, flags: [] });
const settings = { m: index.m, efConstruction: index.ef_construction, efSearch: index.ef_search };
const began = performance.now();
const hnsw = createHnswIndexes(settings).create({ dimension: DIMENSION, capacity: k });
for (let row = 0; row < k; row++) hnsw.add(rowOf(centroids, row));
const build = (performance.now() - began) / 1_000;

const found = new Int32Array(QUERIES);
const oneByOne = await rate(() => {
  // Two, as the margin is asked for.
  for (let row = 0; row < QUERIES; row++) found[row] = hnsw.nearest(rowOf(queries, row), 2)[0]?.index ?? -1;
});

const exactly = (await createExactCentroids((work) => work())).create({ dimension: DIMENSION, capacity: k });
await exactly.add(centroids);
const truth = new Int32Array(QUERIES);
const exact: { batch: number; rate: number }[] = [];
for (const batch of [1, 32, 256]) exact.push({ batch, rate: await rate(() => exactRows(batch, truth)) });

const same = found.reduce((sum, row, i) => sum + (row === truth[i] ? 1 : 0), 0);

process.stdout.write(
  `${JSON.stringify({ mode: 'lookups', result: { k, build, hnsw: oneByOne, recall: same / QUERIES, exact } })}\n`,
);
