import type { UnitVector } from '../domain/vector.ts';

/**
 * Texts to unit vectors. Promises (test/contracts/embedder.ts): one vector a text, in order; length 1; `dimension`
 * numbers; the same text gives the same vector whatever its companions in the call; never blocks the calling thread.
 */
export interface Embedder {
  /** Model id and dimension, such as `all-MiniLM-L6-v2-int8:384`. Vectors of two ids are never compared. */
  readonly id: string;
  readonly dimension: number;
  embed(texts: readonly string[]): Promise<UnitVector[]>;
  stop(): Promise<void>;
}
