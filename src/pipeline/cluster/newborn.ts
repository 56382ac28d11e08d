import { chanceOfAsMany } from '../../algorithms/two-sample.ts';
import { dot, toUnit } from '../../domain/vector.ts';
import type { VectorIndex, VectorIndexFactory } from '../../ports/vector-index.ts';
import { isCrowded, type Nearby } from './past.ts';

export type NewbornSettings = {
  /** Of one topic, for all we know: of outliers that found a cluster while the past is too short to compare with, too. */
  readonly similarity: number;
  /** Lowest similarity of a conversation to one that founds a cluster with it. */
  readonly loosest: number;
  /** That one conversation of usual traffic founds a cluster. */
  readonly chance: number;
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
  /** How many had come by then of those like it: outliers, or members as far as they are taken. */
  readonly come: Come;
};

/** Conversations that were looked at since the beginning; of members a share may be taken. */
export type Come = { readonly all: number; readonly taken: number };

export type Newborn = {
  readonly centroid: Float32Array;
  /** Of the sum of unit vectors that it is the direction of. */
  readonly length: number;
  /** Lowest similarity of a founder to the centroid. */
  readonly loosest: number;
  readonly founders: readonly Outlier[];
  /** When it began and when it was found, event time, ms. */
  readonly since: number;
  readonly at: number;
};

type Begun = { readonly founders: readonly Near[]; readonly since: number };

/** Lowest similarity to a newborn's centroid that belongs: a little looser than its founders. */
export function newbornRadius(newborn: Newborn, floor: number): number {
  return Math.max(floor, newborn.loosest - 0.05);
}

/** One that came, and those near it; itself first, then nearest first. */
export type Gathering = { readonly vector: Float32Array; readonly near: readonly Near[] };

/** A conversation that is remembered, and how near it is. */
type Near = { readonly similarity: number; readonly held: Held };

