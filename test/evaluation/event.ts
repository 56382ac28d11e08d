/**
 * Hurricane Sandy laid into assistant traffic at its tweets' real times (stream.ts), run on event time: through all phases
 * without a log, or through a running cliowatch on the embedded log or on a real Apache Kafka. Prints what was found, when,
 * and what is wrong with it.
 *   node test/evaluation/event.ts [--through backtest|embedded|kafka] [--data FOLDER]
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Checked, startBacktest } from '../../src/app/backtest.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import { kafkaMissing, startKafka } from '../support/kafka.ts';
import { type Measured, type Placed, type Placement, reportOf } from './report.ts';
import { makeStream } from './stream.ts';
import { runThroughLog } from './through-log.ts';

const { values } = parseArgs({
  options: { through: { type: 'string', default: 'backtest' }, data: { type: 'string' } },
});
const DATA = values.data ?? join(import.meta.dirname, '../../../shared/data');
const EVENT_START = Date.parse('2012-10-28T00:00:00Z');
const CHUNK = 100;
const PER_HOUR = 300;

if (!existsSync(join(DATA, 'crisislex-t6-sandy-oklahoma.jsonl.gz'))) {
  process.stdout.write('The data sets are not on this machine; nothing was measured.\n');
  process.exit(0);
}

const truth = new Map<string, string>();
const placed: Placed[] = [];
const onPlaced = ({ id, cluster }: Placement): void => {
  placed.push({ truth: truth.get(id) ?? '', cluster });
};

function* stream(): Generator<Conversation> {
  for (const { truth: source, ...conversation } of makeStream(DATA, PER_HOUR, 1)) {
    truth.set(conversation.conversation_id, source);
    yield conversation;
  }
}

const common = [
  'summarizer=offline',
  'labeler=offline',
  'logging.level=error',
  'sinks.console=false',
  'http.port=0',
  `tokens.key=${Buffer.alloc(32, 1).toString('base64')}`,
];
/** Vectors are kept between runs: what is measured of speed is then the pipeline, on a second run. */
const cache = `embedder.cache_path=${join(import.meta.dirname, '../../.cache/evaluation/vectors.sqlite')}`;

async function throughPhases(): Promise<Measured> {
  const config = loadConfig({ environment: {}, flags: ['data=.cache/evaluation', cache, ...common] });
  const names = new Map<string, string>();
  const run = await startBacktest(config, ({ conversation, cluster, at }) =>
    onPlaced({ id: names.get(conversation) ?? '', cluster, at }),
  );
  const started = performance.now();
  let lines: (Checked & { bytes: Buffer })[] = [];
  let count = 0;
  for (const conversation of stream()) {
    const bytes = Buffer.from(JSON.stringify(conversation));
    const checked = run.check(bytes);
    if ('fault' in checked) throw new Error(checked.fault);
    names.set(checked.token, checked.id);
    lines.push({ ...checked, bytes });
    count++;
    if (lines.length < CHUNK) continue;
    await run.push(lines);
    lines = [];
  }
  await run.push(lines);
  const { alerts, clusters } = await run.finish();
  await run.stop();
  return {
    count,
    seconds: (performance.now() - started) / 1_000,
    alerts: alerts.filter(({ fired_at }) => fired_at !== null),
    clusters: clusters.map(({ id, label, conversations, accounts }) => ({
      id,
      name: label?.name ?? null,
      size: conversations,
      accounts,
    })),
  };
}

async function throughKafka(data: string): Promise<Measured> {
  const missing = await kafkaMissing();
  if (missing !== null) throw new Error(missing);
  const kafka = await startKafka({ brokers: 1 });
  try {
    const own = ['log.adapter=kafka', `log.kafka.brokers=["${kafka.brokers[0]}"]`];
    const flags = [`data=${data}`, cache, ...common, ...own];
    return await runThroughLog(loadConfig({ environment: {}, flags }), stream(), onPlaced);
  } finally {
    await kafka.stop();
  }
}

const data = mkdtempSync(join(tmpdir(), 'cliowatch-evaluation-'));
try {
  const measured =
    values.through === 'kafka'
      ? await throughKafka(data)
      : values.through === 'embedded'
        ? await runThroughLog(
            loadConfig({ environment: {}, flags: [`data=${data}`, cache, ...common] }),
            stream(),
            onPlaced,
          )
        : await throughPhases();
  process.stdout.write(`${reportOf(measured, placed, { event: 'sandy', eventStart: EVENT_START })}\n`);
} finally {
  rmSync(data, { recursive: true, force: true });
}
