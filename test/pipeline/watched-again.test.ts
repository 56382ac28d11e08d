/** Watches that come and go, through all phases. */
import { afterAll, expect, it } from 'vitest';
import { createManualClock } from '../../src/adapters/clock/manual.ts';
import { createOnnxClusterer } from '../../src/adapters/clusterer/onnx.ts';
import { configSchema } from '../../src/app/config-rules.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import { clusterNumber } from '../../src/domain/cluster-id.ts';
import type { Watch } from '../../src/domain/watch.ts';
import { watchSchema } from '../../src/domain/watch.ts';
import { createGate } from '../../src/pipeline/gate.ts';
import { createGenerations } from '../../src/pipeline/generations.ts';
import { createWatchBook } from '../../src/pipeline/watches.ts';
import { openPhases } from '../support/driver-rig.ts';
import { offlineSummarizer } from '../support/offline.ts';
import {
  bagEmbedder,
  logRecord,
  MINUTE,
  metric,
  NOON,
  silentTelemetry,
  TOPICS,
} from '../support/pipeline-rig.ts';

const clusterer = createOnnxClusterer();
afterAll(() => clusterer.stop());

const SUBJECTS = ['water my garden roses in summer', 'book train tickets to the coast'];
const GARDEN = watchSchema.parse({
  title: 'Garden',
  match: { pattern: 'garden' },
  settings: { first_at: 40, members_per_cluster: 20, min_gap_minutes: 1 },
});

async function startRig() {
  const generations = createGenerations();
  const telemetry = silentTelemetry();
  const embedder = bagEmbedder();
  const watches = createWatchBook({}, ['request']);
  const config = configSchema.parse(loadConfig({ environment: {}, flags: ['cluster.first_at=5000'] }));
  const written = new Map<string, number>();
  const driver = await openPhases(
    {
      config,
      topics: TOPICS,
      clock: { ...createManualClock(NOON + 100 * 24 * 60 * MINUTE), elapsed: () => 0 },
      telemetry,
      generations,
      gate: createGate(),
      embedder,
      watches,
      replay: true,
    },
    { clusterer, summarizer: offlineSummarizer, embedder },
    ({ topic, key, value }) => {
      if (topic !== TOPICS.generations || key === null) return;
      if (value === null) written.delete(key);
      else written.set(key, value.length);
    },
  );
  let n = 0;
  return {
    generations,
    telemetry,
    /** Of the compacted topic of generations. */
    written,
    watch(id: string, watch: Watch | null) {
      const at = NOON;
      watches.take(logRecord(TOPICS.control, 0, { kind: 'watch', id, by: 'test', at, watch }));
    },
    async push(count: number) {
      const lines = Array.from({ length: count }, () => {
        const i = n++;
        return JSON.stringify({
          conversation_id: `k${i}`,
          account_id: `u${i % 150}`,
          at: new Date(NOON + i * MINUTE).toISOString(),
          messages: [{ role: 'user', content: `Please help me ${SUBJECTS[i % 2]}.` }],
        });
      });
      await driver.push(lines.map((line) => Buffer.from(line)));
    },
    stop: () => driver.stop(),
  };
}

it('one that is added again goes on with its clusters; of one let go of, only its numbers are used no more', {
  timeout: 60_000,
}, async () => {
  const rig = await startRig();
  const current = () => rig.generations.current('garden/request');
  rig.watch('garden', GARDEN);
  await rig.push(100);
  await rig.push(20);
  const first = current();
  const highest = Math.max(...(first?.clusters ?? []).map(({ id }) => clusterNumber(id)));
  expect(first?.clusters.length).toBeGreaterThan(0);
  const told = () => metric(rig.telemetry, 'cliowatch_event_time_seconds', { space: 'garden/request' });
  expect(await told()).toBeGreaterThan(0);

  rig.watch('garden', null);
  await rig.push(4);
  expect(await told()).toBe(0);
  rig.watch('garden', GARDEN);
  await rig.push(4);
  expect(current()).toEqual(first);

  rig.watch('garden', null);
  await rig.push(4);
  for (let i = 0; i < 17; i++) {
    rig.watch(`w${i}`, GARDEN);
    await rig.push(4);
    rig.watch(`w${i}`, null);
    await rig.push(4);
  }
  expect(current()?.clusters).toEqual([]);
  const left = [...rig.written].filter(([key]) => key.startsWith('garden/'));
  expect(left.map(([key]) => key)).toEqual(['garden/request/manifest']);

  rig.watch('garden', GARDEN);
  await rig.push(100);
  await rig.push(20);
  const again = current();
  expect(again?.clusters.length).toBeGreaterThan(0);
  for (const { id } of again?.clusters ?? []) expect(clusterNumber(id)).toBeGreaterThan(highest);
  expect(again?.manifest.generation).toBeGreaterThan((first?.manifest.generation ?? 0) + 1);
  await rig.stop();
});
