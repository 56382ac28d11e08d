/** One level of parents over the clusters: neighbourhoods of centroids, named from their children, with ids that last. */
import { matchClusters, type Overlap } from '../../algorithms/match-clusters.ts';
import type { ClusterRecord, Generation, Parent } from '../../domain/generation.ts';
import type { Clusterer } from '../../ports/clusterer.ts';
import type { Labeler } from '../../ports/labeler.ts';
import { centroidOf } from '../vectors.ts';

/** Fewer clusters than this need no parents. */
const SMALLEST = 6;

/** Parents aimed at for so many clusters. */
export function parentsFor(clusters: number): number {
  return clusters < SMALLEST ? 0 : Math.max(2, Math.round(Math.sqrt(clusters)));
}

export async function buildParents(
  clusters: readonly ClusterRecord[],
  previous: Generation | null,
  clusterer: Clusterer,
  labeler: Labeler,
  settings: { seed: number; dimension: number; nextId: number; minAudit: number },
): Promise<{ parents: Parent[]; nextId: number }> {
  if (clusters.length < SMALLEST) return { parents: [], nextId: settings.nextId };
  const data = new Float32Array(clusters.length * settings.dimension);
  for (const [row, cluster] of clusters.entries()) data.set(centroidOf(cluster), row * settings.dimension);
  const k = parentsFor(clusters.length);
  const made = await clusterer.cluster({
    points: { data, rows: clusters.length, dimension: settings.dimension },
    initial: null,
    k,
    iterations: 30,
    seed: settings.seed,
  });
  const groups: ClusterRecord[][] = Array.from({ length: made.centroids.rows }, () => []);
  for (const [i, row] of made.assignment.entries()) {
    const cluster = clusters[i];
    if (cluster !== undefined) groups[row]?.push(cluster);
  }
  const filled = groups.filter((group) => group.length > 0);
  const inherited = inheritParents(filled, previous);
  let next = settings.nextId;
  const parents: Parent[] = [];
  for (const [row, group] of filled.entries()) {
    const before = previous?.manifest.parents.find((parent) => parent.id === inherited.get(row));
    const id = before?.id ?? `h${(next++).toString(36)}`;
    parents.push(await nameParent(id, group, before, previous, labeler, settings.minAudit));
  }
  return { parents, nextId: next };
}

async function nameParent(
  id: string,
  group: readonly ClusterRecord[],
  before: Parent | undefined,
  previous: Generation | null,
  labeler: Labeler,
  minAudit: number,
): Promise<Parent> {
  const children = group.map((cluster) => cluster.id);
  const named = group.filter((cluster) => cluster.label !== null && (cluster.label.audit ?? 0) >= minAudit);
  // Same children by the same names: the same parent name, at no cost, and calm for those who read it.
  const calm =
    before !== undefined &&
    sameChildren(before.children, children) &&
    // All of them: a child that lost its name must not live on in its parent's.
    group.every((cluster) => {
      const old = previous?.clusters.find((candidate) => candidate.id === cluster.id);
      return old?.label?.name === cluster.label?.name;
    });
  if (calm) return before;
  if (named.length === 0) return { id, name: '', description: '', audit: null, children };
  const label = await labeler.nest({
    children: named.map((cluster) => ({
      id: cluster.id,
      name: cluster.label?.name ?? '',
      description: cluster.label?.description ?? '',
    })),
  });
  return { id, name: label.name, description: label.description, audit: label.audit, children };
}

function sameChildren(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id) => b.includes(id));
}

function inheritParents(
  groups: readonly ClusterRecord[][],
  previous: Generation | null,
): Map<number, string> {
  const overlaps: Overlap[] = [];
  const old = new Map<string, number>();
  const fresh = new Map<number, number>();
  for (const parent of previous?.manifest.parents ?? []) {
    old.set(parent.id, parent.children.length);
    for (const [row, group] of groups.entries()) {
      fresh.set(row, group.length);
      const shared = group.filter((cluster) => parent.children.includes(cluster.id)).length;
      if (shared > 0) overlaps.push([parent.id, row, shared]);
    }
  }
  return matchClusters(overlaps, 0.3, { old, fresh });
}
