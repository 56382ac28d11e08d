/**
 * Which clusters have a signature of coordination: in the demo's traffic up to three hours after its story begins, where one spam wave and
 * one flood are made up, and among real texts (stream.ts), where accounts are made up and templates are not. All phases on event time;
 * vectors are kept between runs.
 *   node test/evaluation/coordination.ts [--data FOLDER]
 */
import { createTraffic } from '../../src/algorithms/demo/index.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import type { ClusterRecord, Manifest } from '../../src/domain/generation.ts';
import { HOUR } from '../../src/domain/ids.ts';
import type { Deps } from './clusters/newborns.ts';
import { evaluate, say, table, values } from './clusters/setting.ts';
import { hasData } from './data.ts';
import { decent } from './decent.ts';
import { runLive } from './live-path.ts';
import { makeStream } from './stream.ts';

const SETS = ['clinc150', 'oasst1-validation', 'hh-harmless-test', 'crisislex-t6-sandy-oklahoma'];
const START = Date.parse('2026-03-02T00:00:00Z');
const LIVE_AT = START + 30 * HOUR;

const demo = (): Conversation[] => [
  ...createTraffic({ seed: 1, start: START, liveAt: LIVE_AT }).between(START, LIVE_AT + 3 * HOUR),
];

const realTexts = (): Conversation[] =>
  Array.from(makeStream(values.data, 300, 1), ({ truth: _, ...conversation }) => conversation);

/** Every cluster that ever was, as it was last told, and as it was when its score was highest. */
async function measure(
  { config, parts, telemetry }: Deps,
  title: string,
  stream: readonly Conversation[],
): Promise<void> {
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
  say(`${title}: ${clusters.length} clusters scored, ${signed.length} with a signature; of the others`);
  say(`${without.filter((score) => score < 0.1).length} below 0.1, the highest ${without[0]?.toFixed(2)}.`);
  say(`In the median cluster ${last?.usual?.near_duplicate_rate.toFixed(2)} are near-duplicates.\n`);
  table(
    ['cluster', 'signature', 'score', 'conversations', 'accounts'],
    signed.map(({ label, coordination }) => [
      decent(label?.name ?? 'no name'),
      String(coordination?.signature),
      String(coordination?.score.toFixed(2)),
      String(coordination?.conversations),
      String(coordination?.accounts),
    ]),
  );
}

async function tellDemo(deps: Deps): Promise<void> {
  await measure(deps, 'The demo', demo());
}

async function tellRealTexts(deps: Deps): Promise<void> {
  if (hasData(values.data, SETS)) await measure(deps, 'Real texts', realTexts());
  else say('The data sets are not on this machine; nothing was measured among real texts.');
}

// The demo needs none of the sets.
await evaluate([tellDemo, tellRealTexts], []);
