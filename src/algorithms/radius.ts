import { ROUNDING } from '../domain/vector.ts';
import { weightedQuantile } from './quantile.ts';

export type RadiusSettings = {
  /** Share of a cluster's own conversations that are expected to fall outside: the rate of false outliers. */
  readonly falseOutliers: number;
  /** Members' worth of trust in the spread of all clusters. */
  readonly prior: number;
  readonly floor: number;
};

/**
 * A cluster of less variance says one thing in one wording (a greeting, a template, a flood of it): how far apart conversations of a topic lie it does
 * not tell, and many of them would make all other clusters too narrow.
 */
const ONE_WORDING = 1e-5;

/** Cosine similarities of the members of one cluster to its centroid. */
export type Group = {
  readonly similarity: readonly number[];
  /** Of each in the centroid. */
  readonly weight: readonly number[];
  /** Conversations that each stands for; 0 for those that were taken because they are outliers, as there are too many of these. */
  readonly standsFor: readonly number[];
};

/**
 * A radius per cluster, such that a given share of conversations that belong to it is expected to fall outside.
 *
 * A centroid lies nearer to the members it was made of than to the next conversation of the same topic. So each member is judged by the
 * centroid of the others: of the sum S of unit vectors, |S| = Σs, without x: (|S|s − 1) / √(|S|² − 2|S|s + 1). A cluster is described by the
 * mean and the spread of these, the spread drawn towards that of all clusters when members are few; how many spreads below the
 * mean the radius lies is the quantile over all members of all clusters. Each counts as what it stands for, and members are as many as
 * alike ones that would tell as much: (Σw)² / Σw² (Kish 1965). O(n log n).
 * @returns for each the lowest similarity that still belongs; 1 for a cluster without members
 */
export function learnRadii(groups: readonly Group[], settings: RadiusSettings): number[] {
  const told = groups.map(describe);
  const varied = told.map(({ variance }) => variance >= ONE_WORDING);
  // Where there is nothing else, they are what there is.
  const tells = varied.includes(true) ? varied : told.map(() => true);
  const usual = pooledVariance(told.filter((_, i) => tells[i]));
  const spreads = told.map(({ n, variance }) =>
    Math.sqrt(
      ((n * variance + settings.prior * usual) / Math.max(1, n + settings.prior)) * (1 + 1 / Math.max(1, n)),
    ),
  );
  const far = quantileOfAll(groups, told, spreads, tells, settings.falseOutliers);
  return told.map(({ n, mean }, i) =>
    n === 0
      ? 1
      : Math.max(settings.floor, mean + (Number.isNaN(far) ? 0 : far) * (spreads[i] ?? 0) - ROUNDING),
  );
}

/** How many spreads below the mean of its cluster a member lies: a quantile over all that have a spread. */
function quantileOfAll(
  groups: readonly Group[],
  told: readonly Told[],
  spreads: readonly number[],
  tells: readonly boolean[],
  q: number,
): number {
  const size = told.reduce((sum, { held }) => sum + held.length, 0);
  const [below, counts] = [new Float64Array(size), new Float64Array(size)];
  let at = 0;
  for (const [i, { held, mean }] of told.entries()) {
    const spread = spreads[i] ?? 0;
    const standsFor = spread > 0 && tells[i] ? groups[i]?.standsFor : undefined;
    for (let j = 0; j < held.length; j++) {
      below[at] = ((held[j] ?? 0) - mean) / (spread || 1);
      counts[at++] = standsFor?.[j] ?? 0;
    }
  }
  return weightedQuantile(below, counts, q);
}

type Told = {
  /** Members that would tell as much if they stood for as many each. */
  readonly n: number;
  /** Similarities to the centroid of the others. */
  readonly held: Float64Array;
  readonly mean: number;
  readonly variance: number;
};

function describe({ similarity, weight, standsFor }: Group): Told {
  const size = similarity.length;
  let length = 0;
  for (let i = 0; i < size; i++) length += (similarity[i] ?? 0) * (weight[i] ?? 1);
  // What is made of outliers alone is described by them.
  const counts = standsFor.some((count) => count > 0) ? standsFor : weight;
  const held = new Float64Array(size);
  let [all, squares, sum] = [0, 0, 0];
  for (let i = 0; i < size; i++) {
    const [s, count] = [withoutItself(length, similarity[i] ?? 0, weight[i] ?? 1), counts[i] ?? 0];
    held[i] = s;
    all += count;
    squares += count * count;
    sum += count * s;
  }
  if (all === 0) return { n: 0, held, mean: 0, variance: 0 };
  const n = (all * all) / squares;
  const mean = sum / all;
  let about = 0;
  for (let i = 0; i < size; i++) about += (counts[i] ?? 0) * ((held[i] ?? 0) - mean) ** 2;
  return { n, held, mean, variance: n > 1 ? ((about / all) * n) / (n - 1) : 0 };
}

/**
 * Cosine of a member and the sum of the others.
 * @param length of the sum of all
 * @param s cosine of the member and that sum
 */
export function withoutItself(length: number, s: number, weight: number): number {
  const near = Math.min(1, s);
  const rest = length * length - 2 * weight * length * near + weight * weight;
  // Nearly all of the sum is itself: what is left of float32 is noise.
  return rest <= ROUNDING * weight * Math.abs(length) ? near : (length * near - weight) / Math.sqrt(rest);
}

function pooledVariance(told: readonly Told[]): number {
  let sum = 0;
  let n = 0;
  for (const one of told) {
    if (one.n < 2) continue;
    sum += one.variance * one.n;
    n += one.n;
  }
  return n === 0 ? 0 : sum / n;
}
