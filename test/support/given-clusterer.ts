/** A clusterer whose clusters are given by the test: which prototypes belong together is its choice, and may change. */
import { dot, toUnit } from '../../src/domain/vector.ts';
import type { Clusterer, Clustering, ClusteringRequest } from '../../src/ports/clusterer.ts';

export type GivenClusterer = Clusterer & {
  /** Prototypes of each cluster: a point belongs to that of its nearest one. */
  clusters: readonly (readonly Float32Array[])[];
};

export function createGivenClusterer(clusters: GivenClusterer['clusters']): GivenClusterer {
  const given: GivenClusterer = {
    clusters,
    cluster: async (request) => clusterBy(given.clusters, request),
    stop: async () => undefined,
  };
  return given;
}

function clusterBy(clusters: GivenClusterer['clusters'], { points }: ClusteringRequest): Clustering {
  const { rows, dimension, data } = points;
  const pointAt = (i: number) => data.subarray(i * dimension, (i + 1) * dimension);
  const nearest = Array.from({ length: rows }, (_, i) => nearestOf(clusters, pointAt(i)));
  const there = [...new Set(nearest)].sort((a, b) => a - b);
  const centroids = there.map((cluster) => {
    const sum = new Array<number>(dimension).fill(0);
    for (const [i, of] of nearest.entries())
      if (of === cluster) for (const [d, x] of pointAt(i).entries()) sum[d] = (sum[d] ?? 0) + x;
    return toUnit(sum);
  });
  const assignment = Int32Array.from(nearest, (cluster) => there.indexOf(cluster));
  const similarity = Float32Array.from(assignment, (row, i) =>
    dot(centroids[row] ?? new Float32Array(dimension), pointAt(i)),
  );
  const flat = Float32Array.from(centroids.flatMap((centroid) => [...centroid]));
  return {
    centroids: { data: flat, rows: there.length, dimension },
    assignment,
    similarity,
    inertia: 0,
    iterations: 1,
  };
}

function nearestOf(clusters: GivenClusterer['clusters'], point: Float32Array): number {
  let best = 0;
  let highest = Number.NEGATIVE_INFINITY;
  for (const [i, prototypes] of clusters.entries())
    for (const prototype of prototypes) {
      const similarity = dot(prototype, point);
      if (similarity > highest) [best, highest] = [i, similarity];
    }
  return best;
}
