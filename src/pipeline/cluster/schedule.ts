/** When to cluster anew. Pure; a decision returns its reason by name. */
export type ScheduleSettings = {
  readonly firstAt: number;
  readonly rebuildMs: number;
  readonly growth: number;
  readonly outlierRate: number;
  /** Mean similarity to the own cluster may fall so far below what it was when the clusters were made. */
  readonly similarityDrop: number;
  /** Of the members that lie between two clusters, the share may rise by so much. */
  readonly ambiguityRise: number;
  readonly minGapMs: number;
};

export type ScheduleState = {
  /** Event time now, ms. */
  readonly now: number;
  readonly samples: number;
  /** null: never. */
  readonly last: { readonly at: number; readonly samples: number } | null;
  /** Share of outliers among the samples since the last rebuild, and how many samples that is. */
  readonly outlierRate: number;
  readonly since: number;
  /** Mean similarity of those samples to their clusters, less than that of the members when the clusters were made. */
  readonly similarityDrop: number;
  /** Of those in a cluster, by how much more lie between two than when the clusters were fresh. */
  readonly ambiguityRise: number;
};

export type ScheduleVerdict =
  | { readonly verdict: 'rebuild'; readonly because: 'first' | 'grown' | 'scheduled' | 'drift' }
  | { readonly verdict: 'wait'; readonly because: 'too-few-samples' | 'too-soon' | 'nothing-changed' };

/** Fewer samples than this say nothing about drift. */
const DRIFT_SAMPLES = 200;

export function rebuildDue(state: ScheduleState, settings: ScheduleSettings): ScheduleVerdict {
  if (state.samples < settings.firstAt) return { verdict: 'wait', because: 'too-few-samples' };
  if (state.last === null) return { verdict: 'rebuild', because: 'first' };
  if (state.samples >= state.last.samples * settings.growth) return { verdict: 'rebuild', because: 'grown' };
  const gap = state.now - state.last.at;
  if (gap < settings.minGapMs) return { verdict: 'wait', because: 'too-soon' };
  if (gap >= settings.rebuildMs) return { verdict: 'rebuild', because: 'scheduled' };
  const drifted =
    state.outlierRate > settings.outlierRate ||
    state.similarityDrop > settings.similarityDrop ||
    state.ambiguityRise > settings.ambiguityRise;
  if (state.since >= DRIFT_SAMPLES && drifted) return { verdict: 'rebuild', because: 'drift' };
  return { verdict: 'wait', because: 'nothing-changed' };
}
