/** What the makers of generations of one space share. */
import type { ClusterRecord, Generation, Manifest } from '../../domain/generation.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Clusterer } from '../../ports/clusterer.ts';
import type { NewRecord } from '../../ports/event-log.ts';
import type { Projector } from '../../ports/projector.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import type { HierarchySettings } from './hierarchy.ts';
import type { NamingDeps } from './names.ts';
import { namingOf } from './naming.ts';
import type { Numbers } from './numbers.ts';
import type { ClusterFacts } from './records.ts';
import type { TreeDeps } from './tree.ts';
import type { SampleWindow } from './window.ts';

/** Before it is named and has its place. */
export const NAMELESS = { label: null, parent: null, naming: null, names: [], descends: [] };

export type SpaceDeps = NamingDeps &
  TreeDeps & {
    readonly hierarchy: HierarchySettings;
    readonly space: string;
    /** Whose text is clustered. */
    readonly facet: string;
    readonly topic: string;
    readonly embedder: string;
    readonly clusterer: Clusterer;
    readonly projector: Projector;
    readonly clock: Clock;
    readonly telemetry: Telemetry;
    readonly windowMs: number;
  };

/** Of one session. */
export type MakerDeps = SpaceDeps & { readonly window: SampleWindow; readonly numbers: Numbers };

/** The generation, records to publish as one that make it, and its window, to be published before in as many pieces as one likes. */
export type Publication = {
  readonly generation: Generation;
  readonly history: Iterable<NewRecord>;
  readonly records: readonly NewRecord[];
};

/** Facts with a label, and what that makes of the names before it. */
export function renamed(
  { thresholds }: SpaceDeps,
  facts: ClusterFacts,
  before: ClusterRecord | undefined,
  label: ClusterFacts['label'],
  now: { at: number; kept: number },
): ClusterFacts {
  const { centroid, members } = facts;
  const named = { ...now, centroid, conversations: members.length };
  return { ...facts, label, ...namingOf(before, label, named, thresholds) };
}

export function report(deps: SpaceDeps, manifest: Manifest, started: number): void {
  deps.telemetry.generationPublished({
    space: deps.space,
    generation: manifest.generation,
    type: manifest.type,
    clusters: manifest.clusters.length,
    samples: manifest.samples,
    seconds: (deps.clock.elapsed() - started) / 1_000,
    outlierRate: manifest.outlier_rate,
  });
}
