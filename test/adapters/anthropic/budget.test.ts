import { expect, it } from 'vitest';
import { createBudget } from '../../../src/adapters/anthropic/budget.ts';
import { llmEvents } from '../../support/llm.ts';

const MINUTE = 60_000;

function rig(perHour: number | null) {
  const events = llmEvents();
  const clock = { at: 0 };
  return { events, clock, budget: createBudget(perHour, () => clock.at, events) };
}

it('holds calls back once it is spent, until what was spent is an hour old', () => {
  const { events, clock, budget } = rig(1);
  budget.spend(0.6);
  budget.check();
  clock.at = 30 * MINUTE;
  budget.spend(0.4);
  expect(() => budget.check()).toThrow(expect.objectContaining({ code: 'llm/held', retry: true }));
  clock.at = 59 * MINUTE;
  expect(() => budget.check()).toThrow('1 dollars an hour');
  clock.at = 60 * MINUTE;
  budget.check();
  expect(events.states).toEqual([true, false]);
  expect(events.spent.at(-1)).toBeCloseTo(0.4);
});

it('tells that the hour goes on though nobody calls', () => {
  const { events, clock, budget } = rig(1);
  budget.spend(2);
  clock.at = 61 * MINUTE;
  budget.tell();
  expect(events.spent.at(-1)).toBe(0);
  expect(events.states).toEqual([true, false]);
});

it('holds nothing back where there is none, and tells what is spent', () => {
  const { events, budget } = rig(null);
  budget.spend(1_000);
  budget.check();
  expect(events.spent.at(-1)).toBe(1_000);
  expect(events.states).toEqual([]);
});
