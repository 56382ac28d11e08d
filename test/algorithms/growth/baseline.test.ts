import { describe, expect, it } from 'vitest';
import {
  createBaselineColumns,
  putCount,
  rollBaseline,
  startBaseline,
} from '../../../src/algorithms/growth/baseline.ts';
import { BLOCK, Traffic } from '../../../src/algorithms/growth/traffic.ts';
import { turnBlock } from '../../../src/algorithms/growth/turn.ts';

const DAY = 1_440;
const MONDAY = (Date.UTC(2024, 5, 3) / 86_400_000) * DAY;

/** One series from `start` on, in a stream of `total` accounts a minute that began at `first`; answers with its level at the end. */
function run(
  start: number,
  end: number,
  how: { count: (minute: number) => number; total: number; first: number },
) {
  const b = createBaselineColumns(1);
  const traffic = new Traffic();
  const facts = { late: 0, priorShare: 5e-5, first: how.first };
  startBaseline(b, 0, start, facts.priorShare);
  for (let minute = start; minute < end; minute++) {
    traffic.set(minute, how.total);
    if (minute % BLOCK === 0) rollBaseline(b, 0, turnBlock(minute / BLOCK, traffic, facts));
    putCount(b, 0, minute, how.count(minute));
  }
  return { level: b.level[0] ?? 0, dispersion: b.dispersion[0] ?? 0 };
}

describe('a surge of a young cluster in an old stream', () => {
  const born = MONDAY + 10 * DAY;
  const surging = (from: number) => (minute: number) =>
    minute >= from && minute < from + 180 ? 10 : minute % 2;
  const usual = { total: 100, first: MONDAY };
  const levelAfter = (from: number) =>
    run(born, from + 245, { ...usual, count: surging(from) }).level /
    run(born, from + 245, { ...usual, count: (minute) => minute % 2 }).level;

  it('enters its expectation by a tenth from its second day on', () => {
    const weight = 180 * 10 * 0.1;
    expect(levelAfter(born + 1.5 * DAY)).toBeLessThan(1 + (2 * weight) / (0.5 * DAY));
  });

  it('is its expectation on its first day, when nothing else is', () => {
    expect(levelAfter(born + 0.3 * DAY)).toBeGreaterThan(3);
  });

  it('leaves the noise that is usual as it was until its fourth day', () => {
    const { dispersion } = run(born, born + 2.5 * DAY, { ...usual, count: surging(born + 1.5 * DAY) });
    expect(dispersion).toBe(0.04);
  });
});
