import type { Matrix } from '../../ports/clusterer.ts';

/** In memory that both threads see: a message would copy it on either side. */
export function shared(matrix: Matrix): Matrix {
  if (matrix.data.buffer instanceof SharedArrayBuffer) return matrix;
  const data = new Float32Array(new SharedArrayBuffer(matrix.data.byteLength));
  data.set(matrix.data);
  return { ...matrix, data };
}
