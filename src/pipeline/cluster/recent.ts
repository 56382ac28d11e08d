/** Those who came lately: who is near whom, and who founds a cluster already. */
import { ROUNDING } from '../../domain/vector.ts';
import type { VectorIndex, VectorIndexFactory } from '../../ports/vector-index.ts';

export type RecentSettings = {
  /** Lowest similarity of a conversation to the one around which it is counted. */
  readonly loosest: number;
  readonly minConversations: number;
  readonly buffer: number;
  readonly maxAgeMs: number;
};

export type Outlier = {
  /** Belongs to no cluster. */
  readonly homeless: boolean;
  /** Of the panel, which the past is of too: others are outliers that came besides. */
  readonly panel: boolean;
  readonly conversation: number;
  readonly account: string;
  readonly sketch: string;
  readonly at: number;
  /** How many of the panel had come by then, itself included. */
  readonly come: Come;
};

/** Conversations of the panel since the beginning, and how many of them would have been taken as members: of these a share may be. */
export type Come = { readonly all: number; readonly taken: number };

/** From one time to another. */
export type Stretch = { readonly from: Come; readonly to: Come };

/** How many neighbours are looked at: enough to see a newborn, few enough to stay cheap. */
const NEIGHBOURS = 64;
/** Around so many of the nearest to one that came it is looked at again: it may have come to the middle of none, and yet be one more near them. */
const AROUND = 16;

export type Held = {
  readonly outlier: Outlier;
  /** One and the same of all that say the same. */
  readonly vector: Float32Array;
  /** Those of the same vector and half, itself too. */
  readonly same: Held[];
  /** Others near it, nearest first, those among them that came after it. */
  readonly near: Near[];
  /** Is of a cluster by now. */
  founder: boolean;
  /** Is let go of: it may still stand near others. */
  forgotten: boolean;
};
type Half = {
  /** Event time of the latest that had come when it began, ms: who comes late makes it no older. NaN: nobody is in it yet. */
  since: number;
  /**
   * Each vector once. Many of one and the same (a greeting, a template) would be linked to each other alone, and searches for others end among
   * them: with half of all the same, HNSW finds less than half of their neighbours.
   */
  readonly index: VectorIndex;
  /** Those of each row of the index. */
  readonly rows: Held[][];
  readonly held: Held[];
  readonly byConversation: Map<number, Held>;
};

/** One that is remembered, and those near it; itself first, then nearest first. */
export type Gathering = { readonly vector: Float32Array; readonly near: readonly Near[] };

/** A conversation that is remembered, and how near it is. */
export type Near = { readonly similarity: number; readonly held: Held };

/**
 * Bounded: two halves, an index each; when the younger is full, or older than is remembered, the older is forgotten as a whole, as nothing can
 * be taken out of an index. O(log buffer) a conversation.
 */
export class Recent {
  readonly #settings: RecentSettings;
  readonly #factory: VectorIndexFactory;
  readonly #dimension: number;
  readonly #half: number;
  /** Event time of the latest that has come, ms. */
  #latest = Number.NEGATIVE_INFINITY;
  #young: Half;
  #old: Half;

