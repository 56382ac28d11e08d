import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/algorithms/random.ts';
import { chanceOf, type Strategy } from '../../../src/algorithms/sampling/chance.ts';
import { Governor, type GovernorOptions } from '../../../src/algorithms/sampling/governor.ts';
import { poisson } from '../../support/random-counts.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-03-02T12:00:00Z');
const OPTIONS: GovernorOptions = {
  strategy: 'conversations',
  share: 1,
  least: 0.001,
  budgets: { dollars: 1, calls: null },
  prior: { dollars: 0.0003, calls: 1 },
};

const ones = (length: number): number[] => Array.from({ length }, () => 1);

type Told = { readonly share: number; readonly spent: number; readonly offered: number };

/** A batch a minute and source; what is taken is paid for, give or take. Answers by minute. */
function run(
  governor: Governor,
  traffic: (minute: number) => number,
  {
    minutes = 240,
    cost = 0.0003,
    seed = 1,
    sources = 1,
    names = () => 0,
    strategy = 'conversations',
    outputs = () => 1,
  }: Partial<{
    minutes: number;
    cost: number;
    seed: number;
    sources: number;
    names: (minute: number) => number;
    strategy: Strategy;
    outputs: (u: number) => number;
  }> = {},
): Told[] {
  const random = seededRandom(seed);
  return Array.from({ length: minutes }, (_, minute) => {
    const now = START + minute * MINUTE;
    let spent = names(minute);
    governor.spend('dollars', spent, false, now);
    let share = 1;
    let all = 0;
    for (let source = 0; source < sources; source++) {
      const offered = poisson(random, traffic(minute) / sources);
      const said = Array.from({ length: offered }, () => outputs(random()));
      const planned = governor.plan(said, now);
      share = planned.share;
      const taken = said.filter((one) => random() < chanceOf(strategy, share, one)).length;
      planned.taken = taken;
      for (let i = 0; i < taken; i++) {
        const dollars = cost * (0.5 + random());
        spent += dollars;
        governor.spend('dollars', dollars, true, now);
        governor.spend('calls', 1, true, now);
      }
      governor.settled(planned, now);
      all += offered;
    }
    return { share, spent, offered: all };
  });
}

const spentIn = (told: readonly Told[], from: number, to: number): number =>
  told.slice(Math.max(0, from), to).reduce((sum, { spent }) => sum + spent, 0);
const worstHour = (told: readonly Told[]): number =>
  Math.max(...told.map((_, minute) => spentIn(told, minute - 59, minute + 1)));

