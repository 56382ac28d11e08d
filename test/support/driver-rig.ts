/** All phases without a log, over lines of conversations, as a backtest runs them. */

import { createManualClock } from '../../src/adapters/clock/manual.ts';
import { createCentroids } from '../../src/adapters/vector-index/centroids.ts';
import { createExactIndexes } from '../../src/adapters/vector-index/exact.ts';
import type { Config } from '../../src/app/config.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import { openAdmit, openAssign, openCluster, openDetect, type PhaseParts } from '../../src/app/phases.ts';
import { createDriver } from '../../src/pipeline/driver.ts';
import { createGate } from '../../src/pipeline/gate.ts';
import { createGenerations } from '../../src/pipeline/generations.ts';
import type { Clusterer } from '../../src/ports/clusterer.ts';
import type { Embedder } from '../../src/ports/embedder.ts';
import type { Telemetry } from '../../src/ports/telemetry.ts';
import { offlineLabeler, offlineSummarizer, projector } from './offline.ts';
import { bagEmbedder, silentTelemetry, TOKENS, TOPICS } from './pipeline-rig.ts';
import { noWatches } from './spaces.ts';

/** Over the lines, on a clock that stands at `now`; answers with every record, in order. */
export async function drive(
  clusterer: Clusterer,
  lines: readonly string[],
  now: number,
  flags: readonly string[],
  makeEmbedder?: (config: Config, telemetry: Telemetry) => Promise<Embedder>,
) {
  const telemetry = silentTelemetry();
  const config = loadConfig({ environment: {}, flags: [...flags] });
  const generations = createGenerations();
  const embedder = makeEmbedder === undefined ? bagEmbedder() : await makeEmbedder(config, telemetry);
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
  const indexes = createExactIndexes();
  const driver = await createDriver({
    topics: TOPICS,
    generations,
    onRecord: ({ topic, key: of, value }) =>
      records.push({ topic, key: of, value: value?.toString('utf8') ?? null }),
    open: {
      admit: openAdmit(parts, { embedder, summarizer, tokens: TOKENS }),
      assign: openAssign(parts, {
        indexes: createCentroids(indexes),
        key: async () => TOKENS.fingerprint,
        partitions: 1,
      }),
      detect: openDetect(parts),
      cluster: openCluster(parts, {
        clusterer,
        projector,
        labeler: offlineLabeler,
        embed: embedder.embed,
        indexes,
        centroids: createCentroids(indexes),
      }),
    },
  });
  for (let from = 0; from < lines.length; from += 100)
    await driver.push(lines.slice(from, from + 100).map((line) => Buffer.from(line)));
  await driver.stop();
  await embedder.stop();
  return { records, totals: telemetry.totals() };
}
