import { chanceOfAsMany } from '../../algorithms/two-sample.ts';
import { dot, ROUNDING, toUnit } from '../../domain/vector.ts';
import { isCrowded, type Nearby } from './past.ts';
import type { Come, Gathering, Near, Outlier, Recent, RecentSettings, Stretch } from './recent.ts';

export type NewbornSettings = RecentSettings & {
  /** Of outliers that found a cluster, and of whatever else is one topic for all we know. */
  readonly similarity: number;
  /** That usual traffic brings as many, at that distance where it is least likely; not corrected for the number of distances. */
  readonly chance: number;
  readonly minAccounts: number;
  readonly minTemplates: number;
};

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
  /** From when on it is asked whether it is news, event time, ms. */
  readonly first: number;
};

type Begun = { readonly founders: readonly Near[]; readonly since: number };

/** Lowest similarity to a newborn's centroid that belongs: a little looser than its founders. */
export function newbornRadius(newborn: Newborn, floor: number): number {
  return Math.max(floor, newborn.loosest - 0.05);
}

export type NewbornVerdict =
  | { readonly verdict: 'newborn'; readonly newborn: Newborn }
  | {
      readonly verdict: 'quiet';
      readonly because: 'too-few-near' | 'too-few-accounts' | 'too-few-templates' | 'not-tight' | 'usual';
    };

/** Of the past there may be this share of what came since, as far as neighbours go. */
const OLD_SHARE = 0.25;

/**
 * Finds new clusters at once. Around each that comes, those that came lately are counted against those of the past, at every distance: a topic is new
 * where more came than chance would bring (nearest-neighbour two-sample test, Schilling 1986, at a point), of enough accounts and
 * wordings. So no distance has to be chosen: some topics are narrow, and some wide. Outliers that lie close together found one without
 * that (density test as in DBSCAN, Ester et al. 1996, with accounts for points): more of them are known than the panel holds.
 */
export class NewbornFinder {
  readonly #settings: NewbornSettings;
  readonly #dimension: number;
  readonly #recent: Recent;

  constructor(settings: NewbornSettings, recent: Recent, dimension: number) {
    this.#settings = settings;
    this.#recent = recent;
    this.#dimension = dimension;
  }

