/** Watches on Apache Kafka: several partitions, several processes, some of which are killed. */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assignmentBatchSchema } from '../../src/domain/assignment.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import { HOUR } from '../../src/domain/ids.ts';
import { rollupSchema } from '../../src/domain/tick.ts';
import { makeTraffic, TRAFFIC_END } from '../support/conversations.ts';
import { TOKENS } from '../support/pipeline-rig.ts';
import { cliowatch, dataFolder, type Running, running } from '../support/program.ts';
import { kafkaRuns, sharedKafka } from '../support/shared-kafka.ts';

const MONEY = /mortgage|refund|flight/i;
const WATCH = {
  title: 'Money',
  match: { pattern: '(?i)mortgage|refund|flight' },
  settings: { first_at: 60, members_per_cluster: 30 },
};
/** Of `TOKENS`. */
const KEY = { CLIOWATCH_TOKENS__KEY: Buffer.alloc(32, 7).toString('base64') };
const CHANGED = TRAFFIC_END - 20 * HOUR;
const ENDED = TRAFFIC_END - 6 * HOUR;

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = performance.now() + 150_000; performance.now() < end; await delay(300))
    if (await holds()) return;
  throw new Error(`waited in vain for ${what}`);
}

class Topics {
  readonly #kafka: Kafka;
  readonly #prefix: string;

  constructor(broker: string, prefix: string) {
    this.#kafka = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
    this.#prefix = prefix;
  }

  async produce(conversations: readonly Conversation[]): Promise<void> {
    const producer = this.#kafka.producer();
    await producer.connect();
    const messages = conversations.map((one) => ({ key: one.conversation_id, value: JSON.stringify(one) }));
    await producer.send({ topic: `${this.#prefix}conversations`, messages });
    await producer.disconnect();
  }

  /** All committed records, up to the end of now. */
  async read(name: string): Promise<{ key: string | null; value: string | null }[]> {
    const topic = `${this.#prefix}${name}`;
    const admin = this.#kafka.admin();
    await admin.connect();
    const ends = await admin.fetchTopicOffsets(topic);
    await admin.disconnect();
    const open = new Map(
      ends.filter(({ high, low }) => high !== low).map(({ partition, high }) => [partition, Number(high)]),
    );
    const records: { key: string | null; value: string | null }[] = [];
    const consumer = this.#kafka.consumer({ groupId: `read-${randomUUID()}`, readUncommitted: false });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      eachBatch: async ({ batch }) => {
        for (const { key, value } of batch.messages)
          records.push({ key: key?.toString() ?? null, value: value?.toString() ?? null });
        if (Number(batch.lastOffset()) >= (open.get(batch.partition) ?? 0) - 2) open.delete(batch.partition);
      },
    });
    for (const end = performance.now() + 20_000; open.size > 0 && performance.now() < end; ) await delay(50);
    await consumer.disconnect();
    return records;
  }

  /** Tokens of the conversations of a space, as often as they stand there. */
  async rows(space: string): Promise<string[]> {
    const records = await this.read('assignments');
    return records
      .map(({ value }) => assignmentBatchSchema.parse(JSON.parse(value ?? '')))
      .filter((rows) => rows.space === space)
      .flatMap(({ conversation }) => conversation);
  }
}

const tokensOf = (conversations: readonly Conversation[]) =>
  conversations.map(({ conversation_id }) => String(TOKENS.conversation(conversation_id))).sort();
const isAboutMoney = ({ messages }: Conversation) => MONEY.test(JSON.stringify(messages));