  constructor(settings: RecentSettings, factory: VectorIndexFactory, dimension: number) {
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

  /**
   * Remembers one, and says around whom one more has come: itself, and the nearest to it. None where an earlier snapshot of it is remembered, or too many of
   * its account's, or where it is older than is remembered. O(log buffer + neighbours²), no look-up for any but itself.
   */
  take(outlier: Outlier, vector: Float32Array): readonly Held[] {
    if (this.#held(outlier.conversation) !== undefined) return [];
    const { minConversations, loosest, maxAgeMs } = this.#settings;
    this.#latest = Math.max(this.#latest, outlier.at);
    if (this.#latest - outlier.at > maxAgeMs) return [];
    const isPast = this.#latest - this.#young.since > maxAgeMs;
    if (isPast || this.#young.held.length >= this.#half) {
      for (const held of this.#old.held) {
        held.forgotten = true;
        // Else those that come would keep all that ever came in memory.
        held.near.length = 0;
        held.same.length = 0;
      }
      this.#old = this.#young;
      this.#young = this.#empty();
    }
    const near = this.#nearest(vector, outlier.at, loosest);
    const free = near.filter(({ held }) => !held.founder);
    // More of one account's would only stand before those of others: a place has room for as many as make a cluster.
    const ofIts = free.filter(({ held }) => held.outlier.account === outlier.account).length;
    if (ofIts >= minConversations) return [];
    if (this.#young.held.length === 0) this.#young.since = this.#latest;
    const own = { outlier, ...this.#place(vector, near), near, founder: false, forgotten: false };
    own.same.push(own);
    this.#young.held.push(own);
    this.#young.byConversation.set(outlier.conversation, own);
    for (const { similarity, held } of near) addTo(held.near, { similarity, held: own });
    return [own, ...free.slice(0, AROUND).map(({ held }) => held)];
  }

  /** Where one stands in the young half: with those that say the same, if any do. */
  #place(vector: Float32Array, near: readonly Near[]): Pick<Held, 'vector' | 'same'> {
    for (const { similarity, held } of near) {
      if (similarity < 1 - ROUNDING) break;
      // Of the old half there is a row of its own.
      const isYoung = this.#young.byConversation.get(held.outlier.conversation) === held;
      if (isYoung && held.vector.every((x, d) => x === vector[d]))
        return { vector: held.vector, same: held.same };
    }
    this.#young.index.add(vector);
    const same: Held[] = [];
    this.#young.rows.push(same);
    return { vector: Float32Array.from(vector), same };
  }

  /** Who is near one that is remembered, at the time of the latest; null: it is of a cluster, or too few are there to found one. */
  around(centre: Held): Gathering | null {
    const { minConversations, maxAgeMs } = this.#settings;
    const may = ({ held }: Near): boolean =>
      !held.founder && !held.forgotten && this.#latest - held.outlier.at <= maxAgeMs;
    const near = [{ similarity: 1, held: centre }, ...centre.near].filter(may).slice(0, NEIGHBOURS);
    const isEnough = near[0]?.held === centre && near.length >= minConversations;
    return isEnough ? { vector: centre.vector, near } : null;
  }

  /** These are of a cluster by now, or of one that is on its way. */
  claim(conversations: Iterable<number>): void {
    for (const conversation of conversations) this.#mark(conversation, true);
  }

  /** They are not after all, and may found one. */
  free(conversations: Iterable<number>): void {
    for (const conversation of conversations) this.#mark(conversation, false);
  }

  /** Of the nearest those that are near enough, young enough and free, nearest first. */
  near(vector: Float32Array, at: number, loosest: number): Near[] {
    return this.#nearest(vector, at, loosest).filter(({ held }) => !held.founder);
  }

  /** The same with those that are of a cluster by now: it may yet be nothing, and they free again. */
  #nearest(vector: Float32Array, at: number, loosest: number): Near[] {
    const { maxAgeMs } = this.#settings;
    const nearest = [this.#young, this.#old].flatMap((half) => nearestOf(half, vector, at - maxAgeMs));
    nearest.sort((a, b) => b.similarity - a.similarity);
    return nearest.slice(0, NEIGHBOURS).filter(({ similarity }) => similarity >= loosest);
  }

  /** From the first of those that may still count to the newest; null: nobody is remembered. */
  get stream(): Stretch | null {
    const newest = this.#newest;
    if (newest === undefined) return null;
    const may = ({ outlier }: Held): boolean => this.#latest - outlier.at <= this.#settings.maxAgeMs;
    const oldest = (this.#old.held.find(may) ?? this.#young.held.find(may))?.outlier ?? newest;
    return { from: oldest.come, to: newest.come };
  }

  get #newest(): Outlier | undefined {
    return (this.#young.held.at(-1) ?? this.#old.held.at(-1))?.outlier;
  }

  #mark(conversation: number, founder: boolean): void {
    const held = this.#held(conversation);
    if (held !== undefined) held.founder = founder;
  }

  #held(conversation: number): Held | undefined {
    return this.#young.byConversation.get(conversation) ?? this.#old.byConversation.get(conversation);
  }

  #empty(): Half {
    return {
      since: Number.NaN,
      index: this.#factory.create({ dimension: this.#dimension, capacity: this.#half }),
      rows: [],
      held: [],
      byConversation: new Map(),
    };
  }
}

/** Nearest first, of those that are as near the latest; the furthest is let go of where there are more than are looked at. */
function addTo(near: Near[], one: Near): void {
  const before = near.findIndex(({ similarity }) => similarity <= one.similarity);
  if (before === -1) near.push(one);
  else near.splice(before, 0, one);
  if (near.length > NEIGHBOURS) near.pop();
}

/**
 * The nearest of a half, as many as are looked at, nearest first; of many that say the same the latest that came, and these first.
 * @param since event time, ms: older ones are left out
 */
function nearestOf({ index, rows }: Half, vector: Float32Array, since: number): Near[] {
  const near: Near[] = [];
  for (const { similarity, index: row } of index.nearest(vector, NEIGHBOURS)) {
    const same = rows[row] ?? [];
    for (let i = same.length - 1; i >= 0 && near.length < NEIGHBOURS; i--) {
      const held = same[i];
      if (held !== undefined && held.outlier.at >= since) near.push({ similarity, held });
    }
  }
  return near;
}
