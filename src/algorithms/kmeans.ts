import { drawIndices } from './random.ts';

/** Row-major n × dimension unit vectors. */
export type Rows = { readonly data: Float32Array; readonly rows: number; readonly dimension: number };

/** The nearest centroid of each point: its row, the lower one of equals. The hot loop, so it is passed in. */
export type NearestStep = (centroids: Rows) => Promise<Int32Array>;
/** The same without any rounding but float32's, and with the cosine similarity. */
export type ExactStep = (
  centroids: Rows,
) => Promise<{ readonly assignment: Int32Array; readonly similarity: Float32Array }>;

export type KMeansOptions = {
  readonly points: Rows;
  /** What each point stands for; null: itself. */
  readonly weights: Float32Array | null;
  /** Warm start: the last centroids, of which the first k are used. Missing ones are drawn from the points. */
  readonly initial: Rows | null;
  /** Cut to the number of points. */
  readonly k: number;
  /** Most updates of the centroids. */
  readonly iterations: number;
  /** Ends when an update lowers the inertia by less than this share. */
  readonly tolerance: number;
  readonly random: () => number;
  readonly nearest: NearestStep;
  readonly exact: ExactStep;
};

export type KMeansResult = {
  readonly centroids: Rows;
  readonly assignment: Int32Array;
  readonly similarity: Float32Array;
  /** Mean squared Euclidean distance to the own centroid, weighted: 2 − 2·cosine. */
  readonly inertia: number;
  /** Updates of the centroids that were made. */
  readonly iterations: number;
  /** Inertia before each update. */
  readonly trace: readonly number[];
};

/**
 * Spherical k-means: centroids are means scaled to length 1, nearness is cosine. Starts at random points, which here is
 * as good as k-means++ and costs no pass. An empty cluster moves to the point that is farthest from its centroid, so
 * inertia never grows but by the rounding of `nearest`. Deterministic. O(iterations · n · k · dimension).
 * Lloyd 1982; Dhillon and Modha 2001.
 */
export async function sphericalKMeans(options: KMeansOptions): Promise<KMeansResult> {
  const { points, weights, iterations, tolerance, nearest, exact } = options;
  if (points.rows === 0) return noPoints(points.dimension);
  let centroids = firstCentroids(options);
  const trace: number[] = [];
  while (trace.length < iterations) {
    const update = moveCentroids(points, weights, await nearest(centroids), centroids);
    const before = trace.at(-1);
    trace.push(update.inertia);
    centroids = update.centroids;
    if (before !== undefined && before - update.inertia <= tolerance * before) break;
  }
  const { assignment, similarity } = await exact(centroids);
  const inertia = 2 - 2 * mean(similarity, weights);
  return { centroids, assignment, similarity, inertia, iterations: trace.length, trace };
}

function noPoints(dimension: number): KMeansResult {
  const centroids = { data: new Float32Array(0), rows: 0, dimension };
  const [assignment, similarity] = [new Int32Array(0), new Float32Array(0)];
  return { centroids, assignment, similarity, inertia: 0, iterations: 0, trace: [] };
}

function firstCentroids({ points, initial, k, random }: KMeansOptions): Rows {
  const { dimension } = points;
  const rows = Math.max(1, Math.min(k, points.rows));
  const data = new Float32Array(rows * dimension);
  const kept = Math.min(rows, initial?.rows ?? 0);
  if (initial !== null) data.set(initial.data.subarray(0, kept * dimension));
  drawIndices(points.rows, rows - kept, random).forEach((point, i) => {
    data.set(row(points, point), (kept + i) * dimension);
  });
  return { data, rows, dimension };
}

/** One update: every centroid becomes the direction of its members' sum. Inertia is that of the old centroids. O(n · d). */
function moveCentroids(
  points: Rows,
  weights: Float32Array | null,
  assignment: Int32Array,
  before: Rows,
): { centroids: Rows; inertia: number } {
  const { dimension } = points;
  // Sums in double precision: in single precision large clusters lose the last points added.
  const sums = new Float64Array(before.data.length);
  const members = new Int32Array(before.rows);
  const similarity = new Float64Array(points.rows);
  for (let i = 0; i < points.rows; i++) {
    const cluster = assignment[i] ?? 0;
    members[cluster] = (members[cluster] ?? 0) + 1;
    const weight = weights?.[i] ?? 1;
    similarity[i] = addRow(
      sums,
      before.data,
      cluster * dimension,
      points.data,
      i * dimension,
      dimension,
      weight,
    );
  }
  const data = new Float32Array(before.data.length);
  const empty: number[] = [];
  for (let c = 0; c < before.rows; c++) {
    if (members[c] === 0) empty.push(c);
    // A sum of zero has no direction: such a centroid stays where it is.
    if (!writeUnit(data, sums, c * dimension, dimension)) data.set(row(before, c), c * dimension);
  }
  if (empty.length > 0) {
    const far = farthest(similarity, empty.length);
    empty.forEach((c, i) => {
      data.set(row(points, far[i] ?? 0), c * dimension);
    });
  }
  const centroids = { data, rows: before.rows, dimension };
  return { centroids, inertia: 2 - 2 * mean(similarity, weights) };
}

/** Adds a point to a cluster's sum; answers with its cosine similarity to the centroid at the same place. */
function addRow(
  sums: Float64Array,
  centroids: Float32Array,
  cluster: number,
  points: Float32Array,
  point: number,
  dimension: number,
  weight: number,
): number {
  let cosine = 0;
  for (let j = 0; j < dimension; j++) {
    const x = points[point + j] ?? 0;
    sums[cluster + j] = (sums[cluster + j] ?? 0) + weight * x;
    cosine += x * (centroids[cluster + j] ?? 0);
  }
  return cosine;
}

function writeUnit(to: Float32Array, sums: Float64Array, offset: number, dimension: number): boolean {
  let square = 0;
  for (let j = offset; j < offset + dimension; j++) square += (sums[j] ?? 0) ** 2;
  const length = Math.sqrt(square);
  if (!(length > 1e-9)) return false;
  for (let j = offset; j < offset + dimension; j++) to[j] = (sums[j] ?? 0) / length;
  return true;
}

/** The `count` points least similar to their centroid, least first; of equals the earlier. O(n log n), in rare need. */
function farthest(similarity: Float64Array, count: number): number[] {
  const order = Array.from(similarity.keys());
  return order.sort((a, b) => (similarity[a] ?? 0) - (similarity[b] ?? 0) || a - b).slice(0, count);
}

function row({ data, dimension }: Rows, index: number): Float32Array {
  return data.subarray(index * dimension, (index + 1) * dimension);
}

function mean(values: Float32Array | Float64Array, weights: Float32Array | null): number {
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    const weight = weights?.[i] ?? 1;
    sum += weight * (values[i] ?? 0);
    total += weight;
  }
  return sum / total;
}
