export type Neighbour = { readonly index: number; readonly similarity: number };

/** Nearest unit vectors by cosine. Promise (test/contracts/vector-index.ts): recall@1 against exact ≥ 0.99 at 1,000. */
export interface VectorIndex {
  readonly size: number;
  /** Adds a vector; its index is the number of vectors added before it. */
  add(vector: Float32Array): void;
  /** The nearest `k`, best first; fewer when it holds fewer. */
  nearest(vector: Float32Array, k: number): readonly Neighbour[];
}

export interface VectorIndexFactory {
  readonly kind: 'hnsw' | 'exact';
  create(options: { dimension: number; capacity: number }): VectorIndex;
}
