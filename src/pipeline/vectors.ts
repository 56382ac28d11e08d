import { decodeVectorInto } from '../domain/vector.ts';
import type { Matrix } from '../ports/clusterer.ts';

/** Vectors as they travel (base64) to rows of one matrix. O(rows · dimension). */
export function matrixOf(encoded: readonly string[], dimension: number): Matrix {
  const data = new Float32Array(encoded.length * dimension);
  for (const [row, text] of encoded.entries())
    decodeVectorInto(text, data.subarray(row * dimension, (row + 1) * dimension));
  return { data, rows: encoded.length, dimension };
}
