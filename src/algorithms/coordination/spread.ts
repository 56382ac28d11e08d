/** How conversations spread over accounts, and accounts over time. */

/** @param counts conversations of each account, all above 0; they are sorted in place */
export type Spread = {
  readonly perAccount: number;
  readonly top1: number;
  readonly equalTop1: number;
  readonly gini: number;
};

/**
 * The share of the busiest 1% of accounts (one at least) and what it were if all did the same, and Gini's index, times n / (n - 1): without
 * it few accounts would always look equal (Deltas 2003). 0: all the same; 1: one does all. O(n log n).
 */
export function spreadOf(counts: Float64Array): Spread {
  const n = counts.length;
  if (n === 0) return { perAccount: 0, top1: 0, equalTop1: 0, gini: 0 };
  counts.sort();
  const top = Math.max(1, Math.ceil(n / 100));
  let sum = 0;
  let ranked = 0;
  let busiest = 0;
  for (const [i, count] of counts.entries()) {
    sum += count;
    ranked += (2 * (i + 1) - n - 1) * count;
    if (i >= n - top) busiest += count;
  }
  const gini = n < 2 ? 0 : Math.max(0, ranked / ((n - 1) * sum));
  return { perAccount: sum / n, top1: busiest / sum, equalTop1: top / n, gini: Math.min(1, gini) };
}

/** Pairs of times that lie at most `within` apart. O(n). @param times ascending */
export function pairsWithin(times: ArrayLike<number> & Iterable<number>, within: number): number {
  let pairs = 0;
  let first = 0;
  for (let i = 0; i < times.length; i++) {
    const at = times[i] ?? 0;
    while ((times[first] ?? at) < at - within) first++;
    pairs += i - first;
  }
  return pairs;
}

/** How likely two times of all traffic lie together, and how that differs from time to time. */
export type Together = { readonly chance: number; readonly variance: number };

/** O(n). @param times ascending, of all traffic */
export function togetherOf(times: ArrayLike<number> & Iterable<number>, within: number): Together {
  const n = times.length;
  if (n < 2) return { chance: 0, variance: 0 };
  let first = 0;
  let last = 0;
  let sum = 0;
  let squares = 0;
  for (const at of times) {
    while ((times[first] ?? at) < at - within) first++;
    while (last < n && (times[last] ?? at) <= at + within) last++;
    const chance = (last - first - 1) / (n - 1);
    sum += chance;
    squares += chance * chance;
  }
  const chance = sum / n;
  return { chance, variance: Math.max(0, squares / n - chance * chance) };
}

export type Synchrony = {
  /** Pairs together ÷ as many as were if all came independently, when traffic comes. */
  readonly ratio: number;
  /** 95% lower bound. */
  readonly low: number;
};

const Z = 1.959964;

/**
 * Its expectation is 1 for independent arrivals with the daily rhythm of all traffic, however busy. The variance of the pairs is that of a
 * U-statistic (Hoeffding 1948); the bound is Poisson's by Wilson and Hilferty, widened by how much more the pairs vary. O(n).
 * @param times ascending, one for each account: what one account does at once is no agreement
 */
export function synchronyOf(
  times: ArrayLike<number> & Iterable<number>,
  within: number,
  { chance, variance }: Together,
): Synchrony {
  const n = times.length;
  const pairs = (n * (n - 1)) / 2;
  const expected = pairs * chance;
  if (expected <= 0) return { ratio: 1, low: 0 };
  const observed = pairsWithin(times, within);
  const spread = expected * (1 - chance) + n * (n - 1) * (n - 2) * variance;
  const wider = Math.max(1, spread / expected);
  return { ratio: observed / expected, low: (wider * poissonLow(observed / wider)) / expected };
}

function poissonLow(count: number): number {
  if (count <= 0) return 0;
  return count * Math.max(0, 1 - 1 / (9 * count) - Z / (3 * Math.sqrt(count))) ** 3;
}

/** 95% lower bound of a share (Wilson 1927). */
export function shareLow(share: number, n: number): number {
  if (n === 0) return 0;
  const z2 = Z * Z;
  const half = Z * Math.sqrt((share * (1 - share)) / n + z2 / (4 * n * n));
  return Math.max(0, (share + z2 / (2 * n) - half) / (1 + z2 / n));
}