describe('a governor', () => {
  it('takes all while all can be paid for', () => {
    const told = run(new Governor(OPTIONS), () => 30);
    expect(told.every(({ share }) => share === 1)).toBe(true);
  });

  it('keeps what any 60 minutes cost within the budget, and uses most of it', () => {
    const told = run(new Governor(OPTIONS), () => 500);
    expect(worstHour(told)).toBeLessThanOrEqual(1);
    expect(spentIn(told, 120, 180)).toBeGreaterThan(0.75);
  });

  it('keeps it whatever the traffic does, and whatever a conversation costs', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 8 }),
        fc.double({ min: 0.00005, max: 0.002, noNaN: true }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 1e6 }),
        (levels, cost, sources, seed) => {
          const governor = new Governor(OPTIONS);
          const traffic = (minute: number): number => levels[Math.floor(minute / 30) % levels.length] ?? 0;
          const told = run(governor, traffic, { cost, sources, seed });
          // Nothing less than the least share can be held back.
          const unavoidable = 3_000 * 60 * OPTIONS.least * cost * 1.3;
          expect(worstHour(told)).toBeLessThanOrEqual(1 + unavoidable);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('falls at once when a rush comes, and rises again step by step when it is over', () => {
    const told = run(new Governor(OPTIONS), (minute) => (minute >= 60 && minute < 120 ? 2_000 : 30));
    expect(told[59]?.share).toBe(1);
    expect(told[60]?.share).toBeLessThan(0.06);
    expect(told.at(-1)?.share).toBe(1);
    for (let i = 1; i < told.length; i++) {
      const [before, after] = [told[i - 1]?.share ?? 1, told[i]?.share ?? 1];
      expect(after / before).toBeLessThan(1.2);
    }
    expect(worstHour(told)).toBeLessThanOrEqual(1);
  });

  it('does not tremble while the traffic is as it was', () => {
    const shares = run(new Governor(OPTIONS), () => 500)
      .slice(60)
      .map(({ share }) => share);
    const changes = shares.filter((share, i) => i > 0 && share !== shares[i - 1]).length;
    expect(changes).toBeLessThan(shares.length / 8);
  });

  it.each([3, 10, 30])(
    'holds still where conversations of some %d outputs are sampled by outputs',
    (mean) => {
      const strategy = 'outputs';
      const outputs = (u: number): number => 1 + Math.floor(-Math.log(1 - u) * (mean - 1));
      const told = run(new Governor({ ...OPTIONS, strategy }), () => 500, { strategy, outputs });
      const shares = told.slice(60).map(({ share }) => share);
      expect(worstHour(told)).toBeLessThanOrEqual(1);
      expect(spentIn(told, 120, 180)).toBeGreaterThan(0.7);
      expect(Math.max(...shares) / Math.min(...shares)).toBeLessThan(1.5);
    },
  );

  it('takes less for an hour after names have cost much', () => {
    const told = run(new Governor(OPTIONS), () => 200, { names: (minute) => (minute === 90 ? 0.4 : 0) });
    expect(told[100]?.share).toBeLessThan((told[89]?.share ?? 0) * 0.75);
    // The hour that was full already when they came is over by them alone; none that begins later is.
    expect(worstHour(told.slice(91))).toBeLessThanOrEqual(1);
    expect(told.at(-1)?.share).toBeGreaterThanOrEqual(told[89]?.share ?? 1);
  });

  it('never takes less than the least share, though nothing be left', () => {
    const governor = new Governor({ ...OPTIONS, least: 0.02 });
    governor.spend('dollars', 5, false, START);
    expect(governor.plan(ones(100), START).share).toBe(0.02);
    expect(governor.left('dollars', START)).toBe(0);
  });

  it('counts calls against their own budget, and the tighter of two holds', () => {
    const calls = run(new Governor({ ...OPTIONS, budgets: { dollars: null, calls: 600 } }), () => 100);
    const both = run(new Governor({ ...OPTIONS, budgets: { dollars: 1, calls: 600 } }), () => 100);
    expect(calls.at(-1)?.share).toBeLessThan(0.12);
    expect(both.map(({ share }) => share)).toEqual(calls.map(({ share }) => share));
  });

  it('has the part of a budget that is its own', () => {
    const [whole, half] = [new Governor(OPTIONS), new Governor(OPTIONS)];
    half.portion = 0.5;
    expect(worstHour(run(half, () => 500))).toBeLessThanOrEqual(0.5);
    expect(whole.left('dollars', START)).toBe(1);
  });

  it('without a budget takes its share, always', () => {
    const told = run(
      new Governor({ ...OPTIONS, share: 0.3, budgets: { dollars: null, calls: null } }),
      () => 900,
    );
    expect(told.every(({ share }) => share === 0.3)).toBe(true);
  });

  it('does not take a batch that is tried again for more traffic', () => {
    const governor = new Governor(OPTIONS);
    run(governor, () => 100);
    const now = START + 240 * MINUTE;
    const first = governor.plan(ones(100), now);
    governor.gaveUp(first);
    for (let i = 0; i < 50; i++) {
      const again = governor.plan(ones(100), now);
      governor.gaveUp(again);
      expect(again.share).toBe(first.share);
    }
  });

  it('counts all batches under way, in whatever order they end', () => {
    const one = new Governor(OPTIONS);
    const many = new Governor(OPTIONS);
    const said = ones(900);
    one.settled(one.plan([...said, ...said, ...said], START), START);
    const batches = [said, said, said].map((batch) => many.plan(batch, START));
    for (const planned of batches.reverse()) many.settled(planned, START);
    const now = START + MINUTE;
    expect(many.plan(ones(1), now).share).toBe(one.plan(ones(1), now).share);
    expect(many.plan(ones(1), now).share).toBeLessThan(0.05);
  });

  it('holds ready what batches under way will cost', () => {
    const governor = new Governor(OPTIONS);
    governor.plan(ones(10), START).taken = 3_000;
    expect(governor.plan(ones(10), START).share).toBeLessThan(0.5);
  });
});
