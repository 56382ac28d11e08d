import { dot, toUnit } from '../domain/vector.ts';
import type { Rows } from './kmeans.ts';

/** Passes over the members that find the main axis, and that settle the two halves along it. */
const AXIS_PASSES = 4;
const SETTLING = 4;

export type Cut = {
  readonly centroids: readonly [Float32Array, Float32Array];
  readonly members: readonly [number, number];
  /** Cosine of the angle between the two: the higher, the more they are one. */
  readonly similarity: number;
};

/**
 * Cuts a cluster in two where it is widest: by sign along its main axis (power iteration on the covariance, as in principal
 * direction divisive partitioning, Boley 1998), then by 2-means. Nothing is drawn. O(members · dimension).
 * @param members rows of the points
 * @returns null: all members are the same
 */
export function cutInTwo(
  points: Rows,
  members: readonly number[],
  weightOf: (row: number) => number,
): Cut | null {
  const axis = mainAxis(points, members, weightOf);
  if (axis === null) return null;
  let halves = members.map((row) => dotRow(points, row, axis.direction) >= axis.middle);
  let cut = meansOf(points, members, halves, weightOf);
  for (let pass = 0; pass < SETTLING && cut !== null; pass++) {
    const [a, b]: readonly [Float32Array, Float32Array] = cut.centroids;
    const next = members.map((row) => dotRow(points, row, a) >= dotRow(points, row, b));
    if (next.every((half, i) => half === halves[i])) break;
    halves = next;
    cut = meansOf(points, members, halves, weightOf);
  }
  return cut;
}

function mainAxis(
  points: Rows,
  members: readonly number[],
  weightOf: (row: number) => number,
): { direction: Float32Array; middle: number } | null {
  const { dimension } = points;
  const mean = new Float64Array(dimension);
  let total = 0;
  for (const row of members) {
    const weight = weightOf(row);
    total += weight;
    addTo(mean, points, row, weight);
  }
  if (!(total > 0)) return null;
  for (let j = 0; j < dimension; j++) mean[j] = (mean[j] ?? 0) / total;
  const middleOf = (direction: Float32Array): number => dot(Float32Array.from(mean), direction);
  let direction = startOf(points, members, mean);
  for (let pass = 0; pass < AXIS_PASSES && direction !== null; pass++) {
    const next = new Float64Array(dimension);
    const middle = middleOf(direction);
    let sum = 0;
    for (const row of members) {
      const along = weightOf(row) * (dotRow(points, row, direction) - middle);
      sum += along;
      addTo(next, points, row, along);
    }
    for (let j = 0; j < dimension; j++) next[j] = (next[j] ?? 0) - sum * (mean[j] ?? 0);
    direction = unitOf(next);
  }
  return direction === null ? null : { direction, middle: middleOf(direction) };
}

/** From the mean to the member farthest from it. */
function startOf(points: Rows, members: readonly number[], mean: Float64Array): Float32Array | null {
  const center = Float32Array.from(mean);
  let farthest = -1;
  let least = Number.POSITIVE_INFINITY;
  for (const row of members) {
    const near = dotRow(points, row, center);
    if (near < least) [farthest, least] = [row, near];
  }
  if (farthest < 0) return null;
  const out = new Float64Array(mean.length);
  addTo(out, points, farthest, 1);
  for (let j = 0; j < out.length; j++) out[j] = (out[j] ?? 0) - (mean[j] ?? 0);
  return unitOf(out);
}

function meansOf(
  points: Rows,
  members: readonly number[],
  halves: readonly boolean[],
  weightOf: (row: number) => number,
): Cut | null {
  const sums: [Float64Array, Float64Array] = [
    new Float64Array(points.dimension),
    new Float64Array(points.dimension),
  ];
  const counts: [number, number] = [0, 0];
  for (const [i, row] of members.entries()) {
    const half = halves[i] === true ? 0 : 1;
    counts[half]++;
    addTo(sums[half], points, row, weightOf(row));
  }
  if (counts[0] === 0 || counts[1] === 0) return null;
  const centroids = [toUnit(sums[0]), toUnit(sums[1])] as const;
  return { centroids, members: counts, similarity: dot(...centroids) };
}

function unitOf(values: Float64Array): Float32Array | null {
  return Math.hypot(...values) > 1e-12 ? toUnit(values) : null;
}

function addTo(sum: Float64Array, { data, dimension }: Rows, row: number, weight: number): void {
  const offset = row * dimension;
  for (let j = 0; j < dimension; j++) sum[j] = (sum[j] ?? 0) + weight * (data[offset + j] ?? 0);
}

function dotRow({ data, dimension }: Rows, row: number, other: Float32Array): number {
  const offset = row * dimension;
  let sum = 0;
  for (let j = 0; j < dimension; j++) sum += (data[offset + j] ?? 0) * (other[j] ?? 0);
  return sum;
}
