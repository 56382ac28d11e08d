import type { Generation } from '../../domain/generation.ts';
import { dot } from '../../domain/vector.ts';
import type { CentroidIndexes } from '../../ports/centroid-index.ts';
import { centroidOf, matrixOf } from '../vectors.ts';

/** The cluster each vector (base64) belongs to: the nearest, when it is within its radius. */
export type Homes = {
  find(vectors: readonly string[]): Promise<(string | null)[]>;
  release(): Promise<void>;
};

/** For many look-ups, away from this thread. O(k) a look-up, in batches. */
export function createHomes(indexes: CentroidIndexes, { manifest, clusters }: Generation): Homes {
  const { dimension } = manifest;
  const index = indexes.create({ dimension, capacity: Math.max(1, clusters.length) });
  const built = index.add(
    matrixOf(
      clusters.map(({ centroid }) => centroid),
      dimension,
    ),
  );
  built.catch(() => undefined); // Whoever looks up hears of it.
  return {
    async find(vectors) {
      if (vectors.length === 0) return [];
      await built;
      const { best, similarity } = await index.nearest(matrixOf(vectors, dimension));
      return vectors.map((_, i) => {
        const cluster = clusters[best[i] ?? -1];
        return cluster !== undefined && (similarity[i] ?? 0) >= cluster.radius ? cluster.id : null;
      });
    },
    release: () => index.release(),
  };
}

/** The nearest of the clusters younger than generation `since` within whose radius a vector lies. O(young clusters). */
export function youngHome({ clusters }: Generation, since: number, vector: Float32Array): string | null {
  let [home, most]: [string | null, number] = [null, Number.NEGATIVE_INFINITY];
  for (const cluster of clusters) {
    if (cluster.generation <= since) continue;
    const near = dot(centroidOf(cluster), vector);
    if (near >= cluster.radius && near > most) [home, most] = [cluster.id, near];
  }
  return home;
}

/** Whether there is a cluster already that this one would be a twin of. O(clusters). */
export function isKnown({ clusters }: Generation, centroid: Float32Array, mergeSimilarity: number): boolean {
  return clusters.some((cluster) => dot(centroidOf(cluster), centroid) >= mergeSimilarity);
}

/** The cluster that one with this centroid would be a twin of: the nearest; null: none. O(clusters). */
export function nearestTwin<C extends { readonly centroid: Float32Array }>(
  clusters: readonly C[],
  centroid: Float32Array,
  mergeSimilarity: number,
): C | null {
  let [twin, most]: [C | null, number] = [null, mergeSimilarity];
  for (const cluster of clusters) {
    const near = dot(cluster.centroid, centroid);
    if (near >= most) [twin, most] = [cluster, near];
  }
  return twin;
}
