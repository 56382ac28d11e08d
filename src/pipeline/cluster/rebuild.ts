/** One rebuild: k-means from the last centroids, what is large or scattered cut, twins merged, radii learned, ids inherited. */
import { Slice } from '../../algorithms/give-way.ts';
import { type Group, learnRadii, type RadiusSettings } from '../../algorithms/radius.ts';
import type { Generation, Relation } from '../../domain/generation.ts';
import type { Clusterer, Clustering, Matrix } from '../../ports/clusterer.ts';
import { centroidOf } from '../vectors.ts';
import { Drafted } from './drafted.ts';
import { inheritIds } from './identity.ts';
import type { Numbers } from './numbers.ts';
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
  /** The generation it began from, whose ids it inherits. */
  readonly from: Generation | null;
  /** Those that were looked at. */
  readonly slots: readonly number[];
  /** Under the new clusters: outliers are under none. */
  readonly drafted: Drafted;
  /** Of all conversations, as far as the panel tells. */
  readonly outlierRate: number;
};

type Sizes = Pick<RebuildSettings, 'membersPerCluster' | 'minClusters' | 'maxClusters'>;

/** Clusters aimed at for so many samples. */
export function clustersFor(samples: number, { membersPerCluster, minClusters, maxClusters }: Sizes): number {
  return Math.max(minClusters, Math.min(maxClusters, Math.round(samples / membersPerCluster)));
}

export type RebuildRequest = {
  readonly space: string;
  readonly window: SampleWindow;
  readonly slots: readonly number[];
  /** The generation it begins from. */
  readonly previous: Generation | null;
  readonly numbers: Numbers;
  readonly clusterer: Clusterer;
  readonly settings: RebuildSettings;
};

/** Slots looked at between two looks at the clock. */
const LOOK = 256;

/** O(n · k · d), in the clusterer's thread; here O(n), giving way. */
export async function rebuild(request: RebuildRequest): Promise<Rebuilt> {
  const { space, window, slots, previous, numbers, settings } = request;
  const drafted = new Drafted(window);
  const before: (string | null)[] = [];
  const isPanel = new Uint8Array(slots.length);
  const weights = new Float32Array(slots.length);
  await eachOf(slots, (slot, i) => {
    drafted.hold(slot);
    before.push(window.cluster(slot));
    isPanel[i] = window.brief(slot)?.panel === true ? 1 : 0;
    weights[i] = window.weight(slot);
  });
  const points = await window.matrix(slots);
  const hasLast = previous !== null && previous.clusters.length > 0;
  const initial = hasLast ? startFrom(previous, settings.maxClusters) : null;
  const final = await request.clusterer.cluster({
    points,
    weights,
    initial,
    // Afterwards it follows the data: see `moves`.
    k: initial === null ? clustersFor(slots.length, settings) : initial.rows,
    iterations: settings.iterations,
    seed: settings.seed + (previous?.manifest.generation ?? 0),
    moves: settings,
  });
  const { rowOf, radii, rows } = await insideRadius(final, weights, isPanel, settings);
  const known = new Set(previous?.clusters.map((cluster) => cluster.id));
  const identity = await inheritIds(before, rowOf, rows.length, known, numbers, space, weights);
  const homes = rows.map((source, row) => ({
    id: identity.ids[row] ?? '',
    centroid: rowOfMatrix(final.centroids, source),
    radius: radii[source] ?? NOBODY,
  }));
  const members: number[][] = rows.map(() => []);
  const nearness = rows.map(() => 0);
  const panel = { all: 0, outside: 0 };
  await eachOf(slots, (slot, i) => {
    const row = rowOf[i] ?? -1;
    drafted.put(slot, homes[row] ?? null);
    // The window went on while the worker computed.
    if (!drafted.isThere(slot)) return;
    members[row]?.push(slot);
    if (row >= 0) nearness[row] = (nearness[row] ?? 0) + (final.similarity[i] ?? 0);
    if (isPanel[i] === 0) return;
    panel.all += weights[i] ?? 1;
    if (row < 0) panel.outside += weights[i] ?? 1;
  });
  const clusters = homes.map((home, row) => ({
    ...home,
    meanSimilarity: (nearness[row] ?? 0) / Math.max(1, members[row]?.length ?? 0),
    members: members[row] ?? [],
    kept: identity.kept[row] ?? 0,
  }));
  return {
    clusters,
    relations: identity.relations,
    from: previous,
    slots,
    drafted,
    outlierRate: panel.all === 0 ? 0 : panel.outside / panel.all,
  };
}

/** Giving way. */
async function eachOf(slots: readonly number[], look: (slot: number, i: number) => void): Promise<void> {
  const slice = new Slice();
  for (const [i, slot] of slots.entries()) {
    look(slot, i);
    if (i % LOOK === LOOK - 1 && slice.isOver) await slice.giveWay();
  }
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
  isPanel: Uint8Array,
  settings: RebuildSettings,
): Promise<{ rowOf: Int32Array; radii: number[]; rows: number[] }> {
  const groups = Array.from({ length: clustering.centroids.rows }, () => ({
    similarity: [] as number[],
    weight: [] as number[],
    standsFor: [] as number[],
  })) satisfies Group[];
  const slice = new Slice();
  for (const [i, row] of clustering.assignment.entries()) {
    groups[row]?.similarity.push(clustering.similarity[i] ?? 0);
    groups[row]?.weight.push(weights[i] ?? 1);
    groups[row]?.standsFor.push(isPanel[i] === 1 ? (weights[i] ?? 1) : 0);
    if (i % LOOK === LOOK - 1 && slice.isOver) await slice.giveWay();
  }
  await slice.giveWay();
  const radii = learnRadii(groups, settings.radius);
  await slice.giveWay();
  const isInside = (s: number, row: number): boolean => s >= (radii[row] ?? NOBODY);
  const inside = groups.map(({ similarity }, row) => similarity.filter((s) => isInside(s, row)).length);
  const rows: number[] = [];
  const renumbered = inside.map((count, row) => (count >= settings.smallest ? rows.push(row) - 1 : -1));
  const rowOf = clustering.assignment.map((row, i) =>
    isInside(clustering.similarity[i] ?? 0, row) ? (renumbered[row] ?? -1) : -1,
  );
  return { rowOf, radii, rows };
}
