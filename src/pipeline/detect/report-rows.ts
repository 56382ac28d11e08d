/** Rows of a tick, and how far its totals may be off. */
import type { GrowthBook } from '../../algorithms/growth/book.ts';
import type { TickRow } from '../../algorithms/growth/rows.ts';
import type { Tick } from '../../domain/tick.ts';
import type { TotalErrors } from './weights.ts';

/** `rows` were counted, the other figures are sums of what they stand for; `weighted` when that is not the same. */
export type Minute = {
  total: number;
  outliers: number;
  rows: number;
  weighted: boolean;
  readonly clusters: Map<string, number>;
};

/**
 * Whether the growth book's rows of a minute are all there were, each as one. It has them where they belong since a rebuild in the minutes that were
 * open; but when so many came that the rebuild saw a part of them only, it has that part.
 */
export function knowsAll(
  rows: readonly TickRow[],
  { weighted, clusters }: Minute,
  book: GrowthBook,
): boolean {
  if (weighted) return false;
  const known = rows.reduce((sum, { n }) => sum + n, 0);
  let counted = 0;
  for (const [cluster, n] of clusters) if (book.has(cluster)) counted += n;
  return known >= counted;
}

/** With the clusters that have conversations, but none of an account that growth is tested on. */
export function withAll(
  rows: readonly TickRow[],
  { clusters }: Minute,
  book: GrowthBook,
): readonly TickRow[] {
  const told = new Set(rows.map(({ cluster }) => cluster));
  const others = [...clusters.keys()].filter((cluster) => !told.has(cluster));
  return [...rows, ...others.flatMap((cluster) => book.row(cluster) ?? [])];
}

export function samplingOf(
  share: number,
  panel: number,
  rows: number,
  errors: TotalErrors | null,
): Pick<Tick, 'sampling'> {
  if (errors === null && share >= 1 && panel >= 1) return {};
  const { hour, quarter, allHour, allQuarter } = errors ?? NO_ERRORS;
  const clusters = [...hour.keys()].sort();
  return {
    sampling: {
      share,
      panel,
      rows,
      hour_error: short(allHour),
      quarter_error: short(allQuarter),
      cluster: clusters,
      cluster_hour_error: clusters.map((id) => short(hour.get(id) ?? 0)),
      cluster_quarter_error: clusters.map((id) => short(quarter.get(id) ?? 0)),
    },
  };
}

const NO_ERRORS: TotalErrors = { hour: new Map(), quarter: new Map(), allHour: 0, allQuarter: 0 };

export const short = (x: number): number => Math.round(x * 1e4) / 1e4;
