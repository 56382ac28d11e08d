/** The q-quantile of values in any order, by linear interpolation (type 7, Hyndman and Fan 1996). NaN when empty. O(n log n). */
export function quantile(values: ArrayLike<number>, q: number): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) return Number.NaN;
  const at = q * (sorted.length - 1);
  const low = Math.floor(at);
  const a = sorted[low] ?? Number.NaN;
  const b = sorted[Math.min(low + 1, sorted.length - 1)] ?? a;
  return a + (b - a) * (at - low);
}

/**
 * The same where values stand for different numbers of others: each lies at the middle of what it stands for, the lowest at 0, the highest at 1;
 * with equal weights it is type 7 again. Values that stand for none are left out.
 */
export function weightedQuantile(
  values: readonly (readonly [value: number, weight: number])[],
  q: number,
): number {
  const sorted = values.filter(([, weight]) => weight > 0).sort(([a], [b]) => a - b);
  const ends = (sorted[0]?.[1] ?? 0) + (sorted.at(-1)?.[1] ?? 0);
  const all = sorted.reduce((sum, [, weight]) => sum + weight, 0);
  const at = (q * (2 * all - ends) + (sorted[0]?.[1] ?? 0)) / 2;
  let below = 0;
  let [before, middle] = [sorted[0]?.[0] ?? Number.NaN, 0];
  for (const [value, weight] of sorted) {
    const here = below + weight / 2;
    if (here >= at)
      return here > middle && below > 0
        ? before + ((value - before) * (at - middle)) / (here - middle)
        : value;
    [before, middle] = [value, here];
    below += weight;
  }
  return before;
}