  /** Whether outliers that lie close together found a cluster. */
  dense({ near }: Gathering): NewbornVerdict {
    const { similarity, minConversations } = this.#settings;
    const close = near.filter((one) => one.similarity >= similarity && isFreeOutlier(one));
    if (close.length < minConversations) return { verdict: 'quiet', because: 'too-few-near' };
    const thin = this.#tooThin(close);
    if (thin !== null) return { verdict: 'quiet', because: thin };
    const at = Math.max(...close.map(({ held }) => held.outlier.at));
    const { centroid } = middleOf(close, this.#dimension);
    const tight = this.#recent.near(centroid, at, similarity).filter(isFreeOutlier);
    // Those near the centroid are others than those near the one outlier: they must be enough themselves.
    if (tight.length < minConversations || this.#tooThin(tight) !== null) {
      return { verdict: 'quiet', because: 'not-tight' };
    }
    // Nothing was compared with the past: what comes at the same hours every day began with the first that is remembered.
    return this.#found(this.#begun(tight), at, Math.min(...tight.map(({ held }) => held.outlier.at)));
  }

  /**
   * Whether more came than the past lets expect, at that distance at which it is least likely to be chance.
   * @param past the nearest of the past, nearest first
   * @param rows of the past that were looked at
   * @param looks around so many it is looked at for the same reason: each is allowed its part of the chance (Bonferroni)
   */
  novel({ near }: Gathering, past: readonly Nearby[], rows: number, looks = 1): NewbornVerdict {
    const free = near.filter(({ held }) => held.outlier.panel && !held.founder);
    const { minConversations, chance } = this.#settings;
    const stream = this.#recent.stream;
    if (free.length < minConversations || stream === null)
      return { verdict: 'quiet', because: 'too-few-near' };
    let first = stream.to;
    let homeless = 0;
    let of = 0;
    let old = 0;
    let best = { chance: chance / looks, count: 0 };
    const [accounts, wordings] = [new Set<string>(), new Set<string>()];
    for (const [i, { similarity, held }] of free.entries()) {
      if (isCrowded(past, similarity)) break;
      for (; (past[of]?.similarity ?? -1) >= similarity - ROUNDING; of++) old += past[of]?.weight ?? 0;
      const { outlier } = held;
      if (outlier.come.all < first.all) first = outlier.come;
      if (outlier.homeless) homeless++;
      accounts.add(outlier.account);
      wordings.add(outlier.sketch);
      const count = i + 1;
      if (count < minConversations || old > OLD_SHARE * count) continue;
      if (this.#thinness(accounts.size, wordings.size) !== null) continue;
      const told = chanceOf({ count, old, first, homeless: homeless / count }, rows, stream);
      if (told < best.chance) best = { chance: told, count };
    }
    if (best.count === 0) return { verdict: 'quiet', because: 'usual' };
    const founders = free.slice(0, best.count);
    const begun = this.#begun(founders);
    return this.#found(begun, Math.max(...founders.map(({ held }) => held.outlier.at)), begun.since);
  }

  /**
   * When it began: where the rate at which they come changes (change point of a Poisson process by likelihood, Raftery and Akman 1986), if two
   * rates say so much more than one that they are worth it (Schwarz 1978). Those from before are of what was there; they count as founders
   * only where the others are not enough by themselves. O(near · log near).
   */
  #begun(near: readonly Near[]): Begun {
    const inTime = [...near].sort((a, b) => a.held.outlier.come.all - b.held.outlier.come.all);
    const since = (i: number): number => inTime[i]?.held.outlier.at ?? 0;
    const stream = this.#recent.stream;
    if (stream === null) return { founders: near, since: since(0) };
    const homeless = near.filter(({ held }) => held.outlier.homeless).length / near.length;
    const came = inTime.map(({ held }) => between({ from: held.outlier.come, to: stream.to }, homeless));
    const [whole = 1] = came;
    /** Log-likelihood, but for what is the same for all, when the first so many came more seldom than the others. */
    const likelihood = (strays: number): number => {
      const after = came[strays] ?? 1;
      const [before, others] = [Math.max(1, whole - after), inTime.length - strays];
      if (strays / before >= others / after) return Number.NEGATIVE_INFINITY;
      return strays * Math.log(strays / before) + others * Math.log(others / after);
    };
    const oneRate = inTime.length * Math.log(inTime.length / whole);
    let best = { strays: 0, likelihood: oneRate + Math.log(inTime.length) };
    for (let strays = 1; 2 * strays <= inTime.length; strays++) {
      const told = likelihood(strays);
      if (told > best.likelihood) best = { strays, likelihood: told };
    }
    const others = inTime.slice(best.strays);
    const isEnough = others.length >= this.#settings.minConversations && this.#tooThin(others) === null;
    return { founders: isEnough ? others : near, since: since(best.strays) };
  }

  #tooThin(near: readonly Near[]): 'too-few-accounts' | 'too-few-templates' | null {
    const accounts = new Set(near.map(({ held }) => held.outlier.account));
    const wordings = new Set(near.map(({ held }) => held.outlier.sketch));
    return this.#thinness(accounts.size, wordings.size);
  }

  #thinness(accounts: number, wordings: number): 'too-few-accounts' | 'too-few-templates' | null {
    const { minAccounts, minTemplates } = this.#settings;
    if (accounts < minAccounts) return 'too-few-accounts';
    // One wording is enough when very many accounts use it: that is a coordinated wave, and must be seen.
    if (wordings < minTemplates && accounts < 2 * minAccounts) return 'too-few-templates';
    return null;
  }

  #found({ founders: near, since }: Begun, at: number, first: number): NewbornVerdict {
    const { centroid, length } = middleOf(near, this.#dimension);
    for (const { held } of near) held.founder = true;
    const founders = near.map(({ held }) => held.outlier);
    const loosest = near.reduce((least, { held }) => Math.min(least, dot(held.vector, centroid)), 1);
    return { verdict: 'newborn', newborn: { centroid, length, loosest, founders, since, at, first } };
  }
}

const isFreeOutlier = ({ held }: Near): boolean => held.outlier.homeless && !held.founder;

/** That usual traffic brings so many since the first of them. */
function chanceOf(
  found: { count: number; old: number; first: Come; homeless: number },
  rows: number,
  stream: Stretch,
): number {
  const { count, old, first, homeless } = found;
  const since = between({ from: first, to: stream.to }, homeless);
  return chanceOfAsMany(count, old, since / (rows + between(stream, homeless)));
}

/** Conversations of the panel that came in a stretch and would have been taken: all outliers, and members as far as they are. */
function between({ from, to }: Stretch, homeless: number): number {
  return 1 + homeless * (to.all - from.all) + (1 - homeless) * (to.taken - from.taken);
}

function middleOf(near: readonly Near[], dimension: number): { centroid: Float32Array; length: number } {
  const sum = new Float32Array(dimension);
  for (const { held } of near)
    for (let d = 0; d < sum.length; d++) sum[d] = (sum[d] ?? 0) + (held.vector[d] ?? 0);
  const centroid = toUnit(sum);
  return { centroid, length: dot(sum, centroid) };
}
