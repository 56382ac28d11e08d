/** The hot loop of k-means as two tiny ONNX graphs: nearest centroid by matrix product. */
import { Tensor } from 'onnxruntime-node';
import type { ExactStep, NearestStep, Rows } from '../../algorithms/kmeans.ts';
import { encodeGraph, type Graph } from '../onnx/graph.ts';
import { openSession, type Session } from '../onnx/session.ts';

/** Points are quantized to 0…255 around this. */
const ZERO = 128;
const POINT_LEVELS = 127;
/**
 * Centroids have 7 bits: CPUs without VNNI add two products in 16 bits, and 255 · 63 · 2 fits where 255 · 127 · 2 does
 * not. So all CPUs give the same integers.
 */
const CENTROID_LEVELS = 63;
/** Numbers of a score block: 4 MB, small enough for the cache. */
const BLOCK = 1 << 20;

const arg = { axis: { int: 1 }, keepdims: { int: 0 } };

const NEAREST: Graph = {
  name: 'nearest',
  inputs: [
    { name: 'points', type: 'uint8', shape: ['n', 'd'] },
    { name: 'centroids', type: 'int8', shape: ['d', 'k'] },
  ],
  outputs: [{ name: 'cluster', type: 'int32', shape: ['n'] }],
  constants: [{ name: 'zero', type: 'uint8', shape: [], data: Uint8Array.of(ZERO) }],
  steps: [
    { op: 'MatMulInteger', inputs: ['points', 'centroids', 'zero'], outputs: ['scores'] },
    { op: 'ArgMax', inputs: ['scores'], outputs: ['best'], attributes: arg },
    { op: 'Cast', inputs: ['best'], outputs: ['cluster'], attributes: { to: { int: 6 } } },
  ],
};

const EXACT: Graph = {
  name: 'exact',
  inputs: [
    { name: 'points', type: 'float', shape: ['n', 'd'] },
    { name: 'centroids', type: 'float', shape: ['d', 'k'] },
  ],
  outputs: [
    { name: 'cluster', type: 'int32', shape: ['n'] },
    { name: 'similarity', type: 'float', shape: ['n'] },
  ],
  constants: [],
  steps: [
    { op: 'MatMul', inputs: ['points', 'centroids'], outputs: ['scores'] },
    { op: 'ArgMax', inputs: ['scores'], outputs: ['best'], attributes: arg },
    { op: 'Cast', inputs: ['best'], outputs: ['cluster'], attributes: { to: { int: 6 } } },
    {
      op: 'ReduceMax',
      inputs: ['scores'],
      outputs: ['similarity'],
      attributes: { axes: { ints: [1] }, keepdims: { int: 0 } },
    },
  ],
};

type Native = Parameters<typeof openSession>[1];
type Kernels = { steps(points: Rows): { nearest: NearestStep; exact: ExactStep } };

/** Opens both graphs. `steps` keeps a quantized copy of the points: one byte a number. */
export async function openKernels(native: Native): Promise<Kernels> {
  const [nearest, exact] = await Promise.all([
    openSession(encodeGraph(NEAREST), native),
    openSession(encodeGraph(EXACT), native),
  ]);
  return {
    steps: (points) => ({ nearest: nearestStep(nearest, points), exact: exactStep(exact, points) }),
  };
}

function nearestStep(session: Session, points: Rows): NearestStep {
  const scale = POINT_LEVELS / largest(points.data);
  const bytes = new Uint8Array(points.data.length);
  // Storing cuts the fraction off, so a half more rounds.
  for (let i = 0; i < bytes.length; i++) bytes[i] = (points.data[i] ?? 0) * scale + ZERO + 0.5;

  return async function nearest(centroids) {
    const factor = CENTROID_LEVELS / largest(centroids.data);
    const turned = transpose(centroids, new Int8Array(centroids.data.length), (x) => Math.round(x * factor));
    const centroidTensor = new Tensor('int8', turned, [centroids.dimension, centroids.rows]);
    const assignment = new Int32Array(points.rows);
    for (const { from, to } of blocks(points.rows, centroids.rows)) {
      const part = bytes.subarray(from * points.dimension, to * points.dimension);
      const { cluster } = await session.run({
        points: new Tensor('uint8', part, [to - from, points.dimension]),
        centroids: centroidTensor,
      });
      if (cluster?.data instanceof Int32Array) assignment.set(cluster.data, from);
    }
    return assignment;
  };
}

function exactStep(session: Session, points: Rows): ExactStep {
  return async function exact(centroids) {
    const turned = transpose(centroids, new Float32Array(centroids.data.length), (x) => x);
    const centroidTensor = new Tensor('float32', turned, [centroids.dimension, centroids.rows]);
    const assignment = new Int32Array(points.rows);
    const similarity = new Float32Array(points.rows);
    for (const { from, to } of blocks(points.rows, centroids.rows)) {
      const part = points.data.subarray(from * points.dimension, to * points.dimension);
      const found = await session.run({
        points: new Tensor('float32', part, [to - from, points.dimension]),
        centroids: centroidTensor,
      });
      if (found.cluster?.data instanceof Int32Array) assignment.set(found.cluster.data, from);
      if (found.similarity?.data instanceof Float32Array) similarity.set(found.similarity.data, from);
    }
    return { assignment, similarity };
  };
}

function* blocks(rows: number, centroids: number): Generator<{ from: number; to: number }> {
  const size = Math.max(16, Math.min(1_024, Math.floor(BLOCK / centroids)));
  for (let from = 0; from < rows; from += size) yield { from, to: Math.min(rows, from + size) };
}

function transpose<T extends Int8Array | Float32Array>(rows: Rows, to: T, map: (x: number) => number): T {
  for (let r = 0; r < rows.rows; r++) {
    for (let j = 0; j < rows.dimension; j++) {
      to[j * rows.rows + r] = map(rows.data[r * rows.dimension + j] ?? 0);
    }
  }
  return to;
}

function largest(values: Float32Array): number {
  let most = 1e-9;
  for (let i = 0; i < values.length; i++) most = Math.max(most, Math.abs(values[i] ?? 0));
  return most;
}
