/** Row-major n × dimension unit vectors. */
export type Matrix = { readonly data: Float32Array; readonly rows: number; readonly dimension: number };

export type ClusteringRequest = {
  readonly points: Matrix;
  /** Warm start: rows are the last centroids. Fewer than k rows: the rest is drawn. */
  readonly initial: Matrix | null;
  readonly k: number;
  readonly iterations: number;
  readonly seed: number;
  /** Afterwards twins become one and small clusters go (algorithms/consolidate.ts), and all points find a place again. */
  readonly merge?: { readonly similarity: number; readonly smallest: number };
};

export type Clustering = {
  readonly centroids: Matrix;
  /** Row of the nearest centroid, a point each. */
  readonly assignment: Int32Array;
  readonly similarity: Float32Array;
  /** Mean squared Euclidean distance to the own centroid: 2 − 2·cosine. */
  readonly inertia: number;
  readonly iterations: number;
};

/** Spherical k-means off the calling thread; points in a SharedArrayBuffer are not copied. Same request, same answer. */
export interface Clusterer {
  cluster(request: ClusteringRequest): Promise<Clustering>;
  stop(): Promise<void>;
}
