/** Settings to phases, the same for live runs and backtests. */
import type { Config } from '../app/config.ts';
import { DAY, HOUR, MINUTE } from '../domain/ids.ts';
import { type AdmitDeps, createAdmit } from '../pipeline/admit/index.ts';
import type { Sampling } from '../pipeline/admit/sampling.ts';
import { createAssign } from '../pipeline/assign/index.ts';
import { createCluster } from '../pipeline/cluster/index.ts';
import type { RebuildSettings } from '../pipeline/cluster/rebuild.ts';
import { createDetect } from '../pipeline/detect/index.ts';
import type { Gate } from '../pipeline/gate.ts';
import { endingRecords, type Generations } from '../pipeline/generations.ts';
import { createRepartition } from '../pipeline/repartition.ts';
import type { OpenSession } from '../pipeline/runner.ts';
import { inEverySpace, type OpenSpace, type Space } from '../pipeline/spaces.ts';
import type { Topics } from '../pipeline/topics.ts';
import type { WatchBook } from '../pipeline/watches.ts';
import type { CentroidIndexes } from '../ports/centroid-index.ts';
import type { Clock } from '../ports/clock.ts';
import type { Clusterer } from '../ports/clusterer.ts';
import type { Embedder } from '../ports/embedder.ts';
import type { IdTokens } from '../ports/id-tokens.ts';
import type { Labeler } from '../ports/labeler.ts';
import type { Projector } from '../ports/projector.ts';
import type { Summarizer } from '../ports/summarizer.ts';
import type { Telemetry } from '../ports/telemetry.ts';
import type { VectorIndexFactory } from '../ports/vector-index.ts';
import { panelsOf } from './sampling.ts';
import { configFor, labelsAbout, subjectOf, telemetryOf, thresholdsIn } from './space-settings.ts';

export type PhaseParts = {
  readonly config: Config;
  readonly topics: Topics;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly generations: Generations;
  readonly gate: Gate;
  readonly embedder: { readonly id: string; readonly dimension: number };
  /** Replay: the stream's own time is all there is, rebuilds are barriers, idle partitions are not released. */
  readonly replay: boolean;
  readonly watches: WatchBook;
};

/** In replay the clock is the latest time pushed so far, and a file may have gaps; the year 9999 is none. */
export const REPLAY_FUTURE_MS = 366 * DAY;

/** Event time further behind the clock than this is a replay: the flow waits for rebuilds. */
const LIVE_WITHIN_MS = HOUR;

export function openAdmit(
  parts: PhaseParts,
  more: { embedder: Embedder; summarizer: Summarizer; tokens: IdTokens; sampling?: Sampling },
): OpenSession {
  const { intake } = parts.config;
  const deps: AdmitDeps = {
    topics: parts.topics,
    clock: parts.clock,
    telemetry: parts.telemetry,
    watches: parts.watches,
    ...more,
    settings: {
      earliest: Date.parse(intake.earliest),
      maxFutureMs: parts.replay ? REPLAY_FUTURE_MS : intake.max_future_seconds * 1_000,
      replay: parts.replay,
      maxBytes: intake.max_bytes,
      deadLetterBodies: intake.dead_letter_bodies,
      zeroRetention: new Set(intake.zero_retention_accounts),
      toolNames: new Set(intake.tool_names),
      seenCap: intake.seen_cap,
    },
  };
  return createAdmit(deps);
}

export function openRepartition({ topics, config: { intake } }: PhaseParts): OpenSession {
  return createRepartition(topics, {
    maxBytes: intake.max_bytes,
    zeroRetention: new Set(intake.zero_retention_accounts),
  });
}

/** @param more `partitions` of `points`, over all processes: the cap on samples is one for all of them together */
export function openAssign(
  parts: PhaseParts,
  more: { indexes: CentroidIndexes; key: () => Promise<string>; partitions: number },
): OpenSession {
  return inEverySpace({
    role: 'assign',
    telemetry: parts.telemetry,
    spaces: parts.watches,
    stateTopic: null,
    open: (space, gone) =>
      createAssign({
        space,
        gone,
        topics: parts.topics,
        indexes: more.indexes,
        generations: parts.generations,
        gate: parts.gate,
        clock: parts.clock,
        telemetry: telemetryIn(parts, space),
        embedder: parts.embedder.id,
        key: more.key,
        // A share of the cap for each partition, as each has a panel of its own, and its owner does not know the others' traffic.
        // Accounts stay nested: every panel holds those below its share by one and the same hash.
        sampleRate: parts.config.cluster.sample_rate / Math.max(1, more.partitions),
      }),
  });
}

