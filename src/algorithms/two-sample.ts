import binomialCdf from '@stdlib/stats-base-dists-binomial-cdf';

/**
 * How likely it is that of what lies within some distance of a point at least so many are of the second of two samples, when both are drawn
 * from one and the same distribution: a local form of the nearest-neighbour two-sample test (Schilling 1986, JASA 81; Henze 1988).
 * The first of the second sample is not counted, as the time since it came is chosen by it. O(fresh + past) at worst.
 * @param fresh how many of the second sample, itself included
 * @param past how many of the first
 * @param share of the second sample in both
 */
export function chanceOfAsMany(fresh: number, past: number, share: number): number {
  const others = fresh - 1;
  if (others <= 0) return 1;
  const old = Math.ceil(past);
  // At least so many of the second are at most so many of the first: 1 minus the other tail would be 0 from 1e-16 on.
  return binomialCdf(old, others + old, 1 - Math.min(1, Math.max(0, share)));
}
