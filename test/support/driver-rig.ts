/** All phases without a log, over lines of conversations, as a backtest runs them. */

import { createManualClock } from '../../src/adapters/clock/manual.ts';
import { createCentroids } from '../../src/adapters/vector-index/centroids.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import { openAdmit, openAssign, openCluster, openDetect, type PhaseParts } from '../../src/app/phases.ts';
import type { Sampling } from '../../src/pipeline/admit/sampling.ts';
import { createDriver, type Driver } from '../../src/pipeline/driver.ts';
import { createGate } from '../../src/pipeline/gate.ts';
import { createGenerations } from '../../src/pipeline/generations.ts';
import type { Clusterer } from '../../src/ports/clusterer.ts';
import type { Embedder } from '../../src/ports/embedder.ts';
import type { LogRecord } from '../../src/ports/event-log.ts';
import type { Summarizer } from '../../src/ports/summarizer.ts';
import { createExactIndexes } from './exact-index.ts';
import { offlineLabeler, offlineSummarizer, projector } from './offline.ts';
import { bagEmbedder, silentTelemetry, TOKENS, TOPICS } from './pipeline-rig.ts';
import { noWatches } from './spaces.ts';

/** Over the lines, on a clock that stands at `now`; answers with every record, in order. */
export async function drive(
  clusterer: Clusterer,
  lines: readonly string[],
  now: number,
  flags: readonly string[],
) {
  const telemetry = silentTelemetry();
  const config = loadConfig({ environment: {}, flags: [...flags] });
  const generations = createGenerations();
  const embedder = bagEmbedder();
  const clock = { ...createManualClock(now), elapsed: () => 0 };
  const parts: PhaseParts = {
    config,
    topics: TOPICS,
    clock,
    telemetry,
    generations,
    gate: createGate(),
    embedder,
    watches: noWatches(),
    replay: true,
  };
  const records: { topic: string; key: string | null; value: string | null }[] = [];
  const summarizer = offlineSummarizer;
  const driver = await openPhases(parts, { clusterer, summarizer, embedder }, ({ topic, key: of, value }) =>
    records.push({ topic, key: of, value: value?.toString('utf8') ?? null }),
  );
  for (let from = 0; from < lines.length; from += 100)
    await driver.push(lines.slice(from, from + 100).map((line) => Buffer.from(line)));
  await driver.stop();
  await embedder.stop();
  return { records, totals: telemetry.totals() };
}

/** All phases, with exact indexes and names made offline. */
export function openPhases(
  parts: PhaseParts,
  more: {
    readonly clusterer: Clusterer;
    readonly summarizer: Summarizer;
    readonly embedder: Embedder;
    readonly sampling?: Sampling;
  },
  onRecord: (record: LogRecord) => void,
): Promise<Driver> {
  const { clusterer, summarizer, embedder, sampling } = more;
  const indexes = createExactIndexes();
  const centroids = createCentroids(indexes);
  return createDriver({
    topics: parts.topics,
    generations: parts.generations,
    onRecord,
    open: {
      admit: openAdmit(parts, {
        embedder,
        summarizer,
        tokens: TOKENS,
        ...(sampling === undefined ? {} : { sampling }),
      }),
      assign: openAssign(parts, { indexes: centroids, key: async () => TOKENS.fingerprint, partitions: 1 }),
      detect: openDetect(parts),
      cluster: openCluster(parts, {
        clusterer,
        projector,
        labeler: offlineLabeler,
        embed: embedder.embed,
        indexes,
        centroids,
      }),
    },
  });
}
