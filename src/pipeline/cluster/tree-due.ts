/** Whether the hierarchy is made anew. Pure; a decision returns its reason by name. */
import { hash53 } from '../../algorithms/hash.ts';
import { FEWEST } from '../../algorithms/level-sizes.ts';
import type { ClusterRecord, Generation, Manifest } from '../../domain/generation.ts';
import type { Thresholds } from './label.ts';
import { titleOf } from './tree.ts';

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

/** Digest of the name of each cluster by id, empty where none may be shown: what a tree is made from. */
export type TreeNames = Readonly<Record<string, string>>;

export function treeNames(clusters: readonly ClusterRecord[], thresholds: Thresholds): TreeNames {
  const digest = (name: string | undefined): string => (name === undefined ? '' : hash53(name).toString(36));
  return Object.fromEntries(clusters.map((record) => [record.id, digest(titleOf(record, thresholds)?.name)]));
}

/**
 * The tree there is, and what has changed since it was made: held against what it was made from and not against the last generation, which
 * has all that patches brought since. null: there is none.
 */
export function treeSince(
  previous: Generation | null,
  names: TreeNames,
  thresholds: Thresholds,
): Manifest['tree'] {
  const tree = previous?.manifest.tree ?? null;
  if (previous === null || tree === null) return null;
  // Of a tree that does not say, the last generation is as far back as is known.
  const from = tree.names ?? treeNames(previous.clusters, thresholds);
  return { ...tree, names: from, changed: changedShare(from, names) };
}

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

/** Share of clusters that came, went or bear another name, 0 to 1, of all that are or were. O(clusters) */
export function changedShare(before: TreeNames, after: TreeNames): number {
  const all = new Set([...Object.keys(before), ...Object.keys(after)]);
  const changed = [...all].filter((id) => before[id] !== after[id]);
  return changed.length / Math.max(1, all.size);
}
