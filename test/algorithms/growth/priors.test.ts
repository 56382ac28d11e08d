import { expect, it } from 'vitest';
import { GrowthBook } from '../../../src/algorithms/growth/book.ts';
import { LearnedPriors } from '../../../src/algorithms/growth/priors.ts';

const DAY = 1_440;
const MONDAY = (Date.UTC(2024, 5, 3) / 86_400_000) * DAY;

/** So many days of so many accounts a minute. */
function after(days: number, perMinute: number): LearnedPriors {
  const priors = new LearnedPriors();
  for (let block = 0; block < days * 288; block++) priors.passBlock(5 * perMinute);
  return priors;
}

it("expects of an unknown cluster what the study does, on a stream of the study's size", () => {
  expect(after(14, 74).priorShare).toBe(5e-5);
});

it('never lets the prior be worth more than a twentieth of the traffic that is remembered', () => {
  for (const [days, perMinute] of [
    [1, 20],
    [3, 4],
    [14, 1],
  ] as const) {
    const priors = after(days, perMinute);
    expect(1 / priors.priorShare).toBeLessThanOrEqual(priors.state().traffic / 20 + 1e-9);
  }
  expect(new LearnedPriors().priorShare).toBe(0.05);
});

it('a small stream is expected to draw what it draws after a day, and not a part of it', () => {
  const book = new GrowthBook({ watchPerDay: 1, pagePerDay: 1 / 7, warmupHours: 24, minAccounts: 8 });
  const clusters = Array.from({ length: 200 }, (_, i) => `c${i}`);
  for (const cluster of clusters) book.add(cluster, MONDAY, 'rebuild');
  for (let t = 0; t < 2 * DAY; t++) {
    // Four a minute, by turns: 29 a cluster and day.
    for (let i = 0; i < 4; i++) book.observe(clusters[(t * 4 + i) % 200] ?? null, MONDAY + t, 1, 1);
    book.advance(MONDAY + t);
  }
  const expected = clusters.map((cluster) => book.row(cluster)?.mu60 ?? 0);
  const mean = expected.reduce((sum, x) => sum + x, 0) / expected.length;
  expect(mean).toBeGreaterThan(0.95 * 1.2);
  expect(mean).toBeLessThan(1.05 * 1.2);
});
