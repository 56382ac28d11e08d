import type { Matrix } from './clusterer.ts';

/** A point of the map. Only distances mean something: which axis is which does not. */
export type Place = { readonly x: number; readonly y: number };

export type ProjectionRequest = {
  /** One a row of `points`; what the rows are called from one layout to the next. */
  readonly ids: readonly string[];
  readonly points: Matrix;
  /** The last layout, by id; empty: there was none. */
  readonly last: ReadonlyMap<string, Place>;
  readonly seed: number;
};

/**
 * Lays unit vectors out in two dimensions, near ones near each other, off the calling thread. Promises:
 * - one place a row, in their order, and every number finite, however few or alike the rows are;
 * - the same request gets the same answer;
 * - rows keep their places: the layout starts from the last one, and is turned, mirrored and moved to lie on it as well as it can.
 */
export interface Projector {
  project(request: ProjectionRequest): Promise<readonly Place[]>;
  stop(): Promise<void>;
}
