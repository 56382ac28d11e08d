/** How many headings each level of the hierarchy has (Clio G.7). */

export type LevelSettings = {
  /** Headings of the highest level, where there are clusters enough. */
  readonly top: number;
  /** Levels with the clusters' own, as L in the paper; null: as many as `fanOut` asks for. */
  readonly levels: number | null;
  /** Children a heading is to have, about. */
  readonly fanOut: number;
};

/** Fewer than so many have no need of headings. */
export const FEWEST = 6;

/**
 * Sizes of the levels above `base` clusters, lowest first: every level is smaller than the one below by the same factor,
 * n(l) / n(l-1) = (n_top / n_base)^(1 / (L - 1)), and at least by half. Clusters that are few get fewer headings than `top`:
 * the square root of their number. O(levels).
 */
export function levelSizes(base: number, { top, levels, fanOut }: LevelSettings): number[] {
  if (base < FEWEST) return [];
  const last = Math.max(2, Math.min(top, Math.round(Math.sqrt(base))));
  const wanted = levels === null ? Math.round(Math.log(base / last) / Math.log(fanOut)) : levels - 1;
  const steps = Math.max(1, Math.min(wanted, Math.floor(Math.log2(base / last))));
  return Array.from({ length: steps }, (_, i) => Math.round(base * (last / base) ** ((i + 1) / steps)));
}

/** What a level may have instead of its target: 0.5 to 1.5 of it. */
export function levelBounds(target: number): { readonly least: number; readonly most: number } {
  return { least: Math.max(1, Math.ceil(target / 2)), most: Math.max(1, Math.floor(target * 1.5)) };
}
