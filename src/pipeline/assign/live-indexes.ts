/** The index in use, and how the next one comes to be: built beside it, then one reference is swapped. */
import type { Generation } from '../../domain/generation.ts';
import type { CentroidIndexes } from '../../ports/centroid-index.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import type { Gate } from '../gate.ts';
import { IndexCheck } from './index-check.ts';
import { buildLiveIndex, type LiveIndex, type Nearest, NOTHING, nearestClusters } from './live-index.ts';

type LiveDeps = {
  readonly space: string;
  readonly indexes: CentroidIndexes;
  readonly gate: Gate;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
};

export class LiveIndexes {
  readonly #deps: LiveDeps;
  /** null: the index is exact, and there is nothing to check. */
  readonly #check: IndexCheck | null;
  #newest: Generation | null = null;
  #live: LiveIndex | null = null;
  #building: Promise<void> = Promise.resolve();
  /** What a question waits for; null: nothing, the one in use will do. */
  #awaited: Promise<void> | null = null;

  constructor(deps: LiveDeps) {
    this.#deps = deps;
    this.#check = deps.indexes.kind === 'exact' ? null : new IndexCheck(deps);
  }

  take(generation: Generation): void {
    this.#newest = generation;
    this.#build(generation);
  }

  /** The space is gone: nothing is built any more, and the index lets go of its memory. */
  drop(): void {
    this.#newest = null;
    this.#building = this.#building.then(async () => {
      const live = this.#live;
      this.#live = null;
      await live?.index.release();
    });
    // Its thread may be gone as well, and the memory with it.
    this.#building.catch(() => undefined);
  }

  /** Throws when the index's thread has died; the next attempt builds it anew. */
  async nearest(vectors: readonly string[]): Promise<{ generation: number; nearest: Nearest[] }> {
    if (this.#live === null && this.#awaited === null && this.#newest !== null) this.#build(this.#newest);
    await this.#awaited;
    const live = this.#live;
    if (live === null) return { generation: 0, nearest: vectors.map(() => NOTHING) };
    try {
      const nearest = await nearestClusters(live, vectors);
      this.#checkSome(live, vectors, nearest);
      return { generation: live.generation, nearest };
    } catch (error) {
      if (this.#live === live) this.#live = null;
      throw error;
    }
  }

  /** Nobody waits for it. */
  #checkSome(live: LiveIndex, vectors: readonly string[], nearest: readonly Nearest[]): void {
    if (this.#check?.isDue !== true) return;
    const asked = vectors.map((vector, i) => ({ vector, similarity: nearest[i]?.similarity ?? 0 }));
    void this.#check.run(asked, live.centroids, live.dimension);
  }

  #build(generation: Generation): void {
    const built = this.#building.then(async () => {
      const before = this.#live;
      const next = await buildLiveIndex(this.#deps.indexes, generation, before);
      this.#live = next;
      if (before !== null && before.index !== next.index) await before.index.release();
      const { manifest } = generation;
      this.#deps.telemetry.generationAdopted(
        'assign',
        this.#deps.space,
        manifest.generation,
        manifest.event_time,
      );
    });
    this.#building = built.catch(() => {
      this.#live = null;
    });
    this.#deps.gate.extend(built);
    // A patch is there in a moment, and without any index there is nothing to answer with: both are waited for.
    if (this.#live === null || generation.manifest.type === 'patch') this.#await(built);
  }

  #await(built: Promise<void>): void {
    const awaited = built.finally(() => {
      if (this.#awaited === awaited) this.#awaited = null;
    });
    awaited.catch(() => undefined);
    this.#awaited = awaited;
  }
}
