/**
 * The pipeline through a real Apache Kafka, beside what bare kafkajs reaches with the same messages of the same broker in
 * the same run: a consumer that only parses, one that checks the schema too, and a relay that passes on one record of the
 * size of a point a message, exactly once, and does nothing else. All roles in one process, two partitions.
 *   node test/benchmarks/kafka.ts COUNT
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type EachBatchPayload, Kafka, logLevel } from 'kafkajs';
import { createAcceleratedClock } from '../../src/adapters/clock/system.ts';
import { createLogger } from '../../src/adapters/telemetry/logger.ts';
import { createTelemetry } from '../../src/adapters/telemetry/telemetry.ts';
import { makeLog } from '../../src/app/adapters.ts';
import { type App, startApp } from '../../src/app/compose.ts';
import type { Config } from '../../src/app/config.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import { parseConversation } from '../../src/pipeline/admit/parse.ts';
import { ALL_ROLES } from '../../src/pipeline/roles.ts';
import { topicNames, topicSpecs } from '../../src/pipeline/topics.ts';
import { kafkaMissing, startKafka } from '../support/kafka.ts';
import { fill, HISTORY, LIVE, makePool, SETTINGS, type Template, templateOf, writeVectors } from './pool.ts';

type Message = { readonly key: string; readonly value: string };

const PARTITIONS = 2;
/** Bytes of a point: a vector of 384 numbers in base64, facets, tokens. */
const POINT_BYTES = 2_900;
/** Records a transaction of the relay: as many as a broker takes in one request. */
const RELAYED = 300;

function settings(data: string, broker: string): Config {
  const own = [
    'log.adapter=kafka',
    'log.prefix=bench.',
    `log.kafka.brokers=["${broker}"]`,
    `tokens.key=${Buffer.alloc(32, 1).toString('base64')}`,
  ];
  return loadConfig({ environment: {}, flags: [`data=${data}`, ...SETTINGS, ...own] });
}

function makeMessages(templates: readonly Template[], count: number): Message[] {
  return Array.from({ length: count }, (_, i) => {
    const template = templates[i % templates.length];
    if (template === undefined) throw new Error('no conversations to send');
    return { key: `bench-${i}`, value: fill(template, `bench-${i}`, LIVE + i * 0.2) };
  });
}

const limits = { maxBytes: 4 << 20, earliest: 0, latest: Number.POSITIVE_INFINITY };
const parse = (value: Buffer | null): unknown => JSON.parse(value?.toString('utf8') ?? 'null');
const check = (value: Buffer | null): unknown => parseConversation(value, limits);

/** Messages a second of a group of its own that handles each batch by `work`. */
async function consume(
  kafka: Kafka,
  topic: string,
  count: number,
  name: string,
  work: (payload: EachBatchPayload) => Promise<void>,
): Promise<number> {
  const consumer = kafka.consumer({ groupId: name });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  let seen = 0;
  let started = 0;
  const { promise: done, resolve, reject } = Promise.withResolvers<number>();
  consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
  await consumer.run({
    autoCommit: false,
    eachBatchAutoResolve: true,
    eachBatch: async (payload) => {
      started ||= performance.now();
      await work(payload);
      seen += payload.batch.messages.length;
      if (seen >= count) resolve(performance.now());
    },
  });
  const ended = await done;
  await consumer.disconnect();
  return count / ((ended - started) / 1_000);
}

function bare(
  kafka: Kafka,
  topic: string,
  count: number,
  name: string,
  each: (value: Buffer | null) => unknown,
): Promise<number> {
  return consume(kafka, topic, count, name, async ({ batch }) => {
    for (const { value } of batch.messages) each(value);
  });
}

