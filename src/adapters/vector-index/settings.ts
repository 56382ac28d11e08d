import type { VectorIndexFactory } from '../../ports/vector-index.ts';
import { createExactIndexes } from './exact.ts';
import { createHnswIndexes } from './hnsw.ts';

export type IndexSettings =
  | { readonly kind: 'exact' }
  | {
      readonly kind: 'hnsw';
      readonly m: number;
      readonly efConstruction: number;
      readonly efSearch: number;
    };

export function createIndexes(settings: IndexSettings): VectorIndexFactory {
  return settings.kind === 'exact' ? createExactIndexes() : createHnswIndexes(settings);
}
