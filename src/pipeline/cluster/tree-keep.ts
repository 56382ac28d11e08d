/** A tree that goes on: clusters find their places in it, and no name in it tells what may not be shown. */
import type { ClusterRecord, Generation, Parent } from '../../domain/generation.ts';
import type { Neighbours } from '../../ports/centroid-index.ts';
import type { Labeler, Title } from '../../ports/labeler.ts';
import { centroidOf } from '../vectors.ts';
import type { Thresholds } from './label.ts';
import { isNamed, titleOf, titleOfParent } from './tree.ts';
import { nameFrom, nameless } from './tree-names.ts';
import { nearestRows } from './tree-near.ts';

type Placed = Pick<Generation, 'clusters'> & { readonly manifest: { readonly parents: readonly Parent[] } };

/** Parent of each cluster: the one it had, or that of the nearest cluster that has one; null: there are no parents. */
export async function placeInTree(
  centroids: Neighbours,
  clusters: readonly ClusterRecord[],
  { clusters: old, manifest }: Placed,
): Promise<(string | null)[]> {
  const alive = new Set(manifest.parents.map(({ id }) => id));
  const had = new Map(
    old.flatMap(({ id, parent }) => (parent !== null && alive.has(parent) ? [[id, parent]] : [])),
  );
  const settled = clusters.filter(({ id }) => had.has(id));
  // All of them may be new: then the old ones, where they were, say where.
  const known = settled.length > 0 ? settled : old.filter(({ id }) => had.has(id));
  const strangers = clusters.filter(({ id }) => !had.has(id));
  const nearest = await nearestRows(centroids, known.map(centroidOf), strangers.map(centroidOf));
  const found = strangers.map(({ id }, i): [string, string | undefined] => [
    id,
    had.get(known[nearest[i] ?? -1]?.id ?? ''),
  ]);
  const given = new Map(found);
  return clusters.map(({ id }) => had.get(id) ?? given.get(id) ?? null);
}

/** Parents with the children they have now; those without any are gone, on all levels. */
export function withChildren(
  parents: readonly Parent[],
  clusters: readonly Pick<ClusterRecord, 'id' | 'parent'>[],
): Parent[] {
  const kept: Parent[] = [];
  for (const parent of parents.toSorted((a, b) => a.level - b.level)) {
    const below = parent.level === 1 ? clusters : kept;
    const children = below.filter((child) => child.parent === parent.id).map(({ id }) => id);
    if (children.length > 0) kept.push({ ...parent, children });
  }
  return kept;
}

/** Takes the names off parents that were made of a name which may be shown no longer, and off those above. O(parents + names). */
export function withhold(
  parents: readonly Parent[],
  clusters: readonly ClusterRecord[],
  thresholds: Thresholds,
): Parent[] {
  const shown = new Set(
    clusters.filter((record) => titleOf(record, thresholds) !== null).map(({ id }) => id),
  );
  return parents
    .toSorted((a, b) => a.level - b.level)
    .map((parent) => {
      const told = parent.named_from.every((id) => shown.has(id)) ? parent : nameless(parent);
      if (titleOfParent(told, thresholds) !== null) shown.add(told.id);
      return told;
    });
}

/** Names those anew that have lost their name, or have one that was made offline while Claude is there. */
export async function renameDue(
  parents: readonly Parent[],
  clusters: readonly ClusterRecord[],
  labeler: Labeler,
  thresholds: Thresholds,
): Promise<Parent[]> {
  const sized = new Map<string, { title: Title | null; conversations: number }>(
    clusters.map((record) => [
      record.id,
      { title: titleOf(record, thresholds), conversations: record.conversations },
    ]),
  );
  const named: Parent[] = [];
  for (const parent of parents.toSorted((a, b) => a.level - b.level)) {
    const below = parent.children.flatMap((id) => {
      const node = sized.get(id);
      return node === undefined ? [] : [{ id, ...node }];
    });
    const held = parent.name === '' ? null : parent;
    const now = { ...parent, ...(await nameFrom(below.filter(isNamed), held, labeler)) };
    named.push(now);
    const conversations = below.reduce((sum, node) => sum + node.conversations, 0);
    sized.set(now.id, { title: titleOfParent(now, thresholds), conversations });
  }
  return named;
}
