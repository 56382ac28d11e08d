import { agnes, type Cluster } from 'ml-hclust';
import { dot } from '../../domain/vector.ts';

/**
 * Rows of unit vectors in `count` groups: the two whose union spreads least become one until so many are left (Ward 1963, by
 * Lance and Williams, on the chord, which grows as the cosine falls). Average linkage leaves one giant and many groups of one:
 * docs/decisions/013-hierarchy.md. O(rows² · dimension + rows³): 0.02 s for 200 rows, 1 s for 1,000.
 */
export function agglomerate(vectors: readonly Float32Array[], count: number): number[][] {
  if (vectors.length <= count) return vectors.map((_, row) => [row]);
  if (count <= 1) return [[...vectors.keys()]];
  const distances = vectors.map((a) => vectors.map((b) => Math.sqrt(Math.max(0, 2 - 2 * dot(a, b)))));
  const tree = agnes(distances, { method: 'ward2', isDistanceMatrix: true });
  return cut(tree, count).map(rowsOf);
}

/** The highest merges undone. Not the library's own `group`, which loses a row when all that is left to undo are twins. */
function cut(tree: Cluster, count: number): Cluster[] {
  const parts = [tree];
  while (parts.length < count) {
    const whole = parts.filter(({ children }) => children.length > 0);
    const highest = whole.reduce((high, part) => (part.height > high.height ? part : high), whole[0] ?? tree);
    parts.splice(parts.indexOf(highest), 1, ...highest.children);
  }
  return parts;
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
