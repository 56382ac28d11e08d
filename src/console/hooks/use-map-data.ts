/** What colours of the map need besides the clusters themselves. */
import { useCallback, useMemo } from 'react';
import type { FacetShares, FacetValue, HierarchyNode } from '../../domain/view.ts';
import { usePolled } from './use-polled.ts';
import { useApi } from './use-session.ts';

const POLL_SECONDS = 60;

/** Largest first; asked for again with every generation. */
export function useGroups(generation: number): readonly HierarchyNode[] {
  const api = useApi();
  const ask = useCallback(async () => ({ generation, nodes: await api.hierarchy() }), [api, generation]);
  const { value } = usePolled(ask, POLL_SECONDS);
  return useMemo(() => value?.nodes.toSorted((a, b) => b.conversations - a.conversations) ?? [], [value]);
}

/** @param wanted false: nothing is asked for @param facet null: the most frequent value there is */
export function useFacetShares(
  wanted: boolean,
  facet: FacetValue | null,
  generation: number,
): { values: FacetShares['values']; shares: ReadonlyMap<string, number> } {
  const api = useApi();
  const ask = useCallback(async () => {
    if (!wanted) return { generation, found: null };
    const asked = facet ?? (await api.facetShares(null)).values[0] ?? null;
    return { generation, found: await api.facetShares(asked) };
  }, [api, wanted, facet, generation]);
  const { value } = usePolled(ask, POLL_SECONDS);
  const found = value?.found ?? null;
  return useMemo(
    () => ({
      values: found?.values ?? [],
      shares: new Map(found?.clusters.map(({ id, share }) => [id, share])),
    }),
    [found],
  );
}
