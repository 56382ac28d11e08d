/**
 * The hierarchy over the clusters of a full generation: kept while little has changed, for names calm and money saved; else
 * made anew, level by level (Clio G.7), with ids that last.
 */
import { inPieces } from '../../algorithms/give-way.ts';
import { type LevelSettings, levelSizes } from '../../algorithms/level-sizes.ts';
import { meanOf } from '../../algorithms/neighbourhoods.ts';
import { headingId } from '../../domain/cluster-id.ts';
import type { ClusterRecord, Generation, Manifest, Parent } from '../../domain/generation.ts';
import type { Numbers } from './numbers.ts';
import { isNamed, leafOf, type Node, type TreeDeps, titleOf, titleOfParent } from './tree.ts';
import { type TreeSchedule, treeDue, treeNames, treeSince } from './tree-due.ts';
import { inheritParents } from './tree-ids.ts';
import { placeInTree, renameDue, withChildren, withhold } from './tree-keep.ts';
import { groupLevel } from './tree-level.ts';
import { heldName, nameFrom } from './tree-names.ts';

/** Clusters whose centroids are read at one go, well under a millisecond. */
const PIECE = 50;

export type HierarchySettings = LevelSettings & TreeSchedule;

export type Tree = {
  readonly parents: Parent[];
  readonly clusters: ClusterRecord[];
  readonly made: Manifest['tree'];
};

type When = { readonly now: number; readonly seed: number; readonly numbers: Numbers };

export async function growTree(
  deps: TreeDeps & { readonly space: string; readonly hierarchy: HierarchySettings },
  clusters: readonly ClusterRecord[],
  previous: Generation | null,
  when: When,
): Promise<Tree> {
  const { thresholds, hierarchy } = deps;
  const tree = treeSince(previous, treeNames(clusters, thresholds), thresholds);
  const named = clusters.filter((record) => titleOf(record, thresholds) !== null).length;
  const due = treeDue({ named, now: when.now, tree }, hierarchy);
  if (due.verdict === 'none') {
    const orphans = clusters.map((record) => ({ ...record, parent: null }));
    return { parents: [], clusters: orphans, made: null };
  }
  if (due.verdict === 'rebuild' || previous === null) return makeTree(deps, clusters, previous, when);
  const places = await placeInTree(deps.centroids, clusters, previous);
  const placed = clusters.map((record, i) => ({ ...record, parent: places[i] ?? null }));
  const kept = withhold(withChildren(previous.manifest.parents, placed), placed, thresholds);
  const parents = await renameDue(kept, placed, deps.labeler, thresholds);
  return { parents, clusters: placed, made: tree };
}

async function makeTree(
  deps: TreeDeps & { readonly space: string; readonly hierarchy: HierarchySettings },
  clusters: readonly ClusterRecord[],
  previous: Generation | null,
  when: When,
): Promise<Tree> {
  const old = previous?.manifest.parents ?? [];
  const sizes = new Map(
    [...(previous?.clusters ?? []), ...clusters].map((record) => [record.id, record.conversations]),
  );
  const leaves: Node[] = [];
  for await (const piece of inPieces(clusters, PIECE))
    leaves.push(...piece.map((record) => leafOf(record, deps.thresholds)));
  const targets = levelSizes(leaves.filter(isNamed).length, deps.hierarchy);
  const made: Parent[][] = [];
  let nodes = leaves;
  for (const [i, target] of targets.entries()) {
    // The auditor may have held back so many names that nothing is left to go by.
    if (i > 0 && nodes.filter(isNamed).length <= target) break;
    const groups = await groupLevel(deps, nodes, target, when.seed + i);
    const inherited = inheritParents(
      groups.map((group) => group.flatMap((node) => node.leaves)),
      old,
      targets.length - 1 - i,
      (id) => sizes.get(id) ?? 0,
    );
    const ids = groups.map((_, row) => inherited.get(row) ?? headingId(deps.space, when.numbers.next++));
    const level = await Promise.all(
      groups.map((group, row) => parentOf(deps, group, ids[row] ?? '', i + 1, old)),
    );
    made.push(level.map(({ parent }) => parent));
    nodes = level.map(({ node }) => node);
  }
  const above = new Map(made.flat().flatMap(({ id, children }) => children.map((child) => [child, id])));
  return {
    parents: made.flat().map((parent) => ({ ...parent, parent: above.get(parent.id) ?? null })),
    clusters: clusters.map((record) => ({ ...record, parent: above.get(record.id) ?? null })),
    made: {
      at: when.now,
      changed: 0,
      names: treeNames(clusters, deps.thresholds),
      prompts: deps.labeler.prompts,
    },
  };
}

async function parentOf(
  { labeler, thresholds }: TreeDeps,
  group: readonly Node[],
  id: string,
  level: number,
  old: readonly Parent[],
): Promise<{ parent: Parent; node: Node }> {
  const before = old.find((parent) => parent.id === id) ?? null;
  const named = group.filter(isNamed);
  const name = await nameFrom(named, heldName(named, before), labeler);
  const parent: Parent = { id, level, parent: null, children: group.map((node) => node.id), ...name };
  const weights = group.map((node) => node.conversations);
  const node: Node = {
    id,
    title: titleOfParent(parent, thresholds),
    place: meanOf(
      group.map((child) => child.place),
      weights,
    ),
    conversations: weights.reduce((sum, n) => sum + n, 0),
    leaves: group.flatMap((child) => child.leaves),
  };
  return { parent, node };
}
