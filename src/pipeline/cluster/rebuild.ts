/** One rebuild: k-means from the last centroids, what is large cut, twins merged, radii learned, ids inherited. */
import { giveWay } from '../../algorithms/give-way.ts';
import { type Group, learnRadii, type RadiusSettings } from '../../algorithms/radius.ts';
import type { Generation, Relation } from '../../domain/generation.ts';
import type { Clusterer, Clustering, Matrix } from '../../ports/clusterer.ts';
import { centroidOf } from '../vectors.ts';
import { inheritIds } from './identity.ts';
import type { SampleWindow } from './window.ts';

export type RebuildSettings = {
  readonly membersPerCluster: number;
  /** Fewer members inside the radius than this is no cluster. */
  readonly smallest: number;
  readonly minClusters: number;
  readonly maxClusters: number;
  readonly iterations: number;
  readonly mergeSimilarity: number;
  readonly radius: RadiusSettings;
  readonly seed: number;
};

/** A cluster as the rebuild made it; `members` are window slots inside the radius. */
export type MadeCluster = {
  readonly id: string;
  readonly centroid: Float32Array;
  readonly radius: number;
  readonly meanSimilarity: number;
  readonly members: readonly number[];
  /** Share of the ancestor's members that came along; 0 for a newly made one. */
  readonly kept: number;
};

/** Nothing belongs. */
const NOBODY = 1;

export type Rebuilt = {
  readonly clusters: readonly MadeCluster[];
  readonly relations: readonly Relation[];
  readonly nextId: number;
  readonly slots: readonly number[];
  /** Cluster of each slot, null for outliers. */
  readonly assigned: readonly (string | null)[];
  /** Of all conversations, as far as the panel tells. */
  readonly outlierRate: number;
};

type Sizes = Pick<RebuildSettings, 'membersPerCluster' | 'minClusters' | 'maxClusters'>;

/** Clusters aimed at for so many samples. */
export function clustersFor(samples: number, { membersPerCluster, minClusters, maxClusters }: Sizes): number {
  return Math.max(minClusters, Math.min(maxClusters, Math.round(samples / membersPerCluster)));
}

export async function rebuild(
  space: string,
  window: SampleWindow,
  slots: readonly number[],
  previous: Generation | null,
  nextId: number,
  clusterer: Clusterer,
  settings: RebuildSettings,
): Promise<Rebuilt> {
  const before = slots.map((slot) => window.cluster(slot));
  const briefs = slots.map((slot) => window.brief(slot));
  const who = briefs.map((brief) => brief?.conversation);
  const isPanel = briefs.map((brief) => brief?.panel === true);
  const weights = Float32Array.from(slots, (slot) => window.weight(slot));
  const points = await window.matrix(slots);
  const hasLast = previous !== null && previous.clusters.length > 0;
  const initial = hasLast ? startFrom(previous, settings.maxClusters) : null;
  const final = await clusterer.cluster({
    points,
    weights,
    initial,
    // Afterwards it follows the data: see `moves`.
    k: initial === null ? clustersFor(slots.length, settings) : initial.rows,
    iterations: settings.iterations,
    seed: settings.seed + (previous?.manifest.generation ?? 0),
    moves: settings,
  });
  await giveWay();
  const { rowOf, radii, rows } = await insideRadius(final, weights, isPanel, settings);
  await giveWay();
  const known = new Set(previous?.clusters.map((cluster) => cluster.id) ?? []);
  const identity = inheritIds(before, rowOf, rows.length, known, nextId, space, weights);
  await giveWay();
  const members: number[][] = rows.map(() => []);
  const nearness = rows.map(() => 0);
  for (const [i, slot] of slots.entries()) {
    const row = rowOf[i] ?? -1;
    // The window went on while the worker computed: a slot may hold another conversation by now.
    if (window.brief(slot)?.conversation !== who[i]) continue;
    members[row]?.push(slot);
    if (row >= 0) nearness[row] = (nearness[row] ?? 0) + (final.similarity[i] ?? 0);
  }
  await giveWay();
  const clusters = rows.map((source, row) => ({
    id: identity.ids[row] ?? '',
    centroid: rowOfMatrix(final.centroids, source),
    radius: radii[source] ?? NOBODY,
    meanSimilarity: (nearness[row] ?? 0) / Math.max(1, members[row]?.length ?? 0),
    members: members[row] ?? [],
    kept: identity.kept[row] ?? 0,
  }));
  const still = slots
    .map((slot, i) => ({ slot, i }))
    .filter(({ slot, i }) => window.brief(slot)?.conversation === who[i]);
  const assigned = still.map(({ i }) => identity.ids[rowOf[i] ?? -1] ?? null);
  return {
    clusters,
    relations: identity.relations,
    nextId: identity.nextId,
    slots: still.map(({ slot }) => slot),
    assigned,
    outlierRate: shareOutside(
      still.filter(({ i }) => isPanel[i]).map(({ i }) => [rowOf[i] ?? -1, weights[i] ?? 1]),
    ),
  };
}

function shareOutside(panel: readonly (readonly [row: number, weight: number])[]): number {
  let [outside, all] = [0, 0];
  for (const [row, weight] of panel) {
    all += weight;
    if (row < 0) outside += weight;
  }
  return all === 0 ? 0 : outside / all;
}

/** The last centroids, those that are of after the last rebuild and then the largest first, at most k: a warm start keeps clusters where they were. */
function startFrom(previous: Generation, k: number): Matrix {
  const { full } = previous.manifest;
  const isYoung = (cluster: Generation['clusters'][number]): number => (cluster.generation > full ? 1 : 0);
  const largest = [...previous.clusters]
    .sort((a, b) => isYoung(b) - isYoung(a) || b.conversations - a.conversations)
    .slice(0, k);
  const dimension = previous.manifest.dimension;
  const data = new Float32Array(largest.length * dimension);
  for (const [row, cluster] of largest.entries()) data.set(centroidOf(cluster), row * dimension);
  return { data, rows: largest.length, dimension };
}

function rowOfMatrix(matrix: Matrix, row: number): Float32Array {
  return matrix.data.slice(row * matrix.dimension, (row + 1) * matrix.dimension);
}

/** Learns radii, drops clusters that keep too few inside, and renumbers the rest. */
async function insideRadius(
  clustering: Clustering,
  weights: Float32Array,
  isPanel: readonly boolean[],
  settings: RebuildSettings,
): Promise<{ rowOf: Int32Array; radii: number[]; rows: number[] }> {
  const groups = Array.from({ length: clustering.centroids.rows }, () => ({
    similarity: [] as number[],
    weight: [] as number[],
    standsFor: [] as number[],
  })) satisfies Group[];
  for (const [i, row] of clustering.assignment.entries()) {
    groups[row]?.similarity.push(clustering.similarity[i] ?? 0);
    groups[row]?.weight.push(weights[i] ?? 1);
    groups[row]?.standsFor.push(isPanel[i] === true ? (weights[i] ?? 1) : 0);
  }
  await giveWay();
  const radii = learnRadii(groups, settings.radius);
  await giveWay();
  const isInside = (s: number, row: number): boolean => s >= (radii[row] ?? NOBODY);
  const inside = groups.map(({ similarity }, row) => similarity.filter((s) => isInside(s, row)).length);
  const rows: number[] = [];
  const renumbered = inside.map((count, row) => (count >= settings.smallest ? rows.push(row) - 1 : -1));
  const rowOf = clustering.assignment.map((row, i) =>
    isInside(clustering.similarity[i] ?? 0, row) ? (renumbered[row] ?? -1) : -1,
  );
  return { rowOf, radii, rows };
}
