import type { Matrix } from './clusterer.ts';

/** For each vector asked about: row of the nearest centroid (−1: there is none), its cosine, and that of the second best. */
export type NearestTwo = {
  readonly best: Int32Array;
  readonly similarity: Float32Array;
  readonly second: Float32Array;
};

/**
 * The centroids of one generation, searched away from the calling thread. Rows are numbered in the order they are added;
 * a question sees all that was added before it was asked. Promise: the same rows in the same order give the same answers.
 */
export interface CentroidIndex {
  /** Rows added, those under way included. */
  readonly size: number;
  add(centroids: Matrix): Promise<void>;
  nearest(vectors: Matrix): Promise<NearestTwo>;
  /** Lets go of the memory; nothing may be asked after. */
  release(): Promise<void>;
}

/** Comparing many with many, away from the calling thread. */
export interface Neighbours {
  /**
   * Rows of the `count` of `among` nearest to each vector, nearest first: vectors × count, −1 where there are fewer. Always the true
   * nearest. O(vectors · among · dimension).
   */
  nearestOf(vectors: Matrix, among: Matrix, count: number): Promise<Int32Array>;
}

export interface CentroidIndexes extends Neighbours {
  readonly kind: 'hnsw' | 'exact';
  create(options: { readonly dimension: number; readonly capacity: number }): CentroidIndex;
  stop(): Promise<void>;
}
