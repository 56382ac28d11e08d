import type { HistoryChunk } from '../../algorithms/growth/recast.ts';

const HELD = 20_000;

/**
 * The last rows counted. A generation speaks for the time up to its event time; what was counted since, while it was
 * being made, is in no back-cast and is taken from here.
 */
export class Tail {
  readonly #rows: { cluster: string | null; account: string; at: number }[] = [];
  #next = 0;

  add(cluster: string | null, account: string, at: number): void {
    this.#rows[this.#next] = { cluster, account, at };
    this.#next = (this.#next + 1) % HELD;
  }

  /** Rows after `at` (event time, ms), under the clusters that are still alive; others are outliers. */
  since(at: number, alive: ReadonlySet<string>): HistoryChunk {
    const rows = this.#rows.filter((row) => row.at > at);
    return {
      cluster: rows.map(({ cluster }) => (cluster !== null && alive.has(cluster) ? cluster : null)),
      account: rows.map(({ account }) => account),
      at: rows.map((row) => row.at),
    };
  }
}
