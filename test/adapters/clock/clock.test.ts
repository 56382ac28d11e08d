import { expect, it } from 'vitest';
import { createManualClock } from '../../../src/adapters/clock/manual.ts';
import { createAcceleratedClock, createSystemClock } from '../../../src/adapters/clock/system.ts';

it('a manual clock stands until it is told, and never goes back', async () => {
  const clock = createManualClock(1_000);
  expect(clock.now()).toBe(1_000);
  clock.advance(5_000);
  clock.advance(2_000);
  await clock.sleep(1e9);
  expect(clock.now()).toBe(5_000);
});

it('a demo clock stands until it is started, then runs so many times as fast', async () => {
  const clock = createAcceleratedClock(1_000, 1_000);
  await clock.sleep(5);
  expect(clock.now()).toBe(1_000);
  const before = clock.elapsed();
  clock.start();
  clock.start();
  await clock.sleep(10);
  const passed = clock.now() - 1_000;
  expect(passed).toBeGreaterThan(5_000);
  expect(passed).toBeLessThanOrEqual((clock.elapsed() - before) * 1_000);
});

it('the system clock counts real time that never goes back, and stops calling when told', async () => {
  const clock = createSystemClock();
  let calls = 0;
  const timer = clock.every(1, () => calls++);
  const from = clock.elapsed();
  while (calls < 2) await clock.sleep(2);
  timer.stop();
  const then = calls;
  await clock.sleep(10);
  expect(calls).toBe(then);
  expect(clock.elapsed()).toBeGreaterThan(from);
});
