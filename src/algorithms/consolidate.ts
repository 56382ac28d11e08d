import { dot, toUnit } from '../domain/vector.ts';

/** A cluster while it is being made: mean direction and weight. */
export type Draft = { readonly centroid: Float32Array; readonly members: number };

/** What becomes one. */
export type Twins = {
  /** Closer than this, and together no more than `most` members. */
  readonly similarity: number;
  readonly most: number;
  /** Closer than this, whatever their size. */
  readonly same: number;
};

/** Its nearest twin, and how near; what went since may have been it: nearer than told is none then. */
type Near = { index: number; similarity: number; stale: boolean };

const NONE = -1;

/**
 * Merges twins: the closest two become one, weighted by members, until none are left.
 * Small drafts (below `minimum`) are dropped first; their points find another home or none. O(k² d) once, then O(k d) a merge and for each
 * that comes to be the closest after its nearest went.
 * @param fewest no more are merged once there are so few
 */
export function consolidate(drafts: readonly Draft[], twins: Twins, minimum: number, fewest = 1): Draft[] {
  const kept: (Draft | null)[] = drafts.filter((draft) => draft.members >= minimum);
  let left = kept.length;
  const best = kept.map((_, i) => closest(kept, i, twins));
  for (let at = highest(kept, best); at >= 0 && left > fewest; at = highest(kept, best)) {
    const near = best[at];
    if (near === undefined) break;
    if (near.stale) {
      best[at] = closest(kept, at, twins);
      continue;
    }
    const [a, b] = [kept[at], kept[near.index]];
    if (a == null || b == null) break;
    const gone = near.index;
    kept[at] = merge(a, b);
    kept[gone] = null;
    left--;
    for (const other of best) other.stale ||= other.index === at || other.index === gone;
    best[at] = closest(kept, at, twins, (i, s) => {
      if (s >= (best[i]?.similarity ?? 1)) best[i] = { index: at, similarity: s, stale: false };
    });
  }
  return kept.filter((draft) => draft !== null);
}

function highest(kept: readonly (Draft | null)[], best: readonly Near[]): number {
  let at = -1;
  let most = NONE;
  for (const [i, { similarity }] of best.entries()) {
    if (kept[i] !== null && similarity > most) {
      at = i;
      most = similarity;
    }
  }
  return at;
}

function merge(a: Draft, b: Draft): Draft {
  const sum = new Float32Array(a.centroid.length);
  for (let d = 0; d < sum.length; d++) {
    sum[d] = (a.centroid[d] ?? 0) * a.members + (b.centroid[d] ?? 0) * b.members;
  }
  return { centroid: toUnit(sum), members: a.members + b.members };
}

/** @param tell hears of every twin */
function closest(
  drafts: readonly (Draft | null)[],
  i: number,
  { similarity, most, same }: Twins,
  tell: (other: number, similarity: number) => void = () => undefined,
): Near {
  const own = drafts[i];
  const near = { index: -1, similarity: NONE, stale: false };
  if (own == null) return near;
  for (let j = 0; j < drafts.length; j++) {
    const other = drafts[j];
    if (j === i || other == null) continue;
    const s = dot(own.centroid, other.centroid);
    if (s <= same && (s <= similarity || own.members + other.members > most)) continue;
    tell(j, s);
    if (s > near.similarity) {
      near.similarity = s;
      near.index = j;
    }
  }
  return near;
}