/** In transactions, each with its offsets: the least that an exactly-once phase must do. */
async function relay(kafka: Kafka, topic: string, to: string, count: number): Promise<number> {
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: to, numPartitions: PARTITIONS }] });
  await admin.disconnect();
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, transactionalId: 'relay' });
  await producer.connect();
  const filler = 'x'.repeat(POINT_BYTES);
  const rate = await consume(kafka, topic, count, 'relay', async ({ batch }) => {
    for (let from = 0; from < batch.messages.length; from += RELAYED) {
      const part = batch.messages.slice(from, from + RELAYED);
      const transaction = await producer.transaction();
      const messages = part.map(({ key, value }) => {
        parse(value);
        return { key, value: filler, partition: batch.partition };
      });
      await transaction.send({ topic: to, acks: -1, messages });
      const offset = String(Number(part.at(-1)?.offset) + 1);
      const topics = [{ topic, partitions: [{ partition: batch.partition, offset }] }];
      await transaction.sendOffsets({ consumerGroupId: 'relay', topics });
      await transaction.commit();
    }
  });
  await producer.disconnect();
  return rate;
}

async function untilAdmitted(app: App, count: number): Promise<void> {
  while (app.telemetry.totals().admitted < count) await delay(10);
}

async function untilIdle(app: App): Promise<void> {
  for (let quiet = 0; quiet < 3; ) {
    await delay(500);
    const waiting = Object.values(app.lag()).reduce((sum, records) => sum + records, 0);
    quiet = waiting === 0 ? quiet + 1 : 0;
  }
}

async function run(broker: string, data: string, count: number): Promise<Record<string, number>> {
  const config = settings(data, broker);
  const clock = createAcceleratedClock(LIVE, 1);
  const log = makeLog(config, clock, createTelemetry(createLogger(config.logging), clock.now));
  await log.start();
  const topics = topicNames(config.intake.topic, config.log.prefix);
  await log.createTopics(topicSpecs(topics, PARTITIONS, config.intake.max_bytes));
  const send = async (messages: readonly Message[]): Promise<void> => {
    for (let i = 0; i < messages.length; i += 1_000) {
      const part = messages.slice(i, i + 1_000);
      await log.publish(part.map((message) => ({ topic: topics.conversations, ...message })));
    }
  };
  const pool = makePool();
  writeVectors(join(data, 'vectors.sqlite'), pool);
  // History first: clusters are there, and every vector is in the cache, as for the embedded bench.
  const app = await startApp({ config, roles: ALL_ROLES, version: 'bench', clock });
  await send(
    pool.map((conversation) => ({ key: conversation.conversation_id, value: JSON.stringify(conversation) })),
  );
  await untilAdmitted(app, HISTORY);
  await untilIdle(app);
  const clusters = app.view.pulse().clusters;
  await app.stop();
  await send(makeMessages(pool.map(templateOf), count));
  const kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
  const all = HISTORY + count;
  const parses = await bare(kafka, topics.conversations, all, 'bare-parse', parse);
  const checks = await bare(kafka, topics.conversations, all, 'bare-check', check);
  const relays = await relay(kafka, topics.conversations, 'bench.relay', all);
  const again = await startApp({ config, roles: ALL_ROLES, version: 'bench', clock });
  await untilAdmitted(again, 1);
  const from = again.telemetry.totals().admitted;
  const started = performance.now();
  await untilAdmitted(again, count);
  for (let waiting = 1; waiting > 0; ) {
    waiting = await log.lag('assign', topics.points);
    if (waiting > 0) await delay(20);
  }
  const pipeline = (count - from) / ((performance.now() - started) / 1_000);
  await again.stop();
  await log.stop();
  return { clusters, parses, checks, relays, pipeline };
}

const missing = await kafkaMissing();
if (missing !== null) throw new Error(missing);
const kafka = await startKafka({ brokers: 1 });
const data = mkdtempSync(join(tmpdir(), 'cliowatch-bench-'));
try {
  const result = await run(kafka.brokers[0] ?? '', data, Number(process.argv[2] ?? '20000'));
  process.stdout.write(`${JSON.stringify({ result })}\n`);
} finally {
  await kafka.stop();
  rmSync(data, { recursive: true, force: true });
}
