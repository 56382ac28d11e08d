/** Watches on Apache Kafka: several partitions, several processes, some of which are killed. */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { leaveOutAborted } from '../../src/adapters/event-log/kafka-fetch.ts';
import { assignmentBatchSchema } from '../../src/domain/assignment.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import { HOUR } from '../../src/domain/ids.ts';
import { rollupSchema } from '../../src/domain/tick.ts';
import { makeTraffic, TRAFFIC_END } from '../support/conversations.ts';
import { TOKENS } from '../support/pipeline-rig.ts';
import { cliowatch, dataFolder, type Running, running } from '../support/program.ts';
import { kafkaRuns, sharedKafka } from '../support/shared-kafka.ts';

leaveOutAborted();

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

  async produce(conversations: readonly Conversation[], partition?: number): Promise<void> {
    const producer = this.#kafka.producer();
    await producer.connect();
    const messages = conversations.map((one) => ({
      key: one.conversation_id,
      value: JSON.stringify(one),
      ...(partition === undefined ? {} : { partition }),
    }));
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

  /** Until a role has committed what is in its topic now. */
  async readBy(role: 'detect'): Promise<void> {
    const topic = `${this.#prefix}assignments`;
    const admin = this.#kafka.admin();
    await admin.connect();
    const [end] = await admin.fetchTopicOffsets(topic);
    await until(`all that ${role} has to read`, async () => {
      const [group] = await admin.fetchOffsets({ groupId: `${this.#prefix}${role}`, topics: [topic] });
      // The last one is the mark of a transaction.
      return Number(group?.partitions[0]?.offset ?? 0) >= Number(end?.high ?? 0) - 1;
    });
    await admin.disconnect();
  }

  /** Conversations by hour, as told last. */
  async hours(space: string, from: number, before: number): Promise<Map<number, number>> {
    const told = new Map<number, number>();
    for (const { value } of await this.read('rollups')) {
      const rollup = rollupSchema.parse(JSON.parse(value ?? ''));
      const { hour, total } = rollup;
      if (rollup.space === space && hour >= from && hour < before) told.set(hour, total);
    }
    return told;
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
const PARTITIONS = [0, 1, 2];

function hoursOf(conversations: readonly Conversation[], before: number): Map<number, number> {
  const counts = new Map<number, number>();
  for (const { at } of conversations) {
    const hour = Math.floor(Date.parse(at) / HOUR) * HOUR;
    if (hour < before) counts.set(hour, (counts.get(hour) ?? 0) + 1);
  }
  return counts;
}

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
  const sent: Conversation[] = [];
  const send = async (from: number, to: number) => {
    const part = traffic.filter(({ at }) => Date.parse(at) >= from && Date.parse(at) < to);
    sent.push(...part);
    await topics.produce(part);
  };
  /** To each partition in turn: what is not known to be there yet is not waited for, and hours are late once six others are over. */
  const sendFirst = async (count: number) => {
    const part = traffic.slice(0, count);
    sent.push(...part);
    for (const partition of PARTITIONS)
      await topics.produce(
        part.filter((_, i) => i % PARTITIONS.length === partition),
        partition,
      );
  };
  const assigned = (space: string, count: number) =>
    until(`${count} rows of ${space}`, async () => (await topics.rows(space)).length >= count);
  const change = (desk: Running, method: string, body?: unknown) =>
    fetch(`${desk.url}/v1/watches/late`, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  /** Each process follows the topic in its own time: one conversation a partition tells whether its own has heard. */
  let probes = 0;
  /** What roles remember, by key. */
  const states = async () => {
    const written = [...(await topics.read('state')), ...(await topics.read('window'))];
    return new Map(written.map(({ key, value }) => [key, value]));
  };
  const heard = (what: string, at: number, isThere: boolean) =>
    until(what, async () => {
      const round = PARTITIONS.map((partition): [Conversation, number] => [
        {
          conversation_id: `probe-${probes++}`,
          account_id: `probe-${partition}`,
          at: new Date(at).toISOString(),
          messages: [{ role: 'user', content: 'Explain to me what a mortgage is' }],
        },
        partition,
      ]);
      for (const [probe, partition] of round) await topics.produce([probe], partition);
      sent.push(...round.map(([probe]) => probe));
      await assigned('all/request', sent.length);
      const late = new Set(await topics.rows('late/request'));
      const state = await states();
      const opened = ['detect', 'cluster'].every((role) => state.get(`${role}-opened/late/request`) != null);
      return (
        tokensOf(round.map(([probe]) => probe)).every((token) => late.has(token) === isThere) &&
        (opened || !isThere)
      );
    });

  it('count every conversation once, whoever is killed, and one that is taken away while detect is down ends', {
    timeout: 500_000,
  }, async () => {
    const desk = await start('emit');
    let [one, two] = [await start('admit,assign'), await start('admit,assign')];
    let back = await start('cluster,detect');
    try {
      await sendFirst(120);
      await assigned('all/request', sent.length);
      await send(Date.parse(traffic[120]?.at ?? ''), TRAFFIC_END - 25 * HOUR);
      await assigned('all/request', 200);
      await one.stop('SIGKILL');
      await send(TRAFFIC_END - 25 * HOUR, CHANGED);
      one = await start('admit,assign');
      await assigned('all/request', sent.length);

      expect((await change(desk, 'PUT', WATCH)).status).toBe(202);
      await heard('the watch', CHANGED - 1, true);
      await send(CHANGED, TRAFFIC_END - 12 * HOUR);
      await back.stop('SIGKILL');
      await two.stop('SIGKILL');
      await send(TRAFFIC_END - 12 * HOUR, ENDED);
      two = await start('admit,assign');
      await assigned('all/request', sent.length);
      back = await start('cluster,detect');
      await topics.readBy('detect');
      await back.stop('SIGKILL');
      expect((await change(desk, 'DELETE')).status).toBe(202);
      await heard('its end', ENDED, false);
      await send(ENDED + 1, TRAFFIC_END);
      back = await start('cluster,detect');
      await assigned('all/request', sent.length);
      await topics.readBy('detect');

      const late = traffic.filter(
        (each) => Date.parse(each.at) >= CHANGED && Date.parse(each.at) < ENDED && isAboutMoney(each),
      );
      const money = sent.filter(isAboutMoney);
      const probed = new Set(tokensOf(sent.filter(({ account_id }) => account_id.startsWith('probe-'))));
      expect((await topics.rows('all/request')).sort()).toEqual(tokensOf(sent));
      expect((await topics.rows('money/request')).sort()).toEqual(tokensOf(money));
      const lateRows = (await topics.rows('late/request')).filter((token) => !probed.has(token));
      expect(lateRows.sort()).toEqual(tokensOf(late));

      const last = TRAFFIC_END - 2 * HOUR;
      expect(await topics.hours('all/request', 0, last)).toEqual(hoursOf(sent, last));
      expect(await topics.hours('money/request', 0, last)).toEqual(hoursOf(money, last));
      // To its very end, though nobody was there to count when it was taken away.
      expect(await topics.hours('late/request', CHANGED, ENDED)).toEqual(hoursOf(late, ENDED));
      const left = [...(await states())].filter(
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
