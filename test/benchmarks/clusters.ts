/**
 * k-means on made-up vectors in groups, on one thread with the kernels and session options of the clusterer's worker. Prints one
 * line of JSON. Run by run.ts in a process of its own, so that memory is this bench's alone.
 *   node test/benchmarks/clusters.ts iteration RUNS | warm RUNS | large ROWS K | cost | samples
 */

import { openKernels } from '../../src/adapters/clusterer/kernels.ts';
import { createOnnxClusterer } from '../../src/adapters/clusterer/onnx.ts';
import { type KMeansResult, sphericalKMeans } from '../../src/algorithms/kmeans.ts';
import { seededRandom } from '../../src/algorithms/random.ts';
import type { Matrix } from '../../src/ports/clusterer.ts';
import { ari } from '../evaluation/reconstruct/scores.ts';
import { median } from './figures.ts';
import { exponents } from './fit.ts';
import { firstRows, Mixture } from './mixture.ts';
import { ScikitLearn, type Seconds } from './scikit-learn.ts';

const N = 100_000;
const K = 1_000;
const DIMENSION = 384;
/** More than clusters, so that what is found is a choice, and starts matter, as with real texts. */
const TOPICS = 1_500;
/** As the worker has it, and as `cluster.iterations` is by default. */
const TOLERANCE = 1e-4;
const ITERATIONS = 25;

const kernels = await openKernels((work) => work());

type Timed = KMeansResult & {
  /** Of each iteration, by wall clock and processor. */
  readonly seconds: readonly Seconds[];
  /** To make a byte of each number of the points. */
  readonly quantizing: number;
};

/** @param iterations most; a negative tolerance makes all of them */
async function timed(
  points: Matrix,
  initial: Matrix | null,
  k: number,
  { iterations = ITERATIONS, tolerance = TOLERANCE, seed = 1 } = {},
): Promise<Timed> {
  const began = performance.now();
  const steps = kernels.steps(points);
  const quantizing = (performance.now() - began) / 1_000;
  const marks: Seconds[] = [];
  const mark = (): void => {
    const { user, system } = process.cpuUsage();
    marks.push({ wall: performance.now() / 1_000, cpu: (user + system) / 1e6 });
  };
  const result = await sphericalKMeans({
    points,
    weights: null,
    initial,
    k,
    iterations,
    tolerance,
    random: seededRandom(seed),
    nearest: (centroids) => {
      mark();
      return steps.nearest(centroids);
    },
    exact: (centroids) => {
      mark();
      return steps.exact(centroids);
    },
  });
  const seconds = marks.slice(1).map(({ wall, cpu }, i) => ({
    wall: wall - (marks[i]?.wall ?? wall),
    cpu: cpu - (marks[i]?.cpu ?? cpu),
  }));
  return { ...result, seconds, quantizing };
}

/** Ours and scikit-learn's in turns, from the same centroids. */
async function iteration(runs: number): Promise<unknown> {
  const points = new Mixture(TOPICS, DIMENSION).points(N, 1);
  const { centroids } = await timed(points, null, K, { iterations: 1 });
  const theirs = await ScikitLearn.open(points, centroids);
  if (theirs === null)
    process.stderr.write(
      'scikit-learn is NOT installed, or without a fast BLAS (apt-get install python3-sklearn libopenblas0-pthread): no comparison\n',
    );
  const ours: Seconds[] = [];
  const scikit: Seconds[] = [];
  for (let run = 0; run < runs; run++) {
    ours.push(...(await timed(points, centroids, K, { iterations: 3, tolerance: -1 })).seconds);
    if (theirs !== null) scikit.push(await theirs.iteration(3));
  }
  theirs?.close();
  return { ours, scikit, version: theirs?.version ?? null };
}

