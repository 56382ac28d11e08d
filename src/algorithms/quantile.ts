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
 * The lowest of values that stand for different numbers of others, such that it and those below stand for a share q of all (type 1, Hyndman
 * and Fan 1996). Values that stand for none are left out. NaN when none is left. O(n log n), without an object or a comparison a value: tens of
 * thousands are sorted in a few milliseconds.
 */
export function weightedQuantile(values: Float64Array, weights: Float64Array, q: number): number {
  const counted = new Float64Array(values.length);
  let n = 0;
  for (let i = 0; i < values.length; i++) if ((weights[i] ?? 0) > 0) counted[n++] = values[i] ?? 0;
  const sorted = counted.subarray(0, n).sort();
  const upTo = (most: number): number => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) if ((values[i] ?? 0) <= most) sum += weights[i] ?? 0;
    return sum;
  };
  const share = q * upTo(Number.POSITIVE_INFINITY);
  let [low, high] = [0, sorted.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (upTo(sorted[middle] ?? 0) >= share) high = middle;
    else low = middle + 1;
  }
  return sorted[low] ?? Number.NaN;
}
