/** Parents keep their ids the way clusters do: by the clusters below them, each as heavy as it has conversations. */
import { matchClusters, type Overlap } from '../../algorithms/match-clusters.ts';
import type { Parent } from '../../domain/generation.ts';
import { leavesOf } from './tree.ts';

/** So much of the new parent an old one must make up to pass its id on, if it hands over less than half of itself. */
const INHERIT_SHARE = 0.3;

/**
 * The old parent whose id each group takes, one to one, by row.
 * @param fromTop how many levels lie above this one: a level answers to the old one that lay as high
 * @param weight of a cluster
 */
export function inheritParents(
  groups: readonly (readonly string[])[],
  previous: readonly Parent[],
  fromTop: number,
  weight: (cluster: string) => number,
): Map<number, string> {
  const highest = Math.max(0, ...previous.map(({ level }) => level));
  const leaves = leavesOf(previous);
  const sum = (ids: readonly string[]): number => ids.reduce((total, id) => total + weight(id), 0);
  const old = new Map<string, number>();
  const home = new Map<string, string>();
  for (const { id, level } of previous) {
    if (level !== highest - fromTop) continue;
    const below = leaves.get(id) ?? [];
    old.set(id, sum(below));
    for (const leaf of below) home.set(leaf, id);
  }
  const fresh = new Map(groups.map((group, row) => [row, sum(group)]));
  return matchClusters(
    groups.flatMap((group, row) => overlapsOf(group, row, home, weight)),
    INHERIT_SHARE,
    {
      old,
      fresh,
    },
  );
}

function overlapsOf(
  group: readonly string[],
  row: number,
  home: ReadonlyMap<string, string>,
  weight: (cluster: string) => number,
): Overlap[] {
  const shared = new Map<string, number>();
  for (const leaf of group) {
    const id = home.get(leaf);
    if (id !== undefined) shared.set(id, (shared.get(id) ?? 0) + weight(leaf));
  }
  return [...shared].map(([id, members]) => [id, row, members]);
}