export type NewbornVerdict =
  | { readonly verdict: 'newborn'; readonly newborn: Newborn }
  | {
      readonly verdict: 'quiet';
      readonly because: 'too-few-near' | 'too-few-accounts' | 'too-few-templates' | 'not-tight' | 'usual';
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

/** Of the past there may be this share of what came since, as far as neighbours go. */
const OLD_SHARE = 0.25;

/**
 * Finds new clusters at once. Around each that comes, those that came lately are counted against those of the past, at every distance: a topic is new
 * where more came than chance would bring (nearest-neighbour two-sample test, Schilling 1986, at a point), of enough accounts and
 * wordings. So no distance has to be chosen: some topics are narrow, and some wide. While there is no past to compare with, outliers that
 * lie close together found one (density test as in DBSCAN, Ester et al. 1996, with accounts for points). Bounded: two halves, an index each; when the
 * younger is full the older is forgotten as a whole, as nothing can be taken out of an index. O(log buffer) a conversation.
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

  /** Remembers one, and says who is near it; null: too few to found anything. */
  take(outlier: Outlier, vector: Float32Array): Gathering | null {
    if (this.#young.held.length >= this.#half) {
      this.#old = this.#young;
      this.#young = this.#empty();
    }
    const { minConversations, loosest } = this.#settings;
    const others = this.#near(vector, outlier.at, loosest);
    // More of one account's would only stand before those of others: a place has room for as many as make a cluster.
    const ofIts = others.filter(({ held }) => held.outlier.account === outlier.account).length;
    if (ofIts >= minConversations) return null;
    const own = { outlier, vector: Float32Array.from(vector), founder: false };
    this.#young.index.add(vector);
    this.#young.held.push(own);
    const near = [{ similarity: 1, held: own }, ...others].slice(0, NEIGHBOURS);
    return near.length < minConversations ? null : { vector: own.vector, near };
  }

  /** Lets its founders found another one. O(buffer). */
  free({ founders }: Newborn): void {
    const conversations = new Set(founders.map(({ conversation }) => conversation));
    for (const { held } of [this.#young, this.#old])
      for (const one of held) if (conversations.has(one.outlier.conversation)) one.founder = false;
  }

  /** Whether outliers that lie close together found a cluster: for as long as there is no past to compare with. */
  dense({ near }: Gathering): NewbornVerdict {
    const { similarity, minConversations } = this.#settings;
    const close = near.filter((one) => one.similarity >= similarity && isFreeOutlier(one));
    if (close.length < minConversations) return { verdict: 'quiet', because: 'too-few-near' };
    const thin = this.#tooThin(close);
    if (thin !== null) return { verdict: 'quiet', because: thin };
    const at = Math.max(...close.map(({ held }) => held.outlier.at));
    const { centroid } = middleOf(close, this.#dimension);
    const tight = this.#near(centroid, at, similarity).filter(isFreeOutlier);
    // Those near the centroid are others than those near the one outlier: they must be enough themselves.
    if (tight.length < minConversations || this.#tooThin(tight) !== null) {
      return { verdict: 'quiet', because: 'not-tight' };
    }
    return this.#found(tight, at);
  }

  /**
   * Whether more came than the past lets expect, at that distance at which it is least likely to be chance.
   * @param past the nearest of the past, nearest first
   * @param rows of the past that were looked at
   */
  novel({ near }: Gathering, past: readonly Nearby[], rows: number): NewbornVerdict {
    const free = near.filter(({ held }) => !held.founder);
    const { minConversations, chance } = this.#settings;
    if (free.length < minConversations) return { verdict: 'quiet', because: 'too-few-near' };
    let first = this.#newest;
    let homeless = 0;
    let of = 0;
    let old = 0;
    let best = { chance, count: 0, old: 0 };
    for (const [i, { similarity, held }] of free.entries()) {
      if (isCrowded(past, similarity)) break;
      for (; (past[of]?.similarity ?? -1) >= similarity; of++) old += past[of]?.weight ?? 0;
      if (held.outlier.come.all < first.all) first = held.outlier.come;
      if (held.outlier.homeless) homeless++;
      const count = i + 1;
      if (count < minConversations || old > OLD_SHARE * count) continue;
      const told = this.#chanceOf({ count, old, first, homeless: homeless / count, rows });
      if (told < best.chance) best = { chance: told, count, old };
    }
    const { founders, since } = this.#begun(free.slice(0, best.count), best, rows);
    if (founders.length === 0) return { verdict: 'quiet', because: 'usual' };
    const thin = this.#tooThin(founders);
    if (thin !== null) return { verdict: 'quiet', because: thin };
    return this.#found(founders, Math.max(...founders.map(({ held }) => held.outlier.at)), since);
  }

  /** That usual traffic brings so many since the first of them. */
  #chanceOf(found: { count: number; old: number; first: Come; homeless: number; rows: number }): number {
    const { count, old, first, homeless, rows } = found;
    const since = between(first, this.#newest, homeless);
    return chanceOfAsMany(count, old, since / (rows + between(this.#oldest, this.#newest, homeless)));
  }

  /**
   * When it began: where it is least likely to be chance. A few that came long before are of what was there; they count as founders only
   * where the others are not enough by themselves.
   */
  #begun(near: readonly Near[], found: { chance: number; old: number }, rows: number): Begun {
    const inTime = [...near].sort((a, b) => a.held.outlier.come.all - b.held.outlier.come.all);
    let { chance } = found;
    let begun: Begun = { founders: near, since: inTime[0]?.held.outlier.at ?? 0 };
    for (let strays = 1; 2 * strays <= inTime.length; strays++) {
      const others = inTime.slice(strays);
      const [first] = others;
      if (first === undefined) break;
      const homeless = others.filter(({ held }) => held.outlier.homeless).length / others.length;
      const old = found.old + strays;
      const told = this.#chanceOf({
        count: others.length,
        old,
        first: first.held.outlier.come,
        homeless,
        rows,
      });
      if (told >= chance) continue;
      chance = told;
      const isEnough = others.length >= this.#settings.minConversations && this.#tooThin(others) === null;
      begun = { founders: isEnough ? others : begun.founders, since: first.held.outlier.at };
    }
    return begun;
  }

  get #newest(): Come {
    return (this.#young.held.at(-1) ?? this.#old.held.at(-1))?.outlier.come ?? NOTHING;
  }

  get #oldest(): Come {
    return (this.#old.held[0] ?? this.#young.held[0])?.outlier.come ?? NOTHING;
  }

  /** Of the nearest those that are near enough, young enough and free, nearest first. */
  #near(vector: Float32Array, at: number, loosest: number): Near[] {
    const { maxAgeMs } = this.#settings;
    const nearest = [this.#young, this.#old].flatMap(({ index, held }) =>
      index.nearest(vector, NEIGHBOURS).map((neighbour) => ({ ...neighbour, held: held[neighbour.index] })),
    );
    nearest.sort((a, b) => b.similarity - a.similarity);
    const near: Near[] = [];
    for (const { similarity, held } of nearest.slice(0, NEIGHBOURS)) {
      if (similarity < loosest) break;
      if (held !== undefined && !held.founder && at - held.outlier.at <= maxAgeMs)
        near.push({ similarity, held });
    }
    return near;
  }

  #tooThin(near: readonly Near[]): 'too-few-accounts' | 'too-few-templates' | null {
    const { minAccounts, minTemplates } = this.#settings;
    const accounts = new Set(near.map(({ held }) => held.outlier.account));
    const templates = new Set(near.map(({ held }) => held.outlier.sketch));
    if (accounts.size < minAccounts) return 'too-few-accounts';
    // One wording is enough when very many accounts use it: that is a coordinated wave, and must be seen.
    if (templates.size < minTemplates && accounts.size < 2 * minAccounts) return 'too-few-templates';
    return null;
  }

  #found(near: readonly Near[], at: number, begun?: number): NewbornVerdict {
    const { centroid, length } = middleOf(near, this.#dimension);
    for (const { held } of near) held.founder = true;
    const founders = near.map(({ held }) => held.outlier);
    const loosest = near.reduce((least, { held }) => Math.min(least, dot(held.vector, centroid)), 1);
    const since = begun ?? Math.min(...founders.map((founder) => founder.at));
    return { verdict: 'newborn', newborn: { centroid, length, loosest, founders, since, at } };
  }

  #empty(): Half {
    return {
      index: this.#factory.create({ dimension: this.#dimension, capacity: this.#half }),
      held: [],
    };
  }
}

const isFreeOutlier = ({ held }: Near): boolean => held.outlier.homeless && !held.founder;

const NOTHING: Come = { all: 0, taken: 0 };

/** Conversations that came from one time to another and would have been remembered: all outliers, and members as far as they are taken. */
function between(from: Come, to: Come, homeless: number): number {
  return 1 + homeless * (to.all - from.all) + (1 - homeless) * (to.taken - from.taken);
}

function middleOf(near: readonly Near[], dimension: number): { centroid: Float32Array; length: number } {
  const sum = new Float32Array(dimension);
  for (const { held } of near)
    for (let d = 0; d < sum.length; d++) sum[d] = (sum[d] ?? 0) + (held.vector[d] ?? 0);
  const centroid = toUnit(sum);
  return { centroid, length: dot(sum, centroid) };
}
