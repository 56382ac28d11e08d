import { dot, toUnit } from '../../domain/vector.ts';
import type { VectorIndex, VectorIndexFactory } from '../../ports/vector-index.ts';

export type NewbornSettings = {
  readonly similarity: number;
  readonly minAccounts: number;
  readonly minConversations: number;
  readonly minTemplates: number;
  readonly buffer: number;
  readonly maxAgeMs: number;
};

export type Outlier = {
  /** Belonged to no cluster; else to one that it is far from. */
  readonly homeless: boolean;
  readonly conversation: number;
  readonly account: string;
  readonly sketch: string;
  readonly at: number;
};

export type Newborn = {
  readonly centroid: Float32Array;
  /** Of the sum of unit vectors that it is the direction of. */
  readonly length: number;
  /** Lowest similarity of a founder to the centroid. */
  readonly loosest: number;
  readonly founders: readonly Outlier[];
  readonly at: number;
};

/** Lowest similarity to a newborn's centroid that belongs: a little looser than its founders. */
export function newbornRadius(newborn: Newborn, floor: number): number {
  return Math.max(floor, newborn.loosest - 0.05);
}

export type NewbornVerdict =
  | { readonly verdict: 'newborn'; readonly newborn: Newborn }
  | {
      readonly verdict: 'quiet';
      readonly because: 'too-few-near' | 'too-few-accounts' | 'too-few-templates' | 'not-tight';
    };

/** How many neighbours are looked at: enough to see a newborn, few enough to stay cheap. */
const NEIGHBOURS = 64;

/**
 * Finds new clusters among outliers at once: an outlier with enough near outliers, of enough accounts and wordings,
 * founds one (density test as in DBSCAN, Ester et al. 1996, with accounts for points). Bounded: when the buffer is
 * full the older half goes. O(log buffer) an outlier, by the index.
 */
export class NewbornFinder {
  readonly #settings: NewbornSettings;
  readonly #factory: VectorIndexFactory;
  readonly #dimension: number;
  #index: VectorIndex;
  #outliers: (Outlier | null)[] = [];
  #vectors: Float32Array[] = [];

  constructor(settings: NewbornSettings, factory: VectorIndexFactory, dimension: number) {
    this.#settings = settings;
    this.#factory = factory;
    this.#dimension = dimension;
    this.#index = this.#empty();
  }

  get size(): number {
    return this.#outliers.length;
  }

  /** Takes an outlier and says whether a cluster is born of it. */
  take(outlier: Outlier, vector: Float32Array): NewbornVerdict {
    if (this.#outliers.length >= this.#settings.buffer) this.#shed();
    this.#index.add(vector);
    this.#outliers.push(outlier);
    this.#vectors.push(Float32Array.from(vector));
    const near = this.#near(vector, outlier.at);
    if (near.length < this.#settings.minConversations) return { verdict: 'quiet', because: 'too-few-near' };
    const thin = this.#tooThin(near);
    if (thin !== null) return { verdict: 'quiet', because: thin };
    return this.#found(near, outlier.at);
  }

  /** Forgets all: a rebuild has seen these outliers. */
  clear(): void {
    this.#outliers = [];
    this.#vectors = [];
    this.#index = this.#empty();
  }

  #near(vector: Float32Array, at: number, count = NEIGHBOURS): number[] {
    const { similarity, maxAgeMs } = this.#settings;
    const near: number[] = [];
    for (const neighbour of this.#index.nearest(vector, count)) {
      if (neighbour.similarity < similarity) break;
      const held = this.#outliers[neighbour.index];
      if (held !== null && held !== undefined && at - held.at <= maxAgeMs) near.push(neighbour.index);
    }
    return near;
  }

  #tooThin(near: readonly number[]): 'too-few-accounts' | 'too-few-templates' | null {
    const { minAccounts, minTemplates } = this.#settings;
    const accounts = new Set<string>();
    const templates = new Set<string>();
    for (const i of near) {
      const held = this.#outliers[i];
      if (held === null || held === undefined) continue;
      accounts.add(held.account);
      templates.add(held.sketch);
    }
    if (accounts.size < minAccounts) return 'too-few-accounts';
    // One wording is enough when very many accounts use it: that is a coordinated wave, and must be seen.
    if (templates.size < minTemplates && accounts.size < 2 * minAccounts) return 'too-few-templates';
    return null;
  }

  #found(near: readonly number[], at: number): NewbornVerdict {
    const sum = new Float32Array(this.#dimension);
    for (const i of near) {
      const v = this.#vectors[i];
      if (v !== undefined) for (let d = 0; d < sum.length; d++) sum[d] = (sum[d] ?? 0) + (v[d] ?? 0);
    }
    const centroid = toUnit(sum);
    const tight = this.#near(centroid, at, NEIGHBOURS * 2);
    // Those near the centroid are others than those near the one outlier: they must be enough themselves.
    if (tight.length < this.#settings.minConversations || this.#tooThin(tight) !== null) {
      return { verdict: 'quiet', because: 'not-tight' };
    }
    const founders: Outlier[] = [];
    let loosest = 1;
    for (const i of tight) {
      const held = this.#outliers[i];
      const v = this.#vectors[i];
      if (held === null || held === undefined || v === undefined) continue;
      founders.push(held);
      loosest = Math.min(loosest, dot(v, centroid));
      this.#outliers[i] = null;
    }
    return { verdict: 'newborn', newborn: { centroid, length: dot(sum, centroid), loosest, founders, at } };
  }

  #shed(): void {
    const from = Math.floor(this.#outliers.length / 2);
    const outliers: (Outlier | null)[] = [];
    const vectors: Float32Array[] = [];
    this.#index = this.#empty();
    for (let i = from; i < this.#outliers.length; i++) {
      const held = this.#outliers[i];
      const vector = this.#vectors[i];
      if (held === null || held === undefined || vector === undefined) continue;
      this.#index.add(vector);
      outliers.push(held);
      vectors.push(vector);
    }
    this.#outliers = outliers;
    this.#vectors = vectors;
  }

  #empty(): VectorIndex {
    return this.#factory.create({ dimension: this.#dimension, capacity: this.#settings.buffer + 1 });
  }
}
