import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { barsPath, hourly, niceTicks, timeTicks } from '../../src/console/state/chart.ts';

const HOUR = 3_600_000;
const box = { x: 0, step: 10, gap: 2, height: 30 };

describe('charts', () => {
  it('draws a bar for every count above zero, the smallest still visible', () => {
    expect(barsPath([0, 1_000, 1], 1_000, box)).toBe('M10 30v-30h8v30zM20 30v-1h8v1z');
  });

  it('draws nothing where nothing was counted', () => {
    expect(barsPath([0, 0], 0, box)).toBe('');
  });

  it('fills the hours that nothing is known of', () => {
    const known = { at: 7 * HOUR, conversations: 3, accounts: 2, expected: 2.5 };
    const points = hourly([known], 8.5 * HOUR, 3);
    expect(points.map(({ at, conversations }) => [at / HOUR, conversations])).toEqual([
      [6, 0],
      [7, 3],
      [8, 0],
    ]);
  });

  it('has an axis of whole even steps that begins at zero and holds the largest value', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (max) => {
        const ticks = niceTicks(max, 4);
        expect(ticks[0]).toBe(0);
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(max);
        expect(ticks.length).toBeLessThanOrEqual(6);
        expect(ticks.every(Number.isInteger)).toBe(true);
      }),
    );
    expect(niceTicks(0, 4)).toEqual([0, 1]);
  });

  it('writes no more moments under the axis than there is room for', () => {
    expect(timeTicks(0, 47 * HOUR, 7)).toEqual([0, 12, 24, 36].map((hour) => hour * HOUR));
    expect(timeTicks(HOUR, 671 * HOUR, 7).length).toBeLessThanOrEqual(7);
  });
});
