import { type BaselineColumns, effectiveCount } from './baseline.ts';

/**
 * Surge test: a robust, tempered Shiryaev-Roberts e-detector. Null: the intensity is at most `m_q`, the expectation
 * stretched by its own uncertainty. Each factor has mean at most 1 under the null, and so has its power g <= 1 (Jensen), so
 * R - t is a supermartingale: the mean time to a false alarm of one series is at least exp(threshold) minutes, however often one looks.
 * Shin, Ramdas and Rinaldo 2022 (e-detectors); Pollak 1985.
 */
const STRETCH = [2, 1] as const; // of the expectation, in standard deviations of its logarithm
const TEMPER = [0.25, 0.5] as const;
const WEIGHT = [0.5, 0.5] as const;
const RATIOS = [1.5, 3, 8] as const;
const LOG_RATIOS = RATIOS.map(Math.log);
const CELLS = STRETCH.length * RATIOS.length;
/** Far above any threshold in use (that of ten million series is 25), and never an overflow. A cap only lowers R. */
export const SCORE_CAP = 40;
const CAP = Math.exp(SCORE_CAP);
const YOUTH = { variance: 0.3, minutes: 7 * 1_440 };
const MINUTES_A_DAY = 1_440;

export type SurgeColumns = {
  /** Shiryaev-Roberts statistics, components by ratios. */
  readonly r: Float64Array;
  /** Expectation is multiplied by this to give each component's null. */
  readonly stretch: Float64Array;
  /** Weighted sum of `r`; the score is its logarithm. */
  readonly sum: Float64Array;
  /** First minute that is tested. */
  readonly from: Int32Array;
};

export function createSurgeColumns(capacity: number): SurgeColumns {
  return {
    r: new Float64Array(capacity * CELLS),
    stretch: new Float64Array(capacity * STRETCH.length),
    sum: new Float64Array(capacity),
    from: new Int32Array(capacity),
  };
}

/** Variance of the log expectation: over-dispersion, the baseline's own error, and a young series' unknown habits. */
export function uncertainty(b: BaselineColumns, slot: number, minute: number): number {
  const age = minute - (b.start[slot] ?? 0);
  const youth = YOUTH.variance * Math.max(0, 1 - age / YOUTH.minutes);
  return (b.dispersion[slot] ?? 0) + 1 / effectiveCount(b, slot) + youth;
}

/** Renews the nulls of one series; once a block. */
export function rollSurge(s: SurgeColumns, b: BaselineColumns, slot: number, minute: number): void {
  const sd = Math.sqrt(uncertainty(b, slot, minute));
  s.stretch[slot * 2] = Math.exp(STRETCH[0] * sd);
  s.stretch[slot * 2 + 1] = Math.exp(STRETCH[1] * sd);
}

/** One minute of one series: `a` new accounts where `expected` were due. */
export function tickSurge(
  s: SurgeColumns,
  slot: number,
  a: number,
  expected: number,
  dispersion: number,
): void {
  const hourly = dispersion * 60;
  const m0 = (s.stretch[slot * 2] ?? 0) * expected;
  const m1 = (s.stretch[slot * 2 + 1] ?? 0) * expected;
  const g0 = 1 / (1 + TEMPER[0] * hourly * m0);
  const g1 = 1 / (1 + TEMPER[1] * hourly * m1);
  const at = slot * CELLS;
  const sum =
    a > 0
      ? WEIGHT[0] * countedMinute(s.r, at, a * g0, m0 * g0) +
        WEIGHT[1] * countedMinute(s.r, at + 3, a * g1, m1 * g1)
      : WEIGHT[0] * silentMinute(s.r, at, m0 * g0) + WEIGHT[1] * silentMinute(s.r, at + 3, m1 * g1);
  s.sum[slot] = sum / RATIOS.length;
}

/**
 * Factors exp(-(ratio - 1)·m) for ratios 1.5, 3 and 8 are y, y^4 and y^14: silent minutes, by far the most, take one exponential
 * where counted ones take three.
 */
function silentMinute(r: Float64Array, at: number, m: number): number {
  const y = Math.exp(-0.5 * m);
  const y2 = y * y;
  const y4 = y2 * y2;
  const a = capped((1 + (r[at] ?? 0)) * y);
  const b = capped((1 + (r[at + 1] ?? 0)) * y4);
  const c = capped((1 + (r[at + 2] ?? 0)) * y4 * y4 * y4 * y2);
  r[at] = a;
  r[at + 1] = b;
  r[at + 2] = c;
  return a + b + c;
}

function countedMinute(r: Float64Array, at: number, a: number, m: number): number {
  let sum = 0;
  for (let k = 0; k < RATIOS.length; k++) {
    // One exponent: a product of two could be infinity times zero.
    const factor = Math.exp(a * (LOG_RATIOS[k] ?? 0) - ((RATIOS[k] ?? 0) - 1) * m);
    const value = capped((1 + (r[at + k] ?? 0)) * factor);
    r[at + k] = value;
    sum += value;
  }
  return sum;
}

function capped(x: number): number {
  return Math.min(x, CAP);
}

/** log of the weighted statistic, 0 at least. */
export function surgeScore(s: SurgeColumns, slot: number): number {
  return Math.log(Math.max(1, s.sum[slot] ?? 0));
}

export function resetSurge(s: SurgeColumns, slot: number): void {
  s.r.fill(0, slot * CELLS, (slot + 1) * CELLS);
  s.sum[slot] = 0;
}

/** Score that all series together pass by chance at most so many times a day. Its log K is the multiple-testing term. */
export function threshold(seriesCount: number, alarmsPerDay: number): number {
  return Math.log((MINUTES_A_DAY * Math.max(1, seriesCount)) / alarmsPerDay);
}
