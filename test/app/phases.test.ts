import { expect, it } from 'vitest';
import { createManualClock } from '../../src/adapters/clock/manual.ts';
import { createCentroids } from '../../src/adapters/vector-index/centroids.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import { openAssign } from '../../src/app/phases.ts';
import { encodeVector } from '../../src/domain/vector.ts';
import { createGate } from '../../src/pipeline/gate.ts';
import { createGenerations } from '../../src/pipeline/generations.ts';
import { GenerationLog } from '../support/detect-rig.ts';
import { createExactIndexes } from '../support/exact-index.ts';
import {
  bagEmbedder,
  direction,
  MINUTE,
  makeCluster,
  makePoint,
  NOON,
  OneSession,
  ofTopic,
  silentTelemetry,
  TOKENS,
  TOPICS,
} from '../support/pipeline-rig.ts';
import { noWatches } from '../support/spaces.ts';

it('the cap on samples holds for all partitions together', async () => {
  const [partitions, rate, perMinute] = [4, 2, 300];
  const generations = createGenerations();
  const told = new GenerationLog();
  const open = openAssign(
    {
      config: loadConfig({ environment: {}, flags: [`cluster.sample_rate=${rate}`] }),
      topics: TOPICS,
      clock: createManualClock(NOON),
      telemetry: silentTelemetry(),
      generations,
      gate: createGate(),
      embedder: bagEmbedder(),
      watches: noWatches(),
      replay: false,
    },
    { indexes: createCentroids(createExactIndexes()), key: async () => TOKENS.fingerprint, partitions },
  );
  told.follow(generations);
  // All belong to a cluster: outliers are kept whatever the rate.
  told.tell({}, [makeCluster('c1', { centroid: encodeVector(direction(0)), radius: 0.1 })]);
  const sessions = Array.from({ length: partitions }, () => new OneSession(open, TOPICS.points, ''));
  let samples = 0;
  for (let minute = 0; minute < 6; minute++) {
    for (const [p, session] of sessions.entries()) {
      const points = Array.from({ length: perMinute }, (_, i) =>
        makePoint({
          conversation: `k${minute}-${p}-${i}`,
          account: `a${p}-${i}`,
          at: NOON + minute * MINUTE,
          vector: encodeVector(direction(0)),
        }),
      );
      const heartbeat = { kind: 'heartbeat', watermark: NOON + minute * MINUTE, zero_retention: 0 };
      const out = await session.push([...points, heartbeat]);
      // The first minutes teach the panels how much there is.
      if (minute >= 3) samples += ofTopic(out, TOPICS.samples).length;
    }
  }
  expect(samples / (3 * 60)).toBeLessThan(rate * 1.3);
  expect(samples / (3 * 60)).toBeGreaterThan(rate * 0.7);
});
