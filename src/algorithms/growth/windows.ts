import type { GrowthWindow } from '../../domain/alert.ts';
import { type BaselineColumns, COUNTS_HELD, shareAt, toldAt } from './baseline.ts';
import { growthRatio, type RatioBound } from './ratio.ts';
import { BLOCK, type Traffic } from './traffic.ts';

const WINDOWS = [5, 15, 30, 60, 120, 320] as const;

type Observed = { readonly n: number; readonly expected: number };

/** New accounts of the last `minutes` (320 at most) and how many were due. */
export function observe(
  b: BaselineColumns,
  traffic: Traffic,
  slot: number,
  minute: number,
  minutes: number,
): Observed {
  // Whole numbers said to be so: remainders of doubles cost ten times as much.
  const first = Math.max(minute - minutes + 1, b.start[slot] ?? 0) | 0;
  const last = minute | 0;
  let n = 0;
  let expected = 0;
  let due = 0;
  for (let t = first; t <= last; t++) {
    n += toldAt(b, slot, t);
    due += traffic.at(t);
    // The share holds for a block.
    if (t % BLOCK !== BLOCK - 1 && t !== last) continue;
    expected += shareAt(b, slot, t) * due;
    due = 0;
  }
  return { n, expected };
}

/** Whether the cluster had any new account in the last `minutes` (320 at most). O(minutes). */
export function anyNew(b: BaselineColumns, slot: number, minute: number, minutes: number): boolean {
  for (let t = minute; t > minute - minutes; t--) if (toldAt(b, slot, t) > 0) return true;
  return false;
}

export function growthWindows(
  b: BaselineColumns,
  traffic: Traffic,
  slot: number,
  minute: number,
  variance: number,
  bound: RatioBound,
): GrowthWindow[] {
  return WINDOWS.map((minutes) => {
    const { n, expected } = observe(b, traffic, slot, minute, minutes);
    return {
      minutes,
      observed: n,
      expected,
      ratio: growthRatio(n, expected),
      ratio_low: bound(n, expected, variance),
    };
  });
}

/**
 * When growth began: the minute of the last 320 from which on the counts exceed their expectation the most, by the likelihood ratio of
 * the negative binomial. The minute itself when nothing exceeds. O(320).
 */
export function estimateOnset(
  b: BaselineColumns,
  traffic: Traffic,
  slot: number,
  minute: number,
  variance: number,
): number {
  const k = 1 / Math.max(variance, 1e-5);
  const first = Math.max(minute - COUNTS_HELD + 1, b.start[slot] ?? 0);
  let n = 0;
  let m = 1e-9;
  let best = 0;
  let onset = minute;
  for (let t = minute; t >= first; t--) {
    const count = toldAt(b, slot, t);
    n += count;
    m += shareAt(b, slot, t) * traffic.at(t);
    if (count === 0 || n <= m) continue;
    const gain = n * Math.log(n / m) - (n + k) * Math.log((n + k) / (m + k));
    if (gain > best) {
      best = gain;
      onset = t;
    }
  }
  return onset;
}