type ClusterParts = {
  clusterer: Clusterer;
  projector: Projector;
  labeler: Labeler;
  /** Of names, for the hierarchy. */
  embed: Embedder['embed'];
  indexes: VectorIndexFactory;
  centroids: CentroidIndexes;
};

export function openCluster(parts: PhaseParts, more: ClusterParts): OpenSession {
  return inEverySpace({
    role: 'cluster',
    telemetry: parts.telemetry,
    spaces: parts.watches,
    stateTopic: parts.topics.window,
    open: (space) => clusterOf(parts, more, space),
    end: (space) => endingRecords(parts.topics.generations, parts.generations.current(space)),
  });
}

function clusterOf(parts: PhaseParts, more: ClusterParts, space: Space): OpenSpace {
  const { cluster, hierarchy } = configFor(parts.config, space, parts.watches);
  const subject = subjectOf(parts.config, space.facet);
  return createCluster({
    space: space.id,
    facet: space.facet,
    topic: parts.topics.generations,
    windowTopic: parts.topics.window,
    embedder: parts.embedder.id,
    dimension: parts.embedder.dimension,
    windowCap: cluster.window,
    windowMs: cluster.window_days * DAY,
    ...more,
    labeler: subject === null ? more.labeler : labelsAbout(more.labeler, subject),
    generations: parts.generations,
    gate: parts.gate,
    clock: parts.clock,
    telemetry: telemetryIn(parts, space),
    liveWithinMs: parts.replay ? 0 : LIVE_WITHIN_MS,
    thresholds: thresholdsIn(parts.config, space.id, parts.watches),
    rebuild: rebuildSettings(cluster),
    hierarchy: {
      top: hierarchy.top,
      levels: hierarchy.levels,
      fanOut: hierarchy.fan_out,
      changed: hierarchy.rebuild_changed,
      rebuildMs: hierarchy.rebuild_days * DAY,
    },
    schedule: {
      firstAt: cluster.first_at,
      rebuildMs: cluster.rebuild_minutes * MINUTE,
      growth: cluster.rebuild_growth,
      outlierRate: cluster.rebuild_outlier_rate,
      similarityDrop: cluster.rebuild_similarity_drop,
      ambiguityRise: cluster.rebuild_ambiguity_rise,
      minGapMs: cluster.min_gap_minutes * MINUTE,
    },
    newborn: {
      similarity: cluster.newborn.similarity,
      loosest: cluster.newborn.loosest,
      chance: cluster.newborn.chance,
      minAccounts: cluster.newborn.min_accounts,
      minConversations: cluster.newborn.min_conversations,
      minTemplates: cluster.newborn.min_templates,
      buffer: cluster.newborn.buffer,
      maxAgeMs: cluster.newborn.hours * HOUR,
    },
  });
}

export function openDetect(parts: PhaseParts): OpenSession {
  return inEverySpace({
    role: 'detect',
    telemetry: parts.telemetry,
    spaces: parts.watches,
    stateTopic: parts.topics.state,
    open: (space, gone) => detectOf(parts, space, gone),
  });
}

function detectOf(parts: PhaseParts, space: Space, gone: AbortSignal): OpenSpace {
  const { growth, privacy } = configFor(parts.config, space, parts.watches);
  return createDetect({
    space: space.id,
    gone,
    topics: parts.topics,
    generations: parts.generations,
    clock: parts.clock,
    telemetry: telemetryIn(parts, space),
    settings: {
      watchPerDay: growth.watch_per_day,
      pagePerDay: growth.page_per_day,
      watermarkMs: growth.watermark_minutes * MINUTE,
      warmupMs: growth.warmup_hours * HOUR,
      minAccounts: growth.min_accounts,
      ratioOpen: growth.ratio_open,
      closeAfterMs: growth.close_after_minutes * MINUTE,
      idleMs: parts.replay ? null : growth.idle_partition_seconds * 1_000,
      accountsCap: growth.accounts_cap,
      snapshotMs: growth.snapshot_minutes * MINUTE,
      panels: panelsOf(parts.config),
      told: { minAccounts: privacy.min_accounts, minConversations: privacy.min_conversations },
    },
  });
}

const telemetryIn = ({ telemetry }: PhaseParts, space: Space): Telemetry => telemetryOf(telemetry, space);

/** As the settings have it. */
export function rebuildSettings(cluster: Config['cluster']): RebuildSettings {
  return {
    membersPerCluster: cluster.members_per_cluster,
    smallest: cluster.smallest,
    minClusters: cluster.min_clusters,
    maxClusters: cluster.max_clusters,
    iterations: cluster.iterations,
    mergeSimilarity: cluster.merge_similarity,
    radius: {
      falseOutliers: cluster.false_outlier_rate,
      prior: cluster.radius_prior,
      floor: cluster.radius_floor,
    },
    seed: cluster.seed,
  };
}
