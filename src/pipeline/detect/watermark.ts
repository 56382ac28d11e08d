/** Event time up to which every source partition has been heard: the slowest of those that are not idle. */
export class Watermarks {
  readonly #sources = new Map<number, { at: number; heard: number }>();
  readonly #idleMs: number | null;

  /** @param idleMs a partition silent for longer (real ms) is not waited for; null: wait for ever (replay) */
  constructor(idleMs: number | null) {
    this.#idleMs = idleMs;
  }

  /**
   * A partition that speaks without moving on, as one of dead letters alone, is as idle as a silent one; one that has
   * not told any time yet is not known.
   * @param elapsed real ms, for telling idle partitions
   */
  hear(source: number, watermark: number, elapsed: number): void {
    const at = this.#sources.get(source)?.at ?? 0;
    if (watermark > at) this.#sources.set(source, { at: watermark, heard: elapsed });
  }

  /**
   * Lets the clock stand in for partitions that are silent.
   * @returns event time, or null before anything was heard
   */
  now(elapsed: number, clock: number): number | null {
    let slowest: number | null = null;
    let latest: number | null = null;
    for (const { at, heard } of this.#sources.values()) {
      latest = Math.max(latest ?? 0, at);
      if (this.#idleMs !== null && elapsed - heard > this.#idleMs) continue;
      slowest = Math.min(slowest ?? Number.POSITIVE_INFINITY, at);
    }
    if (slowest !== null || latest === null) return slowest;
    // All are silent. When the stream was live, time goes on without it, so that alerts can end; old data stays where it is.
    const idle = clock - (this.#idleMs ?? 0);
    return idle > latest && idle - latest < LIVE_MS ? idle : latest;
  }

  state(): [source: number, at: number][] {
    return [...this.#sources].map(([source, { at }]) => [source, at]);
  }

  restore(state: readonly (readonly [number, number])[], elapsed: number): void {
    for (const [source, at] of state) this.#sources.set(source, { at, heard: elapsed });
  }
}

/** A stream further behind the clock than this is a replay. */
const LIVE_MS = 24 * 3_600_000;
