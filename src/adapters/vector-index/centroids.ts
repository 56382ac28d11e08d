import type { CentroidIndex, CentroidIndexes, NearestTwo } from '../../ports/centroid-index.ts';
import type { Matrix } from '../../ports/clusterer.ts';
import type { VectorIndexFactory } from '../../ports/vector-index.ts';

/** Centroid indexes on the calling thread, of any index of vectors: as true as that is. */
export function createCentroids(factory: VectorIndexFactory): CentroidIndexes {
  return {
    kind: factory.kind,
    create(options): CentroidIndex {
      const index = factory.create(options);
      return {
        get size() {
          return index.size;
        },
        async add(centroids) {
          for (let row = 0; row < centroids.rows; row++) index.add(rowOf(centroids, row));
        },
        async nearest(vectors) {
          const found: NearestTwo = {
            best: new Int32Array(vectors.rows).fill(-1),
            similarity: new Float32Array(vectors.rows),
            second: new Float32Array(vectors.rows),
          };
          for (let row = 0; row < vectors.rows; row++) {
            const [best, second] = index.nearest(rowOf(vectors, row), 2);
            if (best === undefined) continue;
            found.best[row] = best.index;
            found.similarity[row] = best.similarity;
            found.second[row] = second?.similarity ?? 0;
          }
          return found;
        },
        release: async () => undefined,
      };
    },
    async nearestOf(vectors, among, count) {
      const found = new Int32Array(vectors.rows * count).fill(-1);
      if (among.rows === 0) return found;
      const index = factory.create({ dimension: among.dimension, capacity: among.rows });
      for (let row = 0; row < among.rows; row++) index.add(rowOf(among, row));
      for (let row = 0; row < vectors.rows; row++)
        found.set(
          index.nearest(rowOf(vectors, row), count).map((neighbour) => neighbour.index),
          row * count,
        );
      return found;
    },
    stop: async () => undefined,
  };
}

function rowOf({ data, dimension }: Matrix, row: number): Float32Array {
  return data.subarray(row * dimension, (row + 1) * dimension);
}
