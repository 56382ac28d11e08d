import type { ClusterRecord } from '../domain/generation.ts';
import { decodeVector, decodeVectorInto } from '../domain/vector.ts';
import type { Matrix } from '../ports/clusterer.ts';

const decoded = new WeakMap<ClusterRecord, Float32Array>();

/** The centroid of a record, decoded once: outliers are compared with hundreds of them, each. */
export function centroidOf(record: ClusterRecord): Float32Array {
  let centroid = decoded.get(record);
  if (centroid === undefined) {
    centroid = decodeVector(record.centroid);
    decoded.set(record, centroid);
  }
  return centroid;
}

/** Rows of one matrix. O(rows · dimension). */
export function matrixOfRows(vectors: readonly Float32Array[]): Matrix {
  const dimension = vectors[0]?.length ?? 0;
  const data = new Float32Array(vectors.length * dimension);
  for (const [row, vector] of vectors.entries()) data.set(vector, row * dimension);
  return { data, rows: vectors.length, dimension };
}

/** Vectors as they travel (base64) to rows of one matrix. O(rows · dimension). */
export function matrixOf(encoded: readonly string[], dimension: number): Matrix {
  const data = new Float32Array(encoded.length * dimension);
  for (const [row, text] of encoded.entries())
    decodeVectorInto(text, data.subarray(row * dimension, (row + 1) * dimension));
  return { data, rows: encoded.length, dimension };
}
