import hnswlib from 'hnswlib-node';
import { CliowatchError } from '../../domain/errors.ts';
import type { Neighbour, VectorIndex, VectorIndexFactory } from '../../ports/vector-index.ts';

export type HnswOptions = {
  /** Links a node. */
  readonly m: number;
  /** Candidates kept while building. */
  readonly efConstruction: number;
  /** Candidates kept while searching: higher finds more of the true neighbours, and takes longer. */
  readonly efSearch: number;
};

/** Approximate nearest neighbours over a layered graph (Malkov and Yashunin 2016). O(log size) a look-up. */
export function createHnswIndexes(options: HnswOptions): VectorIndexFactory {
  return {
    kind: 'hnsw',
    create: ({ dimension, capacity }) => createHnswIndex(options, dimension, Math.max(1, capacity)),
  };
}

function createHnswIndex(options: HnswOptions, dimension: number, capacity: number): VectorIndex {
  // Inner product is cosine on unit vectors, and spares a normalisation at every call.
  const graph = new hnswlib.HierarchicalNSW('ip', dimension);
  graph.initIndex({ maxElements: capacity, m: options.m, efConstruction: options.efConstruction });
  graph.setEf(options.efSearch);
  // The library takes plain arrays only. One that is used again costs a tenth of making one a call.
  const plain = new Array<number>(dimension).fill(0);
  let room = capacity;
  let size = 0;

  function toPlain(vector: Float32Array): number[] {
    if (vector.length !== dimension) {
      throw new CliowatchError('wrong-dimension', `a vector of ${dimension} numbers is expected`, {
        value: vector.length,
      });
    }
    for (let i = 0; i < dimension; i++) plain[i] = vector[i] ?? 0;
    return plain;
  }

  function add(vector: Float32Array): void {
    const point = toPlain(vector);
    if (size === room) {
      room *= 2;
      graph.resizeIndex(room);
    }
    graph.addPoint(point, size);
    size += 1;
  }

  function nearest(vector: Float32Array, k: number): readonly Neighbour[] {
    const wanted = Math.min(k, size);
    const query = toPlain(vector);
    if (wanted < 1) return [];
    const { neighbors, distances } = graph.searchKnn(query, wanted);
    return neighbors.map((index, i) => ({ index, similarity: 1 - (distances[i] ?? 1) }));
  }

  return {
    get size() {
      return size;
    },
    add,
    nearest,
  };
}
