import { createHnswIndexes } from '../../../src/adapters/vector-index/hnsw.ts';
import { vectorIndexContract } from '../../contracts/vector-index.ts';

vectorIndexContract('hnsw', createHnswIndexes({ m: 16, efConstruction: 200, efSearch: 64 }));
