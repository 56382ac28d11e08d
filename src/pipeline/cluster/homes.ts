import type { Generation } from '../../domain/generation.ts';
import { decodeVector, dot } from '../../domain/vector.ts';
import type { VectorIndexFactory } from '../../ports/vector-index.ts';

/** The cluster a vector belongs to: the nearest, when it is within its radius. */
export type Homes = (vector: Float32Array) => string | null;

/** For many look-ups. O(k log k) to make, O(log k) a look-up. */
export function createHomes(factory: VectorIndexFactory, { manifest, clusters }: Generation): Homes {
  if (clusters.length === 0) return () => null;
  const index = factory.create({ dimension: manifest.dimension, capacity: clusters.length });
  for (const cluster of clusters) index.add(decodeVector(cluster.centroid));
  return (vector) => {
    const [best] = index.nearest(vector, 1);
    const cluster = best === undefined ? undefined : clusters[best.index];
    return best !== undefined && cluster !== undefined && best.similarity >= cluster.radius
      ? cluster.id
      : null;
  };
}

/** A cluster younger than generation `since` within whose radius a vector lies. O(young clusters). */
export function youngHome({ clusters }: Generation, since: number, vector: Float32Array): string | null {
  for (const { id, generation, centroid, radius } of clusters) {
    if (generation > since && dot(decodeVector(centroid), vector) >= radius) return id;
  }
  return null;
}
