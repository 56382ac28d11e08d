import type { Samples, SampleWindow } from './window.ts';

/** None of what is held. */
const NOBODY = -1;

/**
 * Samples under clusters that a rebuild makes and nobody has heard of yet. The window goes on meanwhile, for minutes where a model is asked for names: a
 * slot that holds another conversation by now belongs to none of them, nor does one whose conversation has gone on since and moved to another cluster.
 */
export class Drafted implements Samples {
  readonly #window: SampleWindow;
  readonly #clusters: (string | null)[];
  /** Whom each slot held, which snapshot of it, and where that was. */
  readonly #held: Float64Array;
  readonly #versions: Float64Array;
  readonly #before: (string | null)[];

  constructor(window: SampleWindow) {
    this.#window = window;
    this.#clusters = Array.from({ length: window.extent }, () => null);
    this.#before = Array.from({ length: window.extent }, () => null);
    this.#held = new Float64Array(window.extent).fill(NOBODY);
    this.#versions = new Float64Array(window.extent);
  }

  /** From now on this slot is of whom it holds now, if anybody. */
  hold(slot: number): void {
    const window = this.#window;
    this.#held[slot] = window.has(slot) ? window.conversation(slot) : NOBODY;
    this.#versions[slot] = window.version(slot);
    this.#before[slot] = window.cluster(slot);
  }

  isThere(slot: number): boolean {
    const window = this.#window;
    if (!window.has(slot) || this.#held[slot] !== window.conversation(slot)) return false;
    return this.#versions[slot] === window.version(slot) || this.#before[slot] === window.cluster(slot);
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
