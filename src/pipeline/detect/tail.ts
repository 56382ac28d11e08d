import type { HistoryChunk } from '../../algorithms/growth/recast.ts';

/** A rebuild takes seconds, or minutes where a model is asked for names: as many come in 20 s at 2,500 a second. About 6 MB. */
const HELD = 50_000;
const CHUNK = 5_000;

type Counted = {
  readonly cluster: string | null;
  readonly account: string;
  readonly sketch: string;
  readonly at: number;
};

/**
 * The last rows counted. A generation speaks for the time up to its event time; what was counted since, while it was
 * being made, is in no back-cast and is taken from here.
 */
export class Tail {
  readonly #rows: Counted[] = [];
  #next = 0;

  add(row: Counted): void {
    this.#rows[this.#next] = row;
    this.#next = (this.#next + 1) % HELD;
  }

  /** Outliers that have founded a cluster since: O(rows). */
  found(cluster: string, founders: readonly Pick<Counted, 'account' | 'at'>[]): void {
    const times = Map.groupBy(founders, ({ account }) => account);
    for (const [i, row] of this.#rows.entries()) {
      const isFounder = times.get(row.account)?.some(({ at }) => at === row.at) === true;
      if (row.cluster === null && isFounder) this.#rows[i] = { ...row, cluster };
    }
  }

  /** All rows, oldest first, in parts that fit a record. */
  *chunks(): Generator<HistoryChunk> {
    const ordered = [...this.#rows.slice(this.#next), ...this.#rows.slice(0, this.#next)];
    for (let from = 0; from < ordered.length; from += CHUNK) yield columns(ordered.slice(from, from + CHUNK));
  }

  restore(chunk: HistoryChunk): void {
    for (const [i, account] of chunk.account.entries()) {
      this.add({
        cluster: chunk.cluster[i] ?? null,
        account,
        sketch: chunk.sketch[i] ?? '',
        at: chunk.at[i] ?? 0,
      });
    }
  }

  /**
   * Rows after `at` (event time, ms), under the clusters there are now.
   * @param homeOf where what was counted in a cluster is by now; null: an outlier
   */
  since(at: number, homeOf: (cluster: string) => string | null): HistoryChunk {
    const rows = this.#rows.filter((row) => row.at > at);
    return columns(
      rows.map((row) => (row.cluster === null ? row : { ...row, cluster: homeOf(row.cluster) })),
    );
  }
}

function columns(rows: readonly Counted[]): HistoryChunk {
  return {
    cluster: rows.map(({ cluster }) => cluster),
    account: rows.map(({ account }) => account),
    sketch: rows.map(({ sketch }) => sketch),
    at: rows.map(({ at }) => at),
  };
}
