/** Whether the hierarchy is made anew. Pure; a decision returns its reason by name. */
import { FEWEST } from '../../algorithms/level-sizes.ts';

export type TreeSchedule = {
  /** Share of the clusters that came, went or were renamed, from which on the tree is made anew. */
  readonly changed: number;
  /** And at the first full generation so long after the last time, when anything has changed at all. */
  readonly rebuildMs: number;
};

export type TreeVerdict =
  | { readonly verdict: 'none'; readonly because: 'too-few' }
  | { readonly verdict: 'rebuild'; readonly because: 'first' | 'changed' | 'scheduled' }
  | { readonly verdict: 'keep'; readonly because: 'little-changed' };

/** @param tree when it was made and how much has changed since, this time included; null: there is none */
export function treeDue(
  state: {
    readonly named: number;
    readonly now: number;
    readonly tree: { readonly at: number; readonly changed: number } | null;
  },
  settings: TreeSchedule,
): TreeVerdict {
  const { named, now, tree } = state;
  if (named < FEWEST) return { verdict: 'none', because: 'too-few' };
  if (tree === null) return { verdict: 'rebuild', because: 'first' };
  if (tree.changed >= settings.changed) return { verdict: 'rebuild', because: 'changed' };
  if (tree.changed > 0 && now - tree.at >= settings.rebuildMs)
    return { verdict: 'rebuild', because: 'scheduled' };
  return { verdict: 'keep', because: 'little-changed' };
}

/**
 * Share of clusters that came, went or bear another name, 0 to 1, of all that are or were.
 * @param before name by id, null: none that may be shown; `after` the same. O(clusters)
 */
export function changedShare(
  before: ReadonlyMap<string, string | null>,
  after: ReadonlyMap<string, string | null>,
): number {
  const all = new Set([...before.keys(), ...after.keys()]);
  const changed = [...all].filter((id) => before.get(id) !== after.get(id));
  return changed.length / Math.max(1, all.size);
}
