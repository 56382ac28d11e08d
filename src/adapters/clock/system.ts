import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../../ports/clock.ts';

/** Real ms since 1970 that never go back, so that latencies hold over the processes of one machine. */
const elapsed = (): number => performance.timeOrigin + performance.now();

function every(ms: number, run: () => void): { stop(): void } {
  const timer = setInterval(run, ms);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}

const sleep = async (ms: number): Promise<void> => {
  await delay(ms);
};

/** Wall-clock time. */
export function createSystemClock(): Clock {
  return { now: () => Date.now(), speed: 1, every, elapsed, sleep };
}

/** A clock that starts at `from` (ms) now and runs `speed` times as fast: the demo's. */
export function createAcceleratedClock(from: number, speed: number): Clock {
  const started = elapsed();
  return { now: () => from + (elapsed() - started) * speed, speed, every, elapsed, sleep };
}
