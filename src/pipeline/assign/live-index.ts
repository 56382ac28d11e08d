import type { Generation } from '../../domain/generation.ts';
import type { CentroidIndex, CentroidIndexes } from '../../ports/centroid-index.ts';
import { matrixOf } from '../vectors.ts';

/** One generation, ready for look-ups. Immutable: the next one is built beside it, then one reference is swapped. */
export type LiveIndex = {
  readonly generation: number;
  readonly full: number;
  readonly embedder: string;
  readonly dimension: number;
  readonly ids: readonly string[];
  readonly radii: readonly number[];
  /** As they travel. The generation's own: nothing is held twice. */
  readonly centroids: readonly string[];
  readonly index: CentroidIndex;
};

export type Nearest = {
  /** null: nothing near enough; an outlier. */
  readonly cluster: string | null;
  readonly similarity: number;
  /** Similarity to the best less that to the second best. */
  readonly margin: number;
};

export const NOTHING: Nearest = { cluster: null, similarity: 0, margin: 0 };

/** Builds the index of a generation; of a patch on the same full generation only what is new is added. O(k log k). */
export async function buildLiveIndex(
  indexes: CentroidIndexes,
  generation: Generation,
  before: LiveIndex | null,
): Promise<LiveIndex> {
  const { manifest, clusters } = generation;
  const ids = clusters.map((cluster) => cluster.id);
  const keeps =
    before !== null &&
    before.full === manifest.full &&
    before.embedder === manifest.embedder &&
    before.ids.every((id, i) => id === ids[i]);
  const { dimension } = manifest;
  const index = keeps
    ? before.index
    : indexes.create({ dimension, capacity: Math.max(64, clusters.length * 2) });
  const added = clusters.slice(index.size).map((cluster) => cluster.centroid);
  if (added.length > 0) await index.add(matrixOf(added, dimension));
  return {
    generation: manifest.generation,
    full: manifest.full,
    embedder: manifest.embedder,
    dimension,
    ids,
    radii: clusters.map((cluster) => cluster.radius),
    centroids: clusters.map((cluster) => cluster.centroid),
    index,
  };
}

/** The nearest cluster within its radius, for each vector (base64, as in topics). */
export async function nearestClusters(live: LiveIndex, vectors: readonly string[]): Promise<Nearest[]> {
  if (vectors.length === 0) return [];
  const { best, similarity, second } = await live.index.nearest(matrixOf(vectors, live.dimension));
  return vectors.map((_, i) => {
    const row = best[i] ?? -1;
    if (row < 0) return NOTHING;
    const near = similarity[i] ?? 0;
    // A row added by a patch that is not adopted yet has no radius here: what is nearest to it is an outlier still.
    const inside = near >= (live.radii[row] ?? 1);
    return {
      cluster: inside ? (live.ids[row] ?? null) : null,
      similarity: near,
      margin: near - (second[i] ?? 0),
    };
  });
}
