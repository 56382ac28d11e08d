/** Row-major n × dimension unit vectors. */
export type Matrix = { readonly data: Float32Array; readonly rows: number; readonly dimension: number };

export type ClusteringRequest = {
  readonly points: Matrix;
  /** What each point stands for; absent: itself. */
  readonly weights?: Float32Array;
  /** Warm start: rows are the last centroids. Fewer than k rows: the rest is drawn. */
  readonly initial: Matrix | null;
  readonly k: number;
  readonly iterations: number;
  readonly seed: number;
  /** Afterwards what is large or scattered is cut, twins become one and small clusters go (algorithms/recluster.ts). Absent: plain k-means. */
  readonly moves?: {
    readonly membersPerCluster: number;
    readonly smallest: number;
    readonly minClusters: number;
    readonly maxClusters: number;
    readonly mergeSimilarity: number;
  };
};

export type Clustering = {
  readonly centroids: Matrix;
  /** Row of the nearest centroid, a point each. */
  readonly assignment: Int32Array;
  readonly similarity: Float32Array;
  /** Mean squared Euclidean distance to the own centroid, weighted: 2 − 2·cosine. */
  readonly inertia: number;
  readonly iterations: number;
};

/** Spherical k-means off the calling thread; points in a SharedArrayBuffer are not copied. Same request, same answer. */
export interface Clusterer {
  cluster(request: ClusteringRequest): Promise<Clustering>;
  stop(): Promise<void>;
}
