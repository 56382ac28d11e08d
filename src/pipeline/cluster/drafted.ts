import { dot } from '../../domain/vector.ts';
import type { Samples, SampleWindow } from './window.ts';

/** None of what is held. */
const NOBODY = -1;

/** A cluster as far as a sample asks: its centroid, and the lowest similarity that belongs. */
export type Home = { readonly id: string; readonly centroid: Float32Array; readonly radius: number };

/**
 * Samples under clusters that a rebuild makes and nobody has heard of yet. The window goes on meanwhile, for minutes where a model is asked for names: a
 * slot that holds another conversation by now belongs to none of them, nor does one whose conversation has gone on since and moved.
 */
export class Drafted implements Samples {
  readonly #window: SampleWindow;
  readonly #homes: (Home | null)[];
  /** Whom each slot held, which snapshot of it, and where that was. */
  readonly #held: Float64Array;
  readonly #versions: Float64Array;
  readonly #before: (string | null)[];

  constructor(window: SampleWindow) {
    this.#window = window;
    this.#homes = new Array<Home | null>(window.extent).fill(null);
    this.#before = new Array<string | null>(window.extent).fill(null);
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

  put(slot: number, home: Home | null): void {
    this.#homes[slot] = home;
  }

  /** The same conversation is in it. */
  isHeld(slot: number): boolean {
    return this.#window.has(slot) && this.#held[slot] === this.#window.conversation(slot);
  }

  /** The same, as it was; or it has gone on, assign has left it where it was, and it lies where the draft has put it still. */
  isThere(slot: number): boolean {
    const window = this.#window;
    if (!this.isHeld(slot)) return false;
    if (this.#versions[slot] === window.version(slot)) return true;
    if (this.#before[slot] !== window.cluster(slot)) return false;
    const home = this.#homes[slot] ?? null;
    if (home === null) return this.#before[slot] === null;
    return dot(window.vector(slot), home.centroid) >= home.radius;
  }

  /** null: an outlier, or not there. */
  cluster(slot: number): string | null {
    return this.isThere(slot) ? (this.#homes[slot]?.id ?? null) : null;
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
