import { expect, it } from 'vitest';
import { judge, setBars } from '../../../src/algorithms/growth/verdicts.ts';

it("holds surges to the promise over all series, which is the study's among a thousand", () => {
  const { surge } = setBars(1_000, 700, 1, 1 / 7);
  expect(surge.watch).toBeCloseTo(14.18, 2);
  expect(surge.page).toBeCloseTo(16.126, 2);
});

it('holds births to one bar: as many as are born while one false page is promised', () => {
  const { newborn } = setBars(1_000, 700, 1, 1 / 7);
  expect(newborn.watch).toBeCloseTo(Math.log(700), 10);
  expect(newborn.page).toBe(newborn.watch);
  expect(setBars(30, 700, 5, 1 / 7).newborn).toEqual(newborn);
});

it('speaks from the minimum of accounts on', () => {
  const bar = { watch: 5, page: 7 };
  expect(judge(8, bar, 7, 8, 'new')).toEqual({ severity: 'quiet', because: 'too-few-accounts' });
  expect(judge(8, bar, 8, 8, 'new')).toEqual({ severity: 'page', because: 'new' });
  expect(judge(6, bar, 8, 8, 'surge')).toEqual({ severity: 'watch', because: 'surge' });
  expect(judge(4, bar, 8, 8, 'surge')).toEqual({ severity: 'quiet', because: 'below-threshold' });
});
