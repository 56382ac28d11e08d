/**
 * Detect heard of generations by listening alone. A watch that was added again while it ran had its clusters told before: every row of it
 * was counted as an outlier, and no alert could fire until the next rebuild.
 */
import { expect, it } from 'vitest';
import { createManualClock } from '../../src/adapters/clock/manual.ts';
import { tickSchema } from '../../src/domain/tick.ts';
import { createDetect } from '../../src/pipeline/detect/index.ts';
import { createGenerations } from '../../src/pipeline/generations.ts';
import { DETECT, GenerationLog } from '../support/detect-rig.ts';
import {
  MINUTE,
  makeCluster,
  makeRows,
  NOON,
  OneSession,
  ofTopic,
  parsed,
  SPACE,
  silentTelemetry,
  TOPICS,
} from '../support/pipeline-rig.ts';

it('knows the clusters that there are when it begins', async () => {
  const generations = createGenerations();
  const told = new GenerationLog();
  told.follow(generations);
  told.tell({}, [makeCluster('c1')]);
  const open = createDetect({
    space: SPACE,
    topics: TOPICS,
    generations,
    clock: createManualClock(NOON),
    telemetry: silentTelemetry(),
    settings: DETECT,
  });
  const log = new OneSession(open, TOPICS.assignments, TOPICS.state);
  const row = (n: number, at: number) => ({ conversation: `k${n}`, account: `u${n}`, at, cluster: 'c1' });
  const rows = Array.from({ length: 30 }, (_, n) => row(n, NOON + n * MINUTE));
  const records = await log.push([makeRows(rows)]);
  const ticks = ofTopic(records, TOPICS.ticks).map((record) => tickSchema.parse(parsed(record)));
  const sum = (of: 'total' | 'outliers') => ticks.reduce((all, tick) => all + tick[of], 0);
  expect(sum('total')).toBeGreaterThan(20);
  expect(sum('outliers')).toBe(0);
});
