import { createCentroids } from '../../../src/adapters/vector-index/centroids.ts';
import { createThreadedCentroids } from '../../../src/adapters/vector-index/centroids-thread.ts';
import { createExactCentroids } from '../../../src/adapters/vector-index/exact-centroids.ts';
import { centroidIndexContract } from '../../contracts/centroid-index.ts';
import { createExactIndexes } from '../../support/exact-index.ts';

const GRAPH = { kind: 'hnsw', m: 16, efConstruction: 200, efSearch: 64 } as const;

centroidIndexContract('a graph, in a thread', async () => createThreadedCentroids(GRAPH));
centroidIndexContract('matrix product, in a thread', async () => createThreadedCentroids({ kind: 'exact' }));
centroidIndexContract('matrix product', () => createExactCentroids((work) => work()));
centroidIndexContract('one by one', async () => createCentroids(createExactIndexes()));
