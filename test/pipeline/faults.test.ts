import { expect, it } from 'vitest';
import { createFaults } from '../../src/pipeline/faults.ts';

const lost = new Error('no summaries');

it('tells role and reason once the same batch has failed three times, until one is committed', () => {
  const faults = createFaults(() => 0);
  faults.failed('admit', 0, lost);
  faults.failed('admit', 0, lost);
  faults.failed('admit', 1, lost);
  expect(faults.problems()).toEqual([]);
  faults.failed('admit', 0, lost);
  expect(faults.problems()).toEqual(['admit fails again and again: no summaries']);
  faults.worked('admit', 0);
  expect(faults.problems()).toEqual([]);
  faults.failed('admit', 0, lost);
  expect(faults.problems()).toEqual([]);
});

it('says the same of many partitions once, and forgets a partition of which nothing is heard', () => {
  let now = 0;
  const faults = createFaults(() => now);
  for (const partition of [0, 1]) for (let i = 0; i < 3; i++) faults.failed('assign', partition, lost);
  expect(faults.problems()).toHaveLength(1);
  now = 600_001;
  expect(faults.problems()).toEqual([]);
});
