import type { HnswOptions } from './hnsw.ts';

/** How centroids are searched: compared with all of them, or by a walk through a graph. */
export type IndexSettings = { readonly kind: 'exact' } | ({ readonly kind: 'hnsw' } & HnswOptions);