describe.skipIf(!(await kafkaRuns()))('watches on Apache Kafka', () => {
  const data = dataFolder();
  const prefix = `watch-${randomUUID().slice(0, 8)}.`;
  const traffic = makeTraffic();
  let topics: Topics;
  let flags: string[] = [];

  beforeAll(async () => {
    const broker = (await sharedKafka())?.brokers[0] ?? '';
    topics = new Topics(broker, prefix);
    const file = join(data.path, 'config.yaml');
    writeFileSync(file, JSON.stringify({ watches: { money: WATCH } }));
    const settings = [
      `data=${data.path}`,
      'http.port=0',
      'log.adapter=kafka',
      `log.prefix=${prefix}`,
      'log.batch=50',
      `log.kafka.brokers=["${broker}"]`,
      `log.kafka.group_prefix=${prefix}`,
      `intake.topic=${prefix}conversations`,
      'sinks.console=false',
    ];
    flags = ['--config', file, ...settings.flatMap((setting) => ['-s', setting])];
    expect((await cliowatch(['topics', 'create', '--partitions', '3', ...flags])).stderr).toBe('');
  });
  afterAll(() => data.remove());

  const start = (roles: string) => running(['run', '--roles', roles, ...flags], KEY);
  const send = (from: number, to: number) =>
    topics.produce(traffic.filter(({ at }) => Date.parse(at) >= from && Date.parse(at) < to));
  const assigned = (space: string, count: number) =>
    until(`${count} rows of ${space}`, async () => (await topics.rows(space)).length >= count);
  const change = (desk: Running, method: string, body?: unknown) =>
    fetch(`${desk.url}/v1/watches/late`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });

  it('count every conversation once, whoever is killed, and one that is taken away while detect is down ends', {
    timeout: 400_000,
  }, async () => {
    const desk = await start('emit');
    let [one, two] = [await start('admit,assign'), await start('admit,assign')];
    let back = await start('cluster,detect');
    try {
      await send(0, TRAFFIC_END - 25 * HOUR);
      await assigned('all/request', 200);
      await one.stop('SIGKILL');
      await send(TRAFFIC_END - 25 * HOUR, CHANGED);
      one = await start('admit,assign');
      await assigned('all/request', traffic.filter(({ at }) => Date.parse(at) < CHANGED).length);

      expect((await change(desk, 'PUT', WATCH)).status).toBe(202);
      // Every process follows the topic by itself.
      await delay(5_000);
      await send(CHANGED, TRAFFIC_END - 12 * HOUR);
      await back.stop('SIGKILL');
      await two.stop('SIGKILL');
      await send(TRAFFIC_END - 12 * HOUR, ENDED);
      two = await start('admit,assign');
      const late = traffic.filter(
        (each) => Date.parse(each.at) >= CHANGED && Date.parse(each.at) < ENDED && isAboutMoney(each),
      );
      await assigned('late/request', late.length);
      back = await start('cluster,detect');
      await delay(10_000);
      await back.stop('SIGKILL');
      expect((await change(desk, 'DELETE')).status).toBe(202);
      await delay(5_000);
      await send(ENDED, TRAFFIC_END);
      back = await start('cluster,detect');
      await assigned('all/request', traffic.length);

      const money = traffic.filter(isAboutMoney);
      expect((await topics.rows('all/request')).sort()).toEqual(tokensOf(traffic));
      expect((await topics.rows('money/request')).sort()).toEqual(tokensOf(money));
      expect((await topics.rows('late/request')).sort()).toEqual(tokensOf(late));

      const hours = async (space: string, before: number) => {
        const told = new Map<number, number>();
        for (const { value } of await topics.read('rollups')) {
          const rollup = rollupSchema.parse(JSON.parse(value ?? ''));
          if (rollup.space === space && rollup.hour < before) told.set(rollup.hour, rollup.total);
        }
        return told;
      };
      const hoursOf = (conversations: readonly Conversation[], before: number) => {
        const counts = new Map<number, number>();
        for (const { at } of conversations) {
          const hour = Math.floor(Date.parse(at) / HOUR) * HOUR;
          if (hour < before) counts.set(hour, (counts.get(hour) ?? 0) + 1);
        }
        return counts;
      };
      const last = TRAFFIC_END - 2 * HOUR;
      await until('all hours', async () => (await hours('money/request', TRAFFIC_END)).has(last + HOUR));
      expect(await hours('all/request', last)).toEqual(hoursOf(traffic, last));
      expect(await hours('money/request', last)).toEqual(hoursOf(money, last));
      // To its very end, though nobody was there to count when it was taken away.
      expect(await hours('late/request', TRAFFIC_END)).toEqual(hoursOf(late, TRAFFIC_END));
      const states = new Map((await topics.read('state')).map(({ key, value }) => [key, value]));
      const left = [...states].filter(
        ([key, value]) => key?.includes('late/request') === true && value !== null,
      );
      expect(left.map(([key]) => key).sort()).toEqual([
        'cluster-opened/late/request',
        'detect-opened/late/request',
      ]);
    } finally {
      for (const program of [desk, one, two, back]) await program.stop();
    }
  });
});
