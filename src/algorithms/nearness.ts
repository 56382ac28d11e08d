/**
 * Which clusters are near each other, as such things go in this stream: as near as the nearest fiftieth of all pairs. A bound in
 * cosines would be another one for every embedding model and every text. Centroids are held as int8, a byte a dimension.
 */
import { hash53 } from './hash.ts';

/** Share of pairs that are near. */
const NEAR = 0.02;
/** Clusters whose pairs are looked at. */
const SAMPLE = 100;
/** Of fewer pairs the nearest fiftieth is not one. */
const FEWEST_PAIRS = 1 / NEAR;
const LARGEST = 127;

type Held = { readonly values: Int8Array; readonly length: number };

export type NearnessChunk = {
  readonly bound: number | null;
  readonly ids: readonly string[];
  /** Of each, its bytes as base64. */
  readonly values: readonly string[];
};

/** Clusters in one part of a snapshot. */
const CHUNK = 256;
/** Clusters taken in one go. */
const PAUSE = 200;

export class Nearness {
  readonly #held = new Map<string, Held>();
  /** Cosine similarity from which two are near; null: nothing is. */
  #bound: number | null = null;

  /** All clusters anew, and what near means among them. Pauses, so that the caller may do other work in between. O(clusters · d). */
  *replace(clusters: Iterable<readonly [id: string, centroid: Float32Array]>): Generator<number, void> {
    this.#held.clear();
    for (const [id, centroid] of clusters) {
      this.add(id, centroid);
      if (this.#held.size % PAUSE === 0) yield this.#held.size;
    }
    this.#bound = yield* this.#learn();
  }

  /** One more, by the same bound. O(d). */
  add(id: string, centroid: Float32Array): void {
    this.#held.set(id, heldOf(quantized(centroid)));
  }

  /** O(d); false when either is not known. */
  near(a: string, b: string): boolean {
    const [one, other] = [this.#held.get(a), this.#held.get(b)];
    if (one === undefined || other === undefined || this.#bound === null) return false;
    return similarity(one, other) >= this.#bound;
  }

  *chunks(): Generator<NearnessChunk> {
    const all = [...this.#held];
    for (let from = 0; from < all.length; from += CHUNK) {
      const part = all.slice(from, from + CHUNK);
      const values = part.map(([, { values: bytes }]) => Buffer.from(bytes).toString('base64'));
      yield { bound: this.#bound, ids: part.map(([id]) => id), values };
    }
  }

  restore({ bound, ids, values }: NearnessChunk): void {
    this.#bound = bound;
    for (const [i, id] of ids.entries())
      this.#held.set(id, heldOf(Int8Array.from(Buffer.from(values[i] ?? '', 'base64'))));
  }

  /** Of a sample that is the same for everybody. */
  *#learn(): Generator<number, number | null> {
    const sample = [...this.#held]
      .map(([id, held]) => ({ order: hash53(id), held }))
      .sort((a, b) => a.order - b.order)
      .slice(0, SAMPLE)
      .map(({ held }) => held);
    const found: number[] = [];
    for (const [i, one] of sample.entries()) {
      for (const other of sample.slice(0, i)) found.push(similarity(one, other));
      yield i;
    }
    if (found.length < FEWEST_PAIRS) return null;
    found.sort((a, b) => b - a);
    return found[Math.floor(found.length * NEAR)] ?? null;
  }
}

function quantized(vector: Float32Array): Int8Array {
  let largest = 0;
  for (const x of vector) largest = Math.max(largest, Math.abs(x));
  const values = new Int8Array(vector.length);
  // A thousand of them are adopted at one go: `Int8Array.from` with a function takes ten times as long.
  for (let i = 0; i < values.length; i++)
    values[i] = Math.round(((vector[i] ?? 0) / (largest || 1)) * LARGEST);
  return values;
}

function heldOf(values: Int8Array): Held {
  let sum = 0;
  for (const x of values) sum += x * x;
  return { values, length: Math.sqrt(sum) || 1 };
}

function similarity(a: Held, b: Held): number {
  let sum = 0;
  for (let i = 0; i < a.values.length; i++) sum += (a.values[i] ?? 0) * (b.values[i] ?? 0);
  return sum / (a.length * b.length);
}
