import type { FacetShares, FacetValue } from '../../domain/view.ts';
import type { ClusterBook } from './clusters.ts';

const FACETS = ['languages', 'surfaces', 'flags'] as const;

/** Of what the aggregate plane may see: clusters that are shown, values above the thresholds. O(clusters). */
export function facetSharesOf(book: ClusterBook, asked: FacetValue | null): FacetShares {
  const overall = book.generation?.manifest.overall;
  const values = FACETS.flatMap((facet) =>
    Object.entries(overall?.[facet] ?? {})
      .sort(([, a], [, b]) => b - a)
      .map(([value, share]) => ({ facet, value, share })),
  );
  const shown = asked === null ? [] : book.states().filter(({ record }) => book.title(record.id) !== null);
  return {
    asked,
    values,
    clusters: shown.map(({ record }) => ({
      id: record.id,
      share: asked === null ? 0 : (book.told(record)[asked.facet][asked.value] ?? 0),
    })),
  };
}
