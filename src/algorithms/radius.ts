import { quantile } from './quantile.ts';

export type RadiusSettings = {
  /** Share of its own members that a cluster leaves outside. */
  readonly quantile: number;
  /** Members' worth of trust in the global radius. */
  readonly prior: number;
  readonly floor: number;
};

/**
 * A radius per cluster: the quantile of its members' similarities, drawn towards the global quantile when members are
 * few. O(n log n).
 * @param groups similarities of the members, by cluster
 * @returns lowest similarity that still belongs, by cluster
 */
export function learnRadii(groups: readonly (readonly number[])[], settings: RadiusSettings): number[] {
  const everywhere = quantile(groups.flat(), settings.quantile);
  return groups.map((similarities) => {
    if (similarities.length === 0) return 1;
    const own = quantile(similarities, settings.quantile);
    const n = similarities.length;
    return Math.max(settings.floor, (n * own + settings.prior * everywhere) / (n + settings.prior));
  });
}
