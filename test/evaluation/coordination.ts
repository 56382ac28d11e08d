/**
 * Which clusters have a signature of coordination: in the demo's traffic up to three hours after its story begins, where one spam wave and
 * one flood are made up, and among real texts (stream.ts), where accounts are made up and templates are not. All phases, the default embedder.
 *   node test/evaluation/coordination.ts [--data FOLDER]
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createSystemClock } from '../../src/adapters/clock/system.ts';
import { createOnnxClusterer } from '../../src/adapters/clusterer/onnx.ts';
import { createTraffic } from '../../src/algorithms/demo/index.ts';
import { makeEmbedder } from '../../src/app/adapters.ts';
import { type ClusterRecord, generationRecordSchema, type Manifest } from '../../src/domain/generation.ts';
import { DAY, HOUR } from '../../src/domain/ids.ts';
import { drive } from '../support/driver-rig.ts';
import { TOPICS } from '../support/pipeline-rig.ts';
import { decent } from './decent.ts';
import { makeStream } from './stream.ts';

const { values } = parseArgs({ options: { data: { type: 'string' } } });
const DATA = values.data ?? join(import.meta.dirname, '../../../shared/data');
const START = Date.parse('2026-03-02T00:00:00Z');
const LIVE_AT = START + 30 * HOUR;
const FLAGS = [
  `data=${join(import.meta.dirname, '../../.cache/evaluation')}`,
  `embedder.cache_path=${join(import.meta.dirname, '../../.cache/evaluation/vectors.sqlite')}`,
];

function* demo(): Generator<string> {
  const traffic = createTraffic({ seed: 1, start: START, liveAt: LIVE_AT });
  for (const conversation of traffic.between(START, LIVE_AT + 3 * HOUR)) yield JSON.stringify(conversation);
}

function* realTexts(): Generator<string> {
  for (const { truth: _, ...conversation } of makeStream(DATA, 300, 1)) yield JSON.stringify(conversation);
}

/** Every cluster that ever was, as it was last told, and as it was when its score was highest. */
async function measure(title: string, lines: Iterable<string>): Promise<void> {
  const clusterer = createOnnxClusterer();
  const { records } = await drive(clusterer, [...lines], START + 1_000 * DAY, FLAGS, (config, telemetry) =>
    makeEmbedder(config, createSystemClock(), telemetry),
  );
  await clusterer.stop();
  const highest = new Map<string, ClusterRecord>();
  let last: Manifest | null = null;
  for (const { topic, value } of records) {
    if (topic !== TOPICS.generations || value === null) continue;
    const record = generationRecordSchema.parse(JSON.parse(value));
    if (record.kind === 'manifest') last = record;
    if (record.kind !== 'cluster' || record.coordination === null) continue;
    if (record.coordination.score >= (highest.get(record.id)?.coordination?.score ?? 0))
      highest.set(record.id, record);
  }
  const scores = [...highest.values()]
    .map(({ coordination }) => coordination?.score ?? 0)
    .sort((a, b) => b - a);
  const signed = [...highest.values()].filter(({ coordination }) => coordination?.signature != null);
  const without = scores.slice(signed.length);
  console.log(`${title}: ${highest.size} clusters scored, ${signed.length} with a signature; of the others`);
  console.log(
    `${without.filter((score) => score < 0.1).length} below 0.1, the highest ${without[0]?.toFixed(2)}.`,
  );
  console.log(`In the median cluster ${last?.usual?.near_duplicate_rate.toFixed(2)} are near-duplicates.\n`);
  console.log('| cluster | signature | score | conversations | accounts |\n|---|---|---|---|---|');
  for (const { label, coordination } of signed)
    console.log(
      `| ${decent(label?.name ?? 'no name')} | ${coordination?.signature} | ${coordination?.score.toFixed(2)} | ${coordination?.conversations} | ${coordination?.accounts} |`,
    );
  console.log('');
}

await measure('The demo', demo());
if (existsSync(join(DATA, 'crisislex-t6-sandy-oklahoma.jsonl.gz'))) await measure('Real texts', realTexts());
else console.log('The data sets are not on this machine; nothing was measured among real texts.');
