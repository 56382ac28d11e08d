import { CliowatchError } from '../../src/domain/errors.ts';
import type { Neighbour, VectorIndex, VectorIndexFactory } from '../../src/ports/vector-index.ts';

/** Compares with every vector: the truth that approximate indexes are held to. O(size · dimension) a look-up. */
export function createExactIndexes(): VectorIndexFactory {
  return {
    kind: 'exact',
    create: ({ dimension, capacity }) => createExactIndex(dimension, Math.max(1, capacity)),
  };
}

function createExactIndex(dimension: number, capacity: number): VectorIndex {
  let rows = new Float32Array(capacity * dimension);
  let size = 0;

  function add(vector: Float32Array): void {
    checkDimension(vector, dimension);
    if ((size + 1) * dimension > rows.length) {
      const larger = new Float32Array(rows.length * 2);
      larger.set(rows);
      rows = larger;
    }
    rows.set(vector, size * dimension);
    size += 1;
  }

  function nearest(vector: Float32Array, k: number): readonly Neighbour[] {
    checkDimension(vector, dimension);
    const best: Neighbour[] = [];
    for (let index = 0; index < size; index++) {
      const similarity = dotAt(rows, index * dimension, vector);
      if (best.length < k) best.push({ index, similarity });
      else if (similarity > (best[k - 1]?.similarity ?? Infinity)) best[k - 1] = { index, similarity };
      else continue;
      // One step of insertion sort; equal similarities keep the order they were added in.
      for (let at = best.length - 1; at > 0; at--) {
        const [left, right] = [best[at - 1], best[at]];
        if (left === undefined || right === undefined || left.similarity >= right.similarity) break;
        best[at - 1] = right;
        best[at] = left;
      }
    }
    return best;
  }

  return {
    get size() {
      return size;
    },
    add,
    nearest,
  };
}

/** The inner product of a row and a vector; a view of the row would cost more than the product. */
function dotAt(rows: Float32Array, offset: number, vector: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < vector.length; i++) sum += (rows[offset + i] ?? 0) * (vector[i] ?? 0);
  return sum;
}

function checkDimension(vector: Float32Array, dimension: number): void {
  if (vector.length === dimension) return;
  throw new CliowatchError('wrong-dimension', `a vector of ${dimension} numbers is expected`, {
    value: vector.length,
  });
}
