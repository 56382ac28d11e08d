import { describe, expect, it } from 'vitest';
import { Pace } from '../../src/cli/replay-work.ts';

const NOON = Date.UTC(2026, 2, 1, 12);
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const at = (ms: number): string => new Date(ms).toISOString();

/** Real ms from the first to each, as the pace says at once. */
function dues(speed: number, times: readonly number[]): number[] {
  const pace = new Pace(speed, new AbortController().signal);
  const started = performance.now();
  return times.map((time) => Math.round((pace.due(at(time)) - started) / 100) * 100);
}

describe('the pace of a replay', () => {
  it('keeps the distance of the times, divided by the speed', () => {
    expect(dues(60, [NOON, NOON + MINUTE, NOON + 10 * MINUTE])).toEqual([0, 1_000, 10_000]);
  });

  it('waits for no time that a broken clock made, first, amid the others, or long ago', () => {
    expect(dues(60, [0, NOON, NOON + MINUTE, NOON + 2 * MINUTE])).toEqual([0, 0, 0, 1_000]);
    expect(dues(60, [NOON, NOON + 30 * DAY, NOON + MINUTE])).toEqual([0, 0, 1_000]);
    const [, long, next] = dues(60, [NOON, 0, NOON + MINUTE]);
    expect(long).toBeLessThan(0);
    expect(next).toBe(1_000);
  });

  it('goes on behind a gap of weeks, without waiting it out', () => {
    const behind = NOON + 60 * DAY;
    expect(dues(1, [NOON, behind, behind + 1_000, behind + 3_000])).toEqual([0, 0, 0, 2_000]);
  });

  it('is none at full speed', () => {
    expect(dues(Number.POSITIVE_INFINITY, [NOON, NOON + DAY])).toEqual([0, 0]);
  });
});
