import { performance } from 'node:perf_hooks';
import type { Clock } from '../../ports/clock.ts';

/** Time that is told, for replays: `advance` moves `now`; timers never fire by themselves. */
export type ManualClock = Clock & { advance(to: number): void };

export function createManualClock(from: number): ManualClock {
  let now = from;
  return {
    now: () => now,
    speed: 1,
    every: () => ({ stop: () => undefined }),
    elapsed: () => performance.timeOrigin + performance.now(),
    sleep: () => Promise.resolve(),
    advance(to) {
      now = Math.max(now, to);
    },
  };
}
