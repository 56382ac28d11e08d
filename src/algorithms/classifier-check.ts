/** Do classifier flags and concern tell the same of clusters? (Clio 4.3) */

/** A cluster as both saw it: mean concern of its members, and the share a classifier flagged. */
export type Judged = {
  readonly id: string;
  /** That say something of their own: one that talks more than the others makes them fewer (lift.ts, unitsOf). */
  readonly accounts: number;
  /** Mean, 1 to 5, and standard deviation from member to member. */
  readonly concern: number;
  readonly concernSd: number;
  /** 0 to 1. */
  readonly flagRate: number;
  /** How far both may be from what they are, rounded as they are told. */
  readonly off: number;
};

export type Divergence = {
  readonly id: string;
  readonly concern: number;
  readonly flagRate: number;
  /** Concern less flag rate, each in standard deviations from its mean over clusters: above 0, more worrying than flagged. */
  readonly divergence: number;
  /** 95% interval. */
  readonly low: number;
  readonly high: number;
};

export type ClassifierCheck = {
  readonly clusters: number;
  /** Pearson's r of concern and flag rate over clusters; null: one of them is the same everywhere. */
  readonly r: number | null;
  /** Surely more worrying than flagged: likely missed, the surest first. */
  readonly missed: readonly Divergence[];
  /** Surely more flagged than worrying: likely flagged too often, the surest first. */
  readonly overFlagged: readonly Divergence[];
};

const Z = 1.959964; // 95%
/** Standard deviations that concern and flags must surely lie apart. */
const APART = 1;

/**
 * Every cluster counts once, however large. The interval is that of the cluster's own figures, from as many independent members as
 * it has accounts; concern and flags of one member are taken as independent, which makes it too wide where they agree.
 * O(clusters · log clusters).
 */
export function checkClassifier(clusters: readonly Judged[]): ClassifierCheck {
  const concern = scaleOf(clusters.map((cluster) => cluster.concern));
  const flags = scaleOf(clusters.map((cluster) => cluster.flagRate));
  if (concern.sd === 0 || flags.sd === 0) {
    return { clusters: clusters.length, r: null, missed: [], overFlagged: [] };
  }
  let products = 0;
  const found = clusters.map(({ id, accounts, concern: c, concernSd, flagRate, off }): Divergence => {
    const a = (c - concern.mean) / concern.sd;
    const b = (flagRate - flags.mean) / flags.sd;
    products += a * b;
    // One more flagged and one more not: a rate of none, or all, is not sure.
    const rate = (flagRate * accounts + 1) / (accounts + 2);
    const variance =
      concernSd ** 2 / Math.max(1, accounts) / concern.sd ** 2 +
      (rate * (1 - rate)) / (accounts + 2) / flags.sd ** 2;
    const half = Z * Math.sqrt(variance) + off / concern.sd + off / flags.sd;
    return { id, concern: c, flagRate, divergence: a - b, low: a - b - half, high: a - b + half };
  });
  return {
    clusters: clusters.length,
    r: products / clusters.length,
    missed: found.filter(({ low }) => low > APART).sort((a, b) => b.low - a.low),
    overFlagged: found.filter(({ high }) => high < -APART).sort((a, b) => a.high - b.high),
  };
}

function scaleOf(values: readonly number[]): { mean: number; sd: number } {
  const n = Math.max(1, values.length);
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
  // What rounding leaves of no spread at all.
  return { mean, sd: sd < 1e-9 ? 0 : sd };
}
