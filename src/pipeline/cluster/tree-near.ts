import type { Neighbours } from '../../ports/centroid-index.ts';
import { matrixOfRows } from '../vectors.ts';

/** Row of the most similar of `among` for each vector, -1 where there is none. O(among · vectors · dimension), in another thread. */
export async function nearestRows(
  centroids: Neighbours,
  among: readonly Float32Array[],
  vectors: readonly Float32Array[],
): Promise<number[]> {
  if (vectors.length === 0) return [];
  return [...(await centroids.nearestOf(matrixOfRows(vectors), matrixOfRows(among), 1))];
}
