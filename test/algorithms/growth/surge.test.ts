import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBaselineColumns, startBaseline } from '../../../src/algorithms/growth/baseline.ts';
import {
  createSurgeColumns,
  resetSurge,
  rollSurge,
  SCORE_CAP,
  surgeScore,
  threshold,
  tickSurge,
} from '../../../src/algorithms/growth/surge.ts';
import { seededRandom } from '../../../src/algorithms/random.ts';
import { poisson } from '../../support/random-counts.ts';

describe('threshold', () => {
  it('promises so many alarms a day over all series', () => {
    expect(threshold(1_000, 1)).toBeCloseTo(14.18, 2);
    expect(threshold(1_000, 1 / 7)).toBeCloseTo(Math.log(7 * 1_440 * 1_000), 12);
    expect(threshold(2_000, 1)).toBeCloseTo(threshold(1_000, 0.5), 12);
    expect(threshold(0, 1)).toBe(threshold(1, 1));
  });
});

/** A series whose null is stretched by nothing but `stretch`. */
function series(count: number, stretch: number) {
  const s = createSurgeColumns(count);
  s.stretch.fill(stretch);
  return s;
}

describe('the surge test', () => {
  it('keeps the mean of R at or below the minutes passed, when counts are no more than expected', () => {
    const random = seededRandom(7);
    const runs = 4_000;
    for (const mean of [0.02, 0.4, 3]) {
      const s = series(runs, 1);
      for (let t = 1; t <= 60; t++) {
        for (let slot = 0; slot < runs; slot++) tickSurge(s, slot, poisson(random, mean), mean, 0.04);
      }
      const average = s.sum.reduce((a, b) => a + b, 0) / runs;
      // Ratio 8 makes R heavy-tailed; tempering keeps the average of 4,000 runs near its mean.
      expect(average).toBeLessThan(60 * 1.15);
    }
  });

  it('promises the mean time to a false alarm of a single series', () => {
    const random = seededRandom(11);
    const runs = 400;
    const bar = Math.log(500);
    const s = series(runs, 1);
    let alarms = 0;
    const minutes = 2_000;
    for (let t = 0; t < minutes; t++) {
      for (let slot = 0; slot < runs; slot++) {
        tickSurge(s, slot, poisson(random, 0.3), 0.3, 0);
        if (surgeScore(s, slot) < bar) continue;
        alarms += 1;
        resetSurge(s, slot);
      }
    }
    expect((runs * minutes) / alarms).toBeGreaterThan(500);
  });

  it('crosses the bar of a thousand series within minutes of a large surge', () => {
    const random = seededRandom(3);
    const s = series(1, 1.5);
    let minutes = 0;
    while (surgeScore(s, 0) < threshold(1_000, 1)) {
      tickSurge(s, 0, poisson(random, 5), 0.5, 0.04);
      minutes += 1;
    }
    expect(minutes).toBeLessThan(30);
  });

  it('never overflows nor turns into NaN, whatever comes', () => {
    const counts = fc.oneof(fc.constant(0), fc.nat(20), fc.nat(1_000_000));
    const means = fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e6, noNaN: true }));
    fc.assert(
      fc.property(fc.array(fc.tuple(counts, means), { maxLength: 50 }), (minutes) => {
        const s = series(1, 1.5);
        for (const [a, mean] of minutes) {
          tickSurge(s, 0, a, mean, 0.04);
          expect(surgeScore(s, 0)).toBeGreaterThanOrEqual(0);
          expect(surgeScore(s, 0)).toBeLessThanOrEqual(SCORE_CAP + 1e-9);
        }
      }),
    );
  });

  it('counts a silent minute as the general formula does', () => {
    const s = series(1, 1);
    tickSurge(s, 0, 3, 0.7, 0.04);
    const before = [...s.r];
    tickSurge(s, 0, 0, 0.7, 0.04);
    const g = [0.25, 0.5].map((temper) => 1 / (1 + temper * 0.04 * 60 * 0.7));
    const wanted = before.map((r, i) => {
      const ratio = [1.5, 3, 8][i % 3]!;
      return (1 + r) * Math.exp(g[Math.floor(i / 3)]! * -(ratio - 1) * 0.7);
    });
    for (const [i, r] of s.r.entries()) expect(r).toBeCloseTo(wanted[i]!, 10);
  });

  it('doubts a young series more than an old one', () => {
    const b = createBaselineColumns(1);
    startBaseline(b, 0, 0, 1e-4);
    const s = createSurgeColumns(1);
    rollSurge(s, b, 0, 0);
    const young = s.stretch[0]!;
    rollSurge(s, b, 0, 8 * 1_440);
    expect(s.stretch[0]!).toBeLessThan(young);
    expect(s.stretch[0]!).toBeGreaterThan(1);
  });
});
