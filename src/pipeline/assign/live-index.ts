import type { Generation } from '../../domain/generation.ts';
import { decodeVector } from '../../domain/vector.ts';
import type { VectorIndex, VectorIndexFactory } from '../../ports/vector-index.ts';

/** One generation, ready for look-ups. Immutable: the next one is built beside it, then one reference is swapped. */
export type LiveIndex = {
  readonly generation: number;
  readonly full: number;
  readonly embedder: string;
  readonly ids: readonly string[];
  readonly radii: readonly number[];
  readonly index: VectorIndex;
};

export type Nearest = {
  /** null: nothing near enough; an outlier. */
  readonly cluster: string | null;
  readonly similarity: number;
  /** Similarity to the best less that to the second best. */
  readonly margin: number;
};

const NOTHING: Nearest = { cluster: null, similarity: 0, margin: 0 };

/** Builds the index of a generation; of a patch on the same full generation only what is new is added. O(k log k). */
export function buildLiveIndex(
  factory: VectorIndexFactory,
  generation: Generation,
  before: LiveIndex | null,
): LiveIndex {
  const { manifest, clusters } = generation;
  const ids = clusters.map((cluster) => cluster.id);
  const keeps =
    before !== null &&
    before.full === manifest.full &&
    before.embedder === manifest.embedder &&
    before.ids.every((id, i) => id === ids[i]);
  const index = keeps
    ? before.index
    : factory.create({ dimension: manifest.dimension, capacity: Math.max(64, clusters.length * 2) });
  for (const cluster of clusters.slice(index.size)) index.add(decodeVector(cluster.centroid));
  return {
    generation: manifest.generation,
    full: manifest.full,
    embedder: manifest.embedder,
    ids,
    radii: clusters.map((cluster) => cluster.radius),
    index,
  };
}

/** The nearest cluster within its radius. */
export function nearestCluster(live: LiveIndex, vector: Float32Array): Nearest {
  const [best, second] = live.index.nearest(vector, 2);
  if (best === undefined) return NOTHING;
  const margin = best.similarity - (second?.similarity ?? 0);
  const inside = best.similarity >= (live.radii[best.index] ?? 1);
  return {
    cluster: inside ? (live.ids[best.index] ?? null) : null,
    similarity: best.similarity,
    margin,
  };
}
