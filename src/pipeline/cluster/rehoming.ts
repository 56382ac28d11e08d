import type { Generation } from '../../domain/generation.ts';
import type { Sample } from '../../domain/point.ts';
import type { CentroidIndexes } from '../../ports/centroid-index.ts';
import { createHomes, type Homes } from './homes.ts';

/** Samples read again after a restart: the log says where each was put then, but rebuilds have moved some since. */
export class Rehoming {
  readonly #centroids: CentroidIndexes;
  readonly #own: { readonly space: string; readonly embedder: string };
  #homes: Homes | null = null;

  constructor(centroids: CentroidIndexes, own: { readonly space: string; readonly embedder: string }) {
    this.#centroids = centroids;
    this.#own = own;
  }

  /** Where each belongs by now. O(clusters) for each that may have moved, away from this thread. */
  async of(samples: readonly Sample[], generation: Generation): Promise<ReadonlyMap<Sample, string | null>> {
    const { full, generation: newest } = generation.manifest;
    const homes = new Map(samples.map((sample) => [sample, sample.cluster]));
    const moved = samples.filter(
      (sample) =>
        sample.space === this.#own.space &&
        sample.embedder === this.#own.embedder &&
        (sample.generation < full || (sample.cluster === null && sample.generation < newest)),
    );
    if (moved.length === 0) return homes;
    this.#homes ??= createHomes(this.#centroids, generation);
    const found = await this.#homes.find(moved.map(({ vector }) => vector));
    for (const [i, sample] of moved.entries()) homes.set(sample, found[i] ?? null);
    return homes;
  }

  /** All has been read again. */
  async release(): Promise<void> {
    const homes = this.#homes;
    this.#homes = null;
    await homes?.release();
  }
}
