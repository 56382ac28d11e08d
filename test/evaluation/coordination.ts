/**
 * Which clusters have a signature of coordination: in the demo's traffic up to three hours after its story begins, where one spam wave and
 * one flood are made up, and among real texts (stream.ts), where accounts are made up and templates are not. All phases on event time;
 * vectors are kept between runs.
 *   node test/evaluation/coordination.ts [--data FOLDER]
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createSystemClock } from '../../src/adapters/clock/system.ts';
import { createLogger } from '../../src/adapters/telemetry/logger.ts';
import { createTelemetry } from '../../src/adapters/telemetry/telemetry.ts';
import { createTraffic } from '../../src/algorithms/demo/index.ts';
import { openDataFolder } from '../../src/app/data-folder.ts';
import { Lifecycle } from '../../src/app/lifecycle.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import { openParts } from '../../src/app/parts.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import type { ClusterRecord, Manifest } from '../../src/domain/generation.ts';
import { HOUR } from '../../src/domain/ids.ts';
import { DATA, hasData } from './data.ts';
import { decent } from './decent.ts';
import { runLive } from './live-path.ts';
import { makeStream } from './stream.ts';

const { values } = parseArgs({ options: { data: { type: 'string', default: DATA } } });
const SETS = ['clinc150', 'oasst1-validation', 'hh-harmless-test', 'crisislex-t6-sandy-oklahoma'];
const START = Date.parse('2026-03-02T00:00:00Z');
const LIVE_AT = START + 30 * HOUR;
const cache = join(import.meta.dirname, '../../.cache/evaluation');

const demo = (): Conversation[] => [
  ...createTraffic({ seed: 1, start: START, liveAt: LIVE_AT }).between(START, LIVE_AT + 3 * HOUR),
];

const realTexts = (): Conversation[] =>
  Array.from(makeStream(values.data, 300, 1), ({ truth: _, ...conversation }) => conversation);

const config = loadConfig({
  environment: {},
  flags: [
    `data=${cache}`,
    `embedder.cache_path=${join(cache, 'vectors.sqlite')}`,
    'embedder.cache=400000',
    'logging.level=error',
    `tokens.key=${Buffer.alloc(32, 1).toString('base64')}`,
  ],
});
const lifecycle = new Lifecycle((name, error) => process.stderr.write(`${name}: ${String(error)}\n`));
const clock = createSystemClock();
const telemetry = createTelemetry(createLogger(config.logging), clock.now);
openDataFolder(config);
const parts = await openParts(config, clock, telemetry, lifecycle);

/** Every cluster that ever was, as it was last told, and as it was when its score was highest. */
async function measure(title: string, stream: readonly Conversation[]): Promise<void> {
  const highest = new Map<string, ClusterRecord>();
  let last: Manifest | null = null;
  await runLive(config, parts, telemetry, stream, ({ manifest, clusters }) => {
    last = manifest;
    for (const cluster of clusters) {
      if (cluster.coordination === null) continue;
      if (cluster.coordination.score >= (highest.get(cluster.id)?.coordination?.score ?? 0))
        highest.set(cluster.id, cluster);
    }
  });
  tell(title, [...highest.values()], last);
}

function tell(title: string, clusters: readonly ClusterRecord[], last: Manifest | null): void {
  const scores = clusters.map(({ coordination }) => coordination?.score ?? 0).sort((a, b) => b - a);
  const signed = clusters.filter(({ coordination }) => coordination?.signature != null);
  const without = scores.slice(signed.length);
  console.log(
    `${title}: ${clusters.length} clusters scored, ${signed.length} with a signature; of the others`,
  );
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
if (hasData(values.data, SETS)) await measure('Real texts', realTexts());
else console.log('The data sets are not on this machine; nothing was measured among real texts.');
await lifecycle.stop();
