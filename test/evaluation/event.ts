/**
 * Hurricane Sandy laid into assistant traffic at its tweets' real times (stream.ts), run through all phases on event time.
 * Prints what was found, when, and what is wrong with it.
 *   node test/evaluation/event.ts [DATA_FOLDER]
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Placed, startBacktest } from '../../src/app/backtest.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import { makeStream } from './stream.ts';

const DATA = process.argv[2] ?? join(import.meta.dirname, '../../../shared/data');
const EVENT_START = Date.parse('2012-10-28T00:00:00Z');
const CHUNK = 100;

if (!existsSync(join(DATA, 'crisislex-t6-sandy-oklahoma.jsonl.gz'))) {
  process.stdout.write('The data sets are not on this machine; nothing was measured.\n');
  process.exit(0);
}

const truth = new Map<string, string>();
const placed: { truth: string; cluster: string | null; late: boolean }[] = [];
const onPlaced = ({ conversation, cluster, at }: Placed): void => {
  placed.push({ truth: truth.get(conversation) ?? '', cluster, late: at >= EVENT_START });
  truth.delete(conversation);
};
const config = loadConfig({
  environment: {},
  flags: [
    'data=.cache/evaluation',
    'summarizer=offline',
    'labeler=offline',
    'logging.level=error',
    'embedder.cache_path=vectors.sqlite',
  ],
});
const run = await startBacktest(config, onPlaced);
const started = performance.now();
let lines: string[] = [];
let count = 0;
for (const { truth: source, ...conversation } of makeStream(DATA, 300, 1)) {
  truth.set(run.tokens.conversation(conversation.conversation_id), source);
  lines.push(JSON.stringify(conversation));
  count++;
  if (lines.length < CHUNK) continue;
  await run.push(lines);
  lines = [];
}
await run.push(lines);
const result = await run.finish();
await run.stop();
const seconds = (performance.now() - started) / 1_000;

const share = (rows: readonly { cluster: string | null }[]): string =>
  `${((100 * rows.filter(({ cluster }) => cluster === null).length) / Math.max(1, rows.length)).toFixed(1)}%`;
const bySource = (source: string) => placed.filter((row) => row.truth.startsWith(source));
const sandyClusters = new Map<string, { sandy: number; all: number }>();
for (const { truth: source, cluster } of placed) {
  if (cluster === null) continue;
  const held = sandyClusters.get(cluster) ?? { sandy: 0, all: 0 };
  held.all++;
  if (source === 'sandy') held.sandy++;
  sandyClusters.set(cluster, held);
}
const about = (cluster: string): string => {
  const held = sandyClusters.get(cluster) ?? { sandy: 0, all: 0 };
  return held.all === 0 ? '–' : `${Math.round((100 * held.sandy) / held.all)}%`;
};
const title = (cluster: string): string =>
  result.clusters.find(({ id }) => id === cluster)?.label?.name ?? '(no name)';
const clock = (ms: number | null): string =>
  ms === null ? '–' : new Date(ms).toISOString().slice(0, 16).replace('T', ' ');

const out: string[] = [
  `${count} conversations in ${seconds.toFixed(0)} s; ${result.clusters.length} clusters at the end, ${result.clusters.filter(({ label }) => label !== null).length} of them named; peak memory ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MB.`,
  '',
  `Outliers: clinc150 ${share(bySource('clinc'))}, hh-harmless ${share(bySource('hh'))}, oasst1 ${share(bySource('oasst'))}, Sandy ${share(bySource('sandy'))}.`,
  '',
  `Alerts before the event's first tweet: ${result.alerts.filter(({ fired_at }) => (fired_at ?? 0) < EVENT_START).length}. First alert after it: ${clock(result.alerts.find(({ fired_at }) => (fired_at ?? 0) >= EVENT_START)?.fired_at ?? null)} UTC (the tweets begin ${clock(EVENT_START)}).`,
  '',
  '| fired (UTC) | kind | severity | accounts | ratio ≥ | of the cluster about Sandy | name |',
  '|---|---|---|---|---|---|---|',
  ...result.alerts.map(
    (alert) =>
      `| ${clock(alert.fired_at)} | ${alert.kind} | ${alert.severity} | ${alert.accounts} | ${alert.ratio_low.toFixed(1)} | ${about(alert.cluster)} | ${title(alert.cluster)} |`,
  ),
  '',
  '| largest clusters | conversations | accounts | about Sandy |',
  '|---|---|---|---|',
  ...[...result.clusters]
    .sort((a, b) => b.conversations - a.conversations)
    .slice(0, 15)
    .map(
      ({ id, conversations, accounts }) => `| ${title(id)} | ${conversations} | ${accounts} | ${about(id)} |`,
    ),
];
process.stdout.write(`${out.join('\n')}\n`);
