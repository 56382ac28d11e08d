import { agnes, type Cluster } from 'ml-hclust';
import { dot } from '../../domain/vector.ts';

/**
 * Rows of unit vectors in `count` groups: the two groups that are nearest on average, by cosine, become one until so many are
 * left (UPGMA, Sokal and Michener 1958). O(rows² · dimension + rows³): 0.02 s for 200 rows, 1 s for 1,000.
 */
export function agglomerate(vectors: readonly Float32Array[], count: number): number[][] {
  if (vectors.length <= count) return vectors.map((_, row) => [row]);
  if (count <= 1) return [[...vectors.keys()]];
  const distances = vectors.map((a) => vectors.map((b) => 1 - dot(a, b)));
  const tree = agnes(distances, { method: 'average', isDistanceMatrix: true });
  return tree.group(count).children.map(rowsOf);
}

/** Without recursion: a chain of a thousand merges is as deep. */
function rowsOf(cluster: Cluster): number[] {
  const rows: number[] = [];
  const open = [cluster];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.isLeaf) rows.push(next.index);
    open.push(...next.children);
  }
  return rows.sort((a, b) => a - b);
}
