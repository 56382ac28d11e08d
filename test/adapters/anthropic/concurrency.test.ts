import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createConcurrency } from '../../../src/adapters/anthropic/concurrency.ts';

function rig(ceiling: number) {
  const limits: number[] = [];
  const concurrency = createConcurrency(ceiling, (limit) => limits.push(limit));
  const answer = (status: number, times = 1) => {
    for (let i = 0; i < times; i++) concurrency.sent()(status);
  };
  return { limits, concurrency, answer };
}

it('begins at the ceiling and is halved by 429 and by 529, down to one', () => {
  const { limits, answer } = rig(16);
  answer(429);
  answer(529);
  answer(429, 5);
  expect(limits).toEqual([16, 8, 4, 2, 1]);
});

it('grows by one for each round of answers, up to the ceiling', () => {
  const { limits, answer } = rig(4);
  answer(429, 2);
  answer(200);
  expect(limits).toEqual([4, 2, 1, 2]);
  answer(200, 3);
  expect(limits.at(-1)).toBe(3);
  answer(200, 100);
  expect(limits.at(-1)).toBe(4);
});

it('is halved once by all that were under way together', () => {
  const { limits, concurrency } = rig(16);
  const together = Array.from({ length: 16 }, () => concurrency.sent());
  for (const answered of together) answered(429);
  expect(limits).toEqual([16, 8]);
});

it('is left alone by other failures', () => {
  const { limits, answer } = rig(8);
  for (const status of [400, 401, 404, 413, 500, 503]) answer(status);
  expect(limits).toEqual([8]);
});

it('never runs more than the ceiling at once, runs all, and in the order asked', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 6 }),
      fc.array(fc.constantFrom(200, 429), { maxLength: 40 }),
      async (ceiling, statuses) => {
        let running = 0;
        const begun: number[] = [];
        const concurrency = createConcurrency(ceiling, () => undefined);
        const work = statuses.map((status, i) =>
          concurrency.run(async () => {
            begun.push(i);
            running++;
            const answered = concurrency.sent();
            expect(running).toBeLessThanOrEqual(ceiling);
            await Promise.resolve();
            running--;
            answered(status);
          }),
        );
        await Promise.all(work);
        expect(begun).toEqual(statuses.map((_, i) => i));
      },
    ),
  );
});
