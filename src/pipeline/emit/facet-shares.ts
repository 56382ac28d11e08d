import type { Profile } from '../../domain/generation.ts';
import type { FacetShares, FacetValue } from '../../domain/view.ts';
import type { ClusterBook } from './clusters.ts';

/** Every facet that can be counted, with the share of each value. */
function sharesOf({ languages, surfaces, flags, values }: Profile): Record<string, Record<string, number>> {
  return { ...values, languages, surfaces, flags };
}

/** Of what the aggregate plane may see: clusters that are shown, values above the thresholds. O(clusters). */
export function facetSharesOf(book: ClusterBook, asked: FacetValue | null): FacetShares {
  const overall = book.overall('aggregate');
  const all = overall === null ? {} : sharesOf(overall);
  const values = Object.entries(all).flatMap(([facet, shares]) =>
    Object.entries(shares)
      .sort(([, a], [, b]) => b - a)
      .map(([value, share]) => ({ facet, value, share })),
  );
  const shown = asked === null ? [] : book.states().filter(({ record }) => book.title(record.id) !== null);
  return {
    asked,
    values,
    clusters: shown.map(({ record }) => ({
      id: record.id,
      share: asked === null ? 0 : shareIn(sharesOf(book.told(record)), asked),
    })),
  };
}

/** Facet and value come from whoever asks: what every object has is no share. */
function shareIn(shares: Record<string, Record<string, number>>, { facet, value }: FacetValue): number {
  const of = Object.hasOwn(shares, facet) ? shares[facet] : undefined;
  return of !== undefined && Object.hasOwn(of, value) ? (of[value] ?? 0) : 0;
}
