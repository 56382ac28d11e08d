import betaQuantile from '@stdlib/stats-base-dists-beta-quantile';

/** A ratio beyond this says no more than "out of nothing". */
export const RATIO_CAP = 10_000;
const MISS = 0.05;
const LEAST_EXPECTED = 1e-6;
const GRID = Math.log(1.02);
const CACHE = 20_000;

/** Observed to expected, capped. */
export function growthRatio(n: number, expected: number): number {
  return Math.min(n / Math.max(expected, LEAST_EXPECTED), RATIO_CAP);
}

export type RatioBound = (n: number, expected: number, variance: number) => number;

/**
 * 95% lower bound of the ratio of observed to expected, when counts are negative binomial: the ratio at which `n` or more come
 * with probability 0.05. `variance` is that of the log expectation (over-dispersion and baseline error). P(N >= n) is the incomplete beta
 * function of n and k = 1/variance, so the bound is a beta quantile (Johnson, Kemp and Kotz 2005, 5.6). k is rounded down to a 2% grid, on the
 * side of caution, so that the costly part (20 µs) is remembered: 0.1 µs when met before.
 */
export function createRatioBound(): RatioBound {
  const known = new Map<number, number>();
  return (n, expected, variance) => {
    if (n <= 0) return 0;
    const step = Math.floor(Math.log(1 / Math.min(Math.max(variance, 1e-5), 10)) / GRID);
    const key = n * 4_096 + step + 1_024;
    let mean = known.get(key);
    if (mean === undefined) {
      mean = lowestMean(n, Math.exp(step * GRID));
      if (known.size >= CACHE) known.clear();
      known.set(key, mean);
    }
    return Math.min(mean / Math.max(expected, LEAST_EXPECTED), RATIO_CAP);
  };
}

/** The mean of a negative binomial of shape k under which n or more are seen with probability 0.05. */
function lowestMean(n: number, k: number): number {
  const q = betaQuantile(MISS, n, k);
  return (k * q) / (1 - q);
}