/** Centroids of yesterday's sample, and today's: how long until they are nearly as good as they get, and a whole rebuild. */
async function warm(runs: number): Promise<unknown> {
  const mixture = new Mixture(TOPICS, DIMENSION);
  const yesterday = await timed(mixture.points(N, 1), null, K, { iterations: 60 });
  const points = mixture.points(N, 2);
  const initial = yesterday.centroids;
  const converged = await timed(points, initial, K, { iterations: 60 });
  const goal = 1.01 * converged.inertia;
  const toGoal: number[] = [];
  let updates = 0;
  for (let run = 0; run < runs; run++) {
    const { trace, seconds, quantizing } = await timed(points, initial, K, { iterations: 60 });
    // trace[i] is the inertia after i updates, known when the points have been assigned once more.
    updates = trace.findIndex((inertia) => inertia <= goal);
    if (updates < 0) throw new Error('never within 1% of the converged inertia');
    toGoal.push(quantizing + seconds.slice(0, updates + 1).reduce((sum, { wall }) => sum + wall, 0));
  }
  const clusterer = createOnnxClusterer();
  // The thread is there by the time a rebuild comes.
  await clusterer.cluster({ points: firstRows(points, 64), initial: null, k: 4, iterations: 1, seed: 1 });
  const moves = {
    membersPerCluster: N / K,
    smallest: 8,
    minClusters: 1,
    maxClusters: K,
    mergeSimilarity: 0.92,
  };
  const whole: number[] = [];
  let rebuilt = { clusters: 0, inertia: 0, iterations: 0 };
  for (let run = 0; run < runs; run++) {
    const began = performance.now();
    const made = await clusterer.cluster({ points, initial, k: K, iterations: ITERATIONS, seed: 1, moves });
    whole.push((performance.now() - began) / 1_000);
    rebuilt = { clusters: made.centroids.rows, inertia: made.inertia, iterations: made.iterations };
  }
  await clusterer.stop();
  const start = converged.trace[0] ?? Number.NaN;
  return {
    toGoal,
    updates,
    iterations: converged.iterations,
    start,
    inertia: converged.inertia,
    whole,
    rebuilt,
  };
}

async function large(rows: number, k: number): Promise<unknown> {
  const points = new Mixture(k, DIMENSION).points(rows, 1);
  const steps = kernels.steps(points);
  const seconds: number[] = [];
  let last = performance.now();
  await sphericalKMeans({
    points,
    weights: null,
    initial: null,
    k,
    iterations: 1,
    tolerance: -1,
    random: seededRandom(1),
    nearest: steps.nearest,
    // The last pass, in float32, is no part of an iteration.
    exact: async () => {
      seconds.push((performance.now() - last) / 1_000);
      last = performance.now();
      return { assignment: new Int32Array(rows), similarity: new Float32Array(rows) };
    },
  });
  return { rows, k, seconds: median(seconds), peakMb: process.resourceUsage().maxRSS / 1e3 };
}

/** Seconds an iteration over a grid, and the powers of n, k and d that fit them best. */
async function cost(): Promise<unknown> {
  const cells: { n: number; k: number; d: number; seconds: number }[] = [];
  for (const d of [192, 384, 768]) {
    const all = new Mixture(TOPICS, d).points(N, 1);
    for (const n of [25_000, 50_000, N]) {
      for (const k of [250, 500, 1_000]) {
        const run = await timed(firstRows(all, n), null, k, { iterations: 3, tolerance: -1 });
        cells.push({ n, k, d, seconds: median(run.seconds.map(({ wall }) => wall)) });
      }
    }
  }
  const [, n, k, d] = exponents(
    cells.map((cell) => [cell.n, cell.k, cell.d]),
    cells.map(({ seconds }) => seconds),
  );
  return { n, k, d, cells };
}

/** Clusters of a share of the points, all assigned to them, next to clusters of all. */
async function samples(): Promise<unknown> {
  const points = new Mixture(TOPICS, DIMENSION).points(N, 1);
  const whole = await timed(points, null, K, { seed: 1 });
  const { exact } = kernels.steps(points);
  const shares: { share: number; inertia: number; rand: number }[] = [];
  for (const share of [1, 2, 4, 8]) {
    // Another start, whole too: what starts alone make of the same points.
    const part = await timed(firstRows(points, N / share), null, K, { seed: 2 });
    const { assignment, similarity } = await exact(part.centroids);
    const inertia = 2 - (2 * similarity.reduce((sum, x) => sum + x, 0)) / similarity.length;
    const rand = ari(Array.from(whole.assignment, String), Array.from(assignment, String));
    shares.push({ share: 1 / share, inertia: inertia / whole.inertia, rand });
  }
  return { inertia: whole.inertia, shares };
}

const [mode = 'iteration', first = '3', second = '10000'] = process.argv.slice(2);
const result =
  mode === 'warm'
    ? await warm(Number(first))
    : mode === 'large'
      ? await large(Number(first), Number(second))
      : mode === 'cost'
        ? await cost()
        : mode === 'samples'
          ? await samples()
          : await iteration(Number(first));
process.stdout.write(`${JSON.stringify({ mode, result })}\n`);
