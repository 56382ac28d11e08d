import type { ClusterRecord, Generation } from '../../domain/generation.ts';
import { decodeVector, dot } from '../../domain/vector.ts';
import type { VectorIndexFactory } from '../../ports/vector-index.ts';

const decoded = new WeakMap<ClusterRecord, Float32Array>();

/** The centroid of a record, decoded once: outliers are compared with hundreds of them, each. */
export function centroidOf(record: ClusterRecord): Float32Array {
  let centroid = decoded.get(record);
  if (centroid === undefined) {
    centroid = decodeVector(record.centroid);
    decoded.set(record, centroid);
  }
  return centroid;
}

/** The cluster a vector belongs to: the nearest, when it is within its radius. */
export type Homes = (vector: Float32Array) => string | null;

/** For many look-ups. O(k log k) to make, O(log k) a look-up. */
export function createHomes(factory: VectorIndexFactory, { manifest, clusters }: Generation): Homes {
  if (clusters.length === 0) return () => null;
  const index = factory.create({ dimension: manifest.dimension, capacity: clusters.length });
  for (const cluster of clusters) index.add(centroidOf(cluster));
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
  for (const cluster of clusters) {
    if (cluster.generation > since && dot(centroidOf(cluster), vector) >= cluster.radius) return cluster.id;
  }
  return null;
}
