/** Time, passed in. `now` is wall-clock ms or, in a demo, the accelerated clock; it never goes back. */
export interface Clock {
  now(): number;
  /** Clock ms per real ms: 1 when live. */
  readonly speed: number;
  /** Calls `run` every `ms` real milliseconds until stopped. */
  every(ms: number, run: () => void): { stop(): void };
  /** Real milliseconds, for latency only; monotonic. */
  elapsed(): number;
  sleep(ms: number): Promise<void>;
}
