/**
 * A bare kafkajs consumer that only parses, and the pipeline, on the same messages of the same broker in one run.
 *   node test/benchmarks/kafka.ts COUNT
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { createAcceleratedClock } from '../../src/adapters/clock/system.ts';
import { createLogger } from '../../src/adapters/telemetry/logger.ts';
import { createTelemetry } from '../../src/adapters/telemetry/telemetry.ts';
import { createTraffic } from '../../src/algorithms/demo/index.ts';
import { makeLog } from '../../src/app/adapters.ts';
import { startApp } from '../../src/app/compose.ts';
import type { Config } from '../../src/app/config.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import { DAY } from '../../src/domain/ids.ts';
import { ALL_ROLES } from '../../src/pipeline/roles.ts';
import { topicNames, topicSpecs } from '../../src/pipeline/topics.ts';
import { kafkaMissing, startKafka } from '../support/kafka.ts';

const LIVE = Date.parse('2026-01-05T00:00:00Z');

function settings(data: string, broker: string): Config {
  const flags = [
    `data=${data}`,
    'http.port=0',
    'logging.level=error',
    'sinks.console=false',
    'summarizer=offline',
    'labeler=offline',
    'log.adapter=kafka',
    'log.prefix=bench.',
    `log.kafka.brokers=["${broker}"]`,
    'embedder.cache=20000',
    'embedder.cache_path=vectors.sqlite',
    `tokens.key=${Buffer.alloc(32, 1).toString('base64')}`,
  ];
  return loadConfig({ environment: {}, flags });
}

/** Messages that repeat the texts of a few thousand conversations under ids of their own. */
function makeMessages(count: number): { key: string; value: string }[] {
  const traffic = createTraffic({ seed: 3, start: LIVE - 3 * DAY, liveAt: LIVE, perHour: 420, events: [] });
  // Zero retention is never admitted, and the bench waits until all are.
  const pool = traffic
    .between(LIVE - 2 * DAY, LIVE - DAY)
    .filter((conversation) => conversation.retention === undefined)
    .slice(0, 4_000);
  return Array.from({ length: count }, (_, i) => {
    const id = `bench-${i}`;
    const at = new Date(LIVE - DAY + i * 20).toISOString();
    return { key: id, value: JSON.stringify({ ...pool[i % pool.length], conversation_id: id, at }) };
  });
}

async function bareConsumer(broker: string, topic: string, count: number): Promise<number> {
  const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
  const consumer = kafka.consumer({ groupId: 'bare' });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  let seen = 0;
  let started = 0;
  let ended = 0;
  await consumer.run({
    eachBatch: async ({ batch }) => {
      started ||= performance.now();
      for (const message of batch.messages) {
        JSON.parse(message.value?.toString('utf8') ?? 'null');
        seen++;
      }
      if (seen >= count) ended = performance.now();
    },
  });
  while (ended === 0) await delay(20);
  await consumer.disconnect();
  return count / ((ended - started) / 1_000);
}

const count = Number(process.argv[2] ?? '20000');
const missing = await kafkaMissing();
if (missing !== null) throw new Error(missing);
const kafka = await startKafka({ brokers: 1 });
const data = mkdtempSync(join(tmpdir(), 'cliowatch-bench-'));
try {
  const broker = kafka.brokers[0] ?? '';
  const config = settings(data, broker);
  const clock = createAcceleratedClock(LIVE, 1);
  const log = makeLog(config, clock, createTelemetry(createLogger(config.logging), clock.now));
  await log.start();
  const topics = topicNames(config.intake.topic, config.log.prefix);
  await log.createTopics(topicSpecs(topics, 2));
  const warm = makeMessages(4_000).map((message) => ({ ...message, key: `warm-${message.key}` }));
  const send = async (messages: readonly { key: string; value: string }[]): Promise<void> => {
    for (let i = 0; i < messages.length; i += 1_000) {
      await log.publish(
        messages.slice(i, i + 1_000).map((message) => ({ topic: topics.conversations, ...message })),
      );
    }
  };
  // The texts' vectors must be in the cache before the clock starts, as for the embedded bench.
  const app = await startApp({ config, roles: ALL_ROLES, version: 'bench', clock });
  await send(warm.map(({ key, value }) => ({ key, value: value.replace('"bench-', '"warm-') })));
  while (app.telemetry.totals().admitted < warm.length) await delay(50);
  await delay(2_000);
  const messages = makeMessages(count);
  await app.stop();
  await send(messages);
  const bare = await bareConsumer(broker, topics.conversations, count + warm.length);
  const again = await startApp({ config, roles: ALL_ROLES, version: 'bench', clock });
  while (again.telemetry.totals().admitted < 1) await delay(5);
  const from = again.telemetry.totals().admitted;
  const started = performance.now();
  while (again.telemetry.totals().admitted < count) await delay(10);
  const pipeline = (count - from) / ((performance.now() - started) / 1_000);
  await again.stop();
  await log.stop();
  process.stdout.write(`${JSON.stringify({ result: { bare, pipeline } })}\n`);
} finally {
  await kafka.stop();
  rmSync(data, { recursive: true, force: true });
}
