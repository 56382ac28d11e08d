import { inPieces } from '../../algorithms/give-way.ts';
import { HOUR } from '../../domain/ids.ts';
import { dot, ROUNDING } from '../../domain/vector.ts';
import type { CentroidIndexes } from '../../ports/centroid-index.ts';
import type { Matrix } from '../../ports/clusterer.ts';
import { matrixOfRows } from '../vectors.ts';
import type { SampleWindow } from './window.ts';

/** Rows at most: 31 MB at 384 numbers, some 10 ms for up to 16 look-ups. */
const ROWS = 20_000;
/** Fewer say too little about what is usual. */
const ENOUGH = 500;
/** By so much the past grows before it is looked at again. */
const GROWN_MS = 2 * HOUR;
/** Of the past so many neighbours are looked at: a place with more of it is not new. */
const NEIGHBOURS = 12;
/** Window slots looked at in one go. */
const PIECE = 2_000;
/** Look-ups at one go. */
const PART = 64;

/** A conversation of the past: how near, and how many of the average one it stands for. */
export type Nearby = { readonly similarity: number; readonly weight: number };

/** What was usual before a given time: a sample of the window's panel, compared with exactly and away from this thread. */
export class Past {
  readonly #centroids: CentroidIndexes;
  #matrix: Matrix | null = null;
  #weights: readonly number[] = [];
  #before = Number.NEGATIVE_INFINITY;
  /** What has been looked up since, by the vector: around the same it is looked at again and again. */
  #known = new WeakMap<Float32Array, Nearby[]>();

  constructor(centroids: CentroidIndexes) {
    this.#centroids = centroids;
  }

  /** Conversations to compare with; 0: too few to say what is usual. */
  get rows(): number {
    const rows = this.#matrix?.rows ?? 0;
    return rows < ENOUGH ? 0 : rows;
  }

  /** Takes what came before (event time, ms) as the past, when that is much more than it was. O(window), in pieces; nothing may be added meanwhile. */
  async renew(window: SampleWindow, before: number): Promise<void> {
    if (before - this.#before < GROWN_MS) return;
    const slots: { slot: number; weight: number; place: number }[] = [];
    let total = 0;
    for await (const piece of inPieces(window.slots(), PIECE)) {
      for (const slot of piece) {
        const brief = window.brief(slot);
        if (brief === undefined || !brief.panel || brief.at >= before) continue;
        const weight = window.weight(slot);
        total += weight;
        slots.push({ slot, weight, place: brief.conversation / 2 ** 53 });
      }
    }
    // In proportion to what each stands for: those that are taken then stand for the same.
    const each = Math.max(total / ROWS, Number.MIN_VALUE);
    const taken = slots.length <= ROWS ? slots : slots.filter(({ weight, place }) => place < weight / each);
    const stand =
      slots.length <= ROWS
        ? taken.map(({ weight }) => weight)
        : taken.map(({ weight }) => Math.max(each, weight));
    const mean = stand.reduce((sum, weight) => sum + weight, 0) / Math.max(1, stand.length);
    this.#matrix = await window.matrix(taken.map(({ slot }) => slot));
    this.#weights = stand.map((weight) => weight / Math.max(mean, Number.MIN_VALUE));
    this.#before = before;
    this.#known = new WeakMap();
  }

  /** The nearest of the past to each vector, nearest first. O(vectors not asked for before · rows · dimension), in a thread. */
  async nearest(vectors: readonly Float32Array[]): Promise<Nearby[][]> {
    const among = this.#matrix;
    if (among === null) return vectors.map(() => []);
    const known = this.#known;
    const asked = [...new Set(vectors)].filter((vector) => !known.has(vector));
    for (let from = 0; from < asked.length; from += PART) {
      const part = asked.slice(from, from + PART);
      const rows = await this.#centroids.nearestOf(matrixOfRows(part), among, NEIGHBOURS);
      for (const [i, vector] of part.entries()) {
        const own = [...rows.subarray(i * NEIGHBOURS, (i + 1) * NEIGHBOURS)].filter((row) => row >= 0);
        known.set(vector, this.#nearby(own, vector, among));
      }
    }
    return vectors.map((vector) => known.get(vector) ?? []);
  }

  #nearby(rows: readonly number[], vector: Float32Array, { data, dimension }: Matrix): Nearby[] {
    return rows.map((row) => ({
      similarity: dot(vector, data.subarray(row * dimension, (row + 1) * dimension)),
      weight: this.#weights[row] ?? 1,
    }));
  }
}

/** As many neighbours as are looked at are all within reach: there may be more. */
export const isCrowded = (past: readonly Nearby[], radius: number): boolean =>
  past.length === NEIGHBOURS && (past.at(-1)?.similarity ?? -1) >= radius - ROUNDING;
