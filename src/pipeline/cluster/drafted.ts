import type { Samples, SampleWindow } from './window.ts';

/** None of what is held. */
const NOBODY = -1;

/**
 * Samples under clusters that a rebuild makes and nobody has heard of yet. The window goes on meanwhile, for minutes where a model is asked for names: a
 * slot that holds another conversation by now belongs to none of them, and one whose conversation has gone on since is where that was put.
 */
export class Drafted implements Samples {
  readonly #window: SampleWindow;
  readonly #clusters: (string | null)[];
  /** Whom each slot held, and which snapshot of it. */
  readonly #held: Float64Array;
  readonly #versions: Float64Array;

  constructor(window: SampleWindow) {
    this.#window = window;
    this.#clusters = Array.from({ length: window.extent }, () => null);
    this.#held = new Float64Array(window.extent).fill(NOBODY);
    this.#versions = new Float64Array(window.extent);
  }

  /** From now on this slot is of whom it holds now, if anybody. */
  hold(slot: number): void {
    this.#held[slot] = this.#window.has(slot) ? this.#window.conversation(slot) : NOBODY;
    this.#versions[slot] = this.#window.version(slot);
  }

  /** The same conversation, which may have gone on. */
  isThere(slot: number): boolean {
    return this.#window.has(slot) && this.#held[slot] === this.#window.conversation(slot);
  }

  /** As it was. */
  isUnchanged(slot: number): boolean {
    return this.isThere(slot) && this.#versions[slot] === this.#window.version(slot);
  }

  setCluster(slot: number, cluster: string | null): void {
    this.#clusters[slot] = cluster;
  }

  cluster(slot: number): string | null {
    if (!this.isThere(slot)) return null;
    return this.isUnchanged(slot) ? (this.#clusters[slot] ?? null) : this.#window.cluster(slot);
  }

  vector(slot: number): Float32Array {
    return this.#window.vector(slot);
  }

  weight(slot: number): number {
    return this.#window.weight(slot);
  }

  member(slot: number): ReturnType<Samples['member']> {
    return this.#window.member(slot);
  }

  brief(slot: number): ReturnType<Samples['brief']> {
    return this.#window.brief(slot);
  }
}
