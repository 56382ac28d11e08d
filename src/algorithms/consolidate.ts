import { dot, toUnit } from '../domain/vector.ts';

/** A cluster while it is being made: mean direction and weight. */
export type Draft = { readonly centroid: Float32Array; readonly members: number };

/**
 * Merges twins: the closest two centroids above the similarity become one, weighted by members, until none are left.
 * Small drafts (below `minimum`) are dropped first; their points find another home or none. O(k² d) once, then O(k d) a merge.
 */
export function consolidate(drafts: readonly Draft[], similarity: number, minimum: number): Draft[] {
  const kept: (Draft | null)[] = drafts.filter((draft) => draft.members >= minimum);
  const best = kept.map((_, i) => closest(kept, i));
  for (;;) {
    let at = -1;
    for (const [i, near] of best.entries()) {
      if (kept[i] != null && near.similarity > (at < 0 ? similarity : (best[at]?.similarity ?? 1))) at = i;
    }
    const a = kept[at];
    const other = best[at]?.index ?? -1;
    const b = kept[other];
    if (a == null || b == null) break;
    kept[at] = merge(a, b);
    kept[other] = null;
    for (const [i, near] of best.entries()) {
      if (kept[i] != null && (i === at || near.index === at || near.index === other))
        best[i] = closest(kept, i);
    }
  }
  return kept.filter((draft) => draft !== null);
}

function merge(a: Draft, b: Draft): Draft {
  const sum = new Float32Array(a.centroid.length);
  for (let d = 0; d < sum.length; d++) {
    sum[d] = (a.centroid[d] ?? 0) * a.members + (b.centroid[d] ?? 0) * b.members;
  }
  return { centroid: toUnit(sum), members: a.members + b.members };
}

function closest(drafts: readonly (Draft | null)[], i: number): { index: number; similarity: number } {
  const own = drafts[i];
  let index = -1;
  let similarity = -1;
  if (own == null) return { index, similarity };
  for (const [j, other] of drafts.entries()) {
    if (j === i || other === null) continue;
    const s = dot(own.centroid, other.centroid);
    if (s > similarity) {
      similarity = s;
      index = j;
    }
  }
  return { index, similarity };
}
