import type { Samples, SampleWindow } from './window.ts';

/**
 * Samples under clusters that a rebuild makes and nobody has heard of yet. The window goes on meanwhile, for minutes where a model is asked for names: a
 * slot that holds another conversation by now belongs to none of them.
 */
export class Drafted implements Samples {
  readonly #window: SampleWindow;
  readonly #clusters: (string | null)[];
  /** Whom each slot held; none of them, where that is no matter. */
  readonly #held: Float64Array;

  constructor(window: SampleWindow) {
    this.#window = window;
    this.#clusters = Array.from({ length: window.extent }, () => null);
    this.#held = new Float64Array(window.extent).fill(-1);
  }

  /** From now on this slot is of whom it holds now. */
  hold(slot: number): void {
    this.#held[slot] = this.#window.conversation(slot);
  }

  isThere(slot: number): boolean {
    return this.#held[slot] === this.#window.conversation(slot);
  }

  setCluster(slot: number, cluster: string | null): void {
    this.#clusters[slot] = cluster;
  }

  cluster(slot: number): string | null {
    return this.isThere(slot) ? (this.#clusters[slot] ?? null) : null;
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
