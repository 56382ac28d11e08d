import { Tensor } from 'onnxruntime-node';
import { CliowatchError } from '../../domain/errors.ts';
import type { CentroidIndex, CentroidIndexes, NearestTwo } from '../../ports/centroid-index.ts';
import type { Matrix } from '../../ports/clusterer.ts';
import { encodeGraph, type Graph } from '../onnx/graph.ts';
import { openSession, type Session } from '../onnx/session.ts';

/** Vectors at one go: more make a product no faster. */
const PART = 128;

const NEAREST: Graph = {
  name: 'nearest few',
  inputs: [
    { name: 'vectors', type: 'float', shape: ['n', 'd'] },
    { name: 'centroids', type: 'float', shape: ['k', 'd'] },
    { name: 'count', type: 'int64', shape: [1] },
  ],
  outputs: [
    { name: 'similarities', type: 'float', shape: ['n', 'count'] },
    { name: 'rows', type: 'int32', shape: ['n', 'count'] },
  ],
  constants: [],
  steps: [
    {
      op: 'FusedMatMul',
      domain: 'com.microsoft',
      inputs: ['vectors', 'centroids'],
      outputs: ['scores'],
      attributes: { transB: { int: 1 } },
    },
    {
      op: 'TopK',
      inputs: ['scores', 'count'],
      outputs: ['similarities', 'best'],
      attributes: { axis: { int: 1 } },
    },
    { op: 'Cast', inputs: ['best'], outputs: ['rows'], attributes: { to: { int: 6 } } },
  ],
};

type Native = Parameters<typeof openSession>[1];

/**
 * Compares with every centroid, by matrix product: always the true nearest. O(centroids · dimension) a vector, but a vector in a
 * batch costs a tenth of one alone, and up to some ten thousand clusters less than a walk through a graph (docs/benchmarks.md).
 * `native` is called around whatever runs native code.
 */
export async function createExactCentroids(native: Native): Promise<CentroidIndexes> {
  const session = await openSession(encodeGraph(NEAREST), native);
  return {
    kind: 'exact',
    create: ({ dimension, capacity }) => createIndex(session, dimension, Math.max(2, capacity)),
    nearestOf: (vectors, among, count) => nearestOf(session, vectors, among, count),
    stop: async () => undefined,
  };
}

function createIndex(session: Session, dimension: number, capacity: number): CentroidIndex {
  let rows = new Float32Array(capacity * dimension);
  let size = 0;

  return {
    get size() {
      return size;
    },
    async add(centroids) {
      checkDimension(centroids, dimension);
      const needed = (size + centroids.rows) * dimension;
      if (needed > rows.length) {
        const larger = new Float32Array(Math.max(needed, rows.length * 2));
        larger.set(rows);
        rows = larger;
      }
      rows.set(centroids.data, size * dimension);
      size += centroids.rows;
    },
    async nearest(vectors) {
      checkDimension(vectors, dimension);
      const found = nothingFor(vectors.rows);
      if (size === 0) return found;
      // Where there is one only, a row of zeros is the second: what is asked for is there, and its cosine is that of nothing.
      const compared = Math.max(2, size);
      const centroids = { data: rows.subarray(0, compared * dimension), rows: compared, dimension };
      for await (const few of products(session, vectors, centroids, 2)) write(found, few, size);
      return found;
    },
    release: async () => undefined,
  };
}

function nothingFor(rows: number): NearestTwo {
  return {
    best: new Int32Array(rows).fill(-1),
    similarity: new Float32Array(rows),
    second: new Float32Array(rows),
  };
}

/** The nearest few of some of the vectors, from row `from` on. */
type Few = { readonly from: number; readonly similarities: Float32Array; readonly rows: Int32Array };

async function* products(
  session: Session,
  vectors: Matrix,
  among: Matrix,
  count: number,
): AsyncGenerator<Few, void> {
  const { dimension } = among;
  const centroids = new Tensor('float32', among.data, [among.rows, dimension]);
  const few = new Tensor('int64', BigInt64Array.of(BigInt(count)), [1]);
  for (let from = 0; from < vectors.rows; from += PART) {
    const to = Math.min(vectors.rows, from + PART);
    const part = vectors.data.subarray(from * dimension, to * dimension);
    const answer = await session.run({
      vectors: new Tensor('float32', part, [to - from, dimension]),
      centroids,
      count: few,
    });
    const [similarities, rows] = [answer.similarities?.data, answer.rows?.data];
    if (!(similarities instanceof Float32Array && rows instanceof Int32Array)) {
      throw new CliowatchError('worker-failed', 'a matrix product gave other types than it should');
    }
    yield { from, similarities, rows };
  }
}

/** With one centroid the other may come first: it is a row of zeros. */
function write(found: NearestTwo, { from, similarities, rows }: Few, size: number): void {
  for (let i = 0; 2 * i < rows.length; i++) {
    const first = (rows[2 * i] ?? 0) < size ? 2 * i : 2 * i + 1;
    found.best[from + i] = rows[first] ?? -1;
    found.similarity[from + i] = similarities[first] ?? 0;
    found.second[from + i] = similarities[first === 2 * i ? first + 1 : first - 1] ?? 0;
  }
}

async function nearestOf(
  session: Session,
  vectors: Matrix,
  among: Matrix,
  count: number,
): Promise<Int32Array> {
  const found = new Int32Array(vectors.rows * count).fill(-1);
  const there = Math.min(count, among.rows);
  if (there === 0 || vectors.rows === 0) return found;
  checkDimension(vectors, among.dimension);
  for await (const { from, rows } of products(session, vectors, among, there))
    for (let i = 0; i * there < rows.length; i++)
      found.set(rows.subarray(i * there, (i + 1) * there), (from + i) * count);
  return found;
}

function checkDimension(matrix: Matrix, dimension: number): void {
  if (matrix.dimension === dimension) return;
  throw new CliowatchError('wrong-dimension', `vectors of ${dimension} numbers are expected`, {
    value: matrix.dimension,
  });
}
