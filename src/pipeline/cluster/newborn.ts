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

type Held = {
  readonly outlier: Outlier;
  readonly vector: Float32Array;
  /** Is of a cluster by now. */
  founder: boolean;
};
type Half = { readonly index: VectorIndex; readonly held: Held[] };

/**
 * Finds new clusters among outliers at once: an outlier with enough near outliers, of enough accounts and wordings,
 * founds one (density test as in DBSCAN, Ester et al. 1996, with accounts for points). Bounded: two halves, an index each; when the
 * younger is full the older is forgotten as a whole, as nothing can be taken out of an index. O(log buffer) an outlier.
 */
export class NewbornFinder {
  readonly #settings: NewbornSettings;
  readonly #factory: VectorIndexFactory;
  readonly #dimension: number;
  readonly #half: number;
  #young: Half;
  #old: Half;

  constructor(settings: NewbornSettings, factory: VectorIndexFactory, dimension: number) {
    this.#settings = settings;
    this.#factory = factory;
    this.#dimension = dimension;
    this.#half = Math.max(1, Math.floor(settings.buffer / 2));
    this.#young = this.#empty();
    this.#old = this.#empty();
  }

  get size(): number {
    return this.#young.held.length + this.#old.held.length;
  }

  /** Takes an outlier and says whether a cluster is born of it. */
  take(outlier: Outlier, vector: Float32Array): NewbornVerdict {
    if (this.#young.held.length >= this.#half) {
      this.#old = this.#young;
      this.#young = this.#empty();
    }
    const others = this.#near(vector, outlier.at);
    // More of one account's would only stand before those of others: a place has room for as many as make a cluster.
    const ofIts = others.filter((held) => held.outlier.account === outlier.account).length;
    if (ofIts >= this.#settings.minConversations) return { verdict: 'quiet', because: 'too-few-accounts' };
    const own = { outlier, vector: Float32Array.from(vector), founder: false };
    this.#young.index.add(vector);
    this.#young.held.push(own);
    const near = [own, ...others].slice(0, NEIGHBOURS);
    if (near.length < this.#settings.minConversations) return { verdict: 'quiet', because: 'too-few-near' };
    const thin = this.#tooThin(near);
    if (thin !== null) return { verdict: 'quiet', because: thin };
    return this.#found(near, outlier.at);
  }

  /** Forgets all: a rebuild has seen these outliers. */
  clear(): void {
    this.#young = this.#empty();
    this.#old = this.#empty();
  }

  /** Of the `count` nearest those that are near enough, young enough and free, nearest first. */
  #near(vector: Float32Array, at: number, count = NEIGHBOURS): Held[] {
    const { similarity, maxAgeMs } = this.#settings;
    const nearest = [this.#young, this.#old].flatMap(({ index, held }) =>
      index.nearest(vector, count).map((neighbour) => ({ ...neighbour, held: held[neighbour.index] })),
    );
    nearest.sort((a, b) => b.similarity - a.similarity);
    const near: Held[] = [];
    for (const { similarity: told, held } of nearest.slice(0, count)) {
      if (told < similarity) break;
      if (held !== undefined && !held.founder && at - held.outlier.at <= maxAgeMs) near.push(held);
    }
    return near;
  }

  #tooThin(near: readonly Held[]): 'too-few-accounts' | 'too-few-templates' | null {
    const { minAccounts, minTemplates } = this.#settings;
    const accounts = new Set(near.map(({ outlier }) => outlier.account));
    const templates = new Set(near.map(({ outlier }) => outlier.sketch));
    if (accounts.size < minAccounts) return 'too-few-accounts';
    // One wording is enough when very many accounts use it: that is a coordinated wave, and must be seen.
    if (templates.size < minTemplates && accounts.size < 2 * minAccounts) return 'too-few-templates';
    return null;
  }

  #found(near: readonly Held[], at: number): NewbornVerdict {
    const sum = new Float32Array(this.#dimension);
    for (const { vector } of near)
      for (let d = 0; d < sum.length; d++) sum[d] = (sum[d] ?? 0) + (vector[d] ?? 0);
    const centroid = toUnit(sum);
    const tight = this.#near(centroid, at, NEIGHBOURS * 2);
    // Those near the centroid are others than those near the one outlier: they must be enough themselves.
    if (tight.length < this.#settings.minConversations || this.#tooThin(tight) !== null) {
      return { verdict: 'quiet', because: 'not-tight' };
    }
    for (const held of tight) held.founder = true;
    const founders = tight.map(({ outlier }) => outlier);
    const loosest = tight.reduce((least, { vector }) => Math.min(least, dot(vector, centroid)), 1);
    return { verdict: 'newborn', newborn: { centroid, length: dot(sum, centroid), loosest, founders, at } };
  }

  #empty(): Half {
    return {
      index: this.#factory.create({ dimension: this.#dimension, capacity: this.#half }),
      held: [],
    };
  }
}
