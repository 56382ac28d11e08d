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

/** A clock that stands at `from` (ms) until it is started, then runs `speed` times as fast: the demo's. */
export type AcceleratedClock = Clock & { start(): void };

export function createAcceleratedClock(from: number, speed: number): AcceleratedClock {
  let started: number | null = null;
  return {
    now: () => (started === null ? from : from + (elapsed() - started) * speed),
    speed,
    every,
    elapsed,
    sleep,
    start() {
      started ??= elapsed();
    },
  };
}
