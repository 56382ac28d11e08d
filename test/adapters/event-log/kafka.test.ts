import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import { Kafka, logLevel } from 'kafkajs';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { KafkaLogOptions } from '../../../src/adapters/event-log/kafka-client.ts';
import type { EventLog } from '../../../src/ports/event-log.ts';
import { eventLogContract } from '../../contracts/event-log.ts';
import { contents, makeTopic, numbered, numbers, read, text, until } from '../../contracts/event-log-rig.ts';
import { groupPrefix, kafkaLog } from '../../support/kafka-log.ts';
import { need } from '../../support/need.ts';
import { sharedKafka } from '../../support/shared-kafka.ts';

const run = promisify(execFile);
const kafka = await sharedKafka();
const kcat = need('kcat');
const TIMEOUT_MS = 60_000;

async function started(
  brokers: readonly string[],
  options: Partial<KafkaLogOptions> = {},
): Promise<EventLog> {
  const log = kafkaLog(brokers, options);
  onTestFinished(() => log.stop());
  await log.start();
  return log;
}

if (kafka !== null) {
  eventLogContract(
    'Kafka',
    async () => {
      const options = { groupPrefix: groupPrefix() };
      let log = kafkaLog(kafka.brokers, options);
      await log.start();
      return {
        log,
        async reopen() {
          await log.stop();
          log = kafkaLog(kafka.brokers, options);
          await log.start();
          return log;
        },
        stop: () => log.stop(),
      };
    },
    { timeoutMs: TIMEOUT_MS },
  );
}

describe.skipIf(kafka === null)('EventLog by Kafka alone', { timeout: TIMEOUT_MS }, () => {
  const brokers = kafka?.brokers ?? [];

  it('sees as committed what an independent client sees, in the partitions it chooses', async () => {
    if (kcat === null || brokers[0] === undefined) return expect(process.env.CI).toBeFalsy();
    const log = await started(brokers);
    const topic = await makeTopic(log, 3);
    const rows = numbers(0, 50).map((n) => `key-${n} ${n}`);
    const produced = run(kcat, [
      '-P',
      '-b',
      brokers[0],
      '-t',
      topic,
      '-K',
      ' ',
      '-X',
      'partitioner=murmur2_random',
    ]);
    produced.child.stdin?.end(rows.join('\n'));
    await produced;
    const byKcat = new Map((await contents(log, topic)).map(({ key, partition }) => [key, partition]));
    await log.publish(numbered(topic, 0, 50));
    const ours = (await contents(log, topic)).slice(-50);
    expect(byKcat.size).toBe(50);
    expect(ours.map(({ key, partition }) => [key, partition])).toEqual(
      ours.map(({ key }) => [key, byKcat.get(key)]),
    );
    const { stdout } = await run(kcat, ['-C', '-e', '-q', '-b', brokers[0], '-t', topic, '-f', '%s\n']);
    expect(stdout.trim().split('\n')).toHaveLength(100);
  });

  it('never shows records of a transaction that was aborted, and is caught up behind them', async () => {
    const log = await started(brokers);
    const [topic, out] = [await makeTopic(log), await makeTopic(log)];
    let failures = 1;
    await log.publish(numbered(topic, 0, 3));
    const large = { topic: out, key: null, value: Buffer.alloc(2 << 20) };
    await read(log, topic, {
      handle({ records }) {
        const answer = records.map((record) => ({ topic: out, key: null, value: record.value }));
        // The broker refuses the last record when it has taken the others.
        return records.length > 0 && failures-- > 0 ? [...answer, large] : answer;
      },
    });
    await until(async () => (await contents(log, out)).length >= 3);
    expect((await contents(log, out)).map(text)).toEqual(numbers(0, 3));
  });

  it('shows nothing of two aborted transactions of one partition, the first of which ends last', async () => {
    const log = await started(brokers);
    const topic = await makeTopic(log);
    const begun = async (value: string) => {
      const producer = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).producer({
        transactionalId: `${groupPrefix()}${value}`,
        idempotent: true,
        maxInFlightRequests: 1,
      });
      onTestFinished(() => producer.disconnect());
      await producer.connect();
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value, partition: 0 }] });
      return transaction;
    };
    const first = await begun('first');
    const second = await begun('second');
    await second.abort();
    await first.abort();
    await log.publish(numbered(topic, 0, 2));
    await until(async () => (await contents(log, topic)).length >= 2);
    expect((await contents(log, topic)).map(text)).toEqual(numbers(0, 2));
  });

  it('publishes for others when one record is refused', async () => {
    const log = await started(brokers);
    const topic = await makeTopic(log);
    const large = log.publish([{ topic, key: null, value: Buffer.alloc(2 << 20) }]);
    const small = log.publish(numbered(topic, 0, 2));
    await expect(large).rejects.toMatchObject({ code: 'record-too-large', retry: false });
    await small;
    expect((await contents(log, topic)).map(text)).toEqual(numbers(0, 2));
  });

  it('makes topics that take as large a record as is asked for, and the default where less is', async () => {
    const log = await started(brokers);
    const large = await makeTopic(log, 1, { maxMessageBytes: 5_000_000 });
    const small = await makeTopic(log, 1, { maxMessageBytes: 10 });
    await log.publish([{ topic: large, key: 'k', value: Buffer.alloc(4_900_000) }]);
    await log.publish([{ topic: small, key: 'k', value: Buffer.alloc(1_000_000) }]);
    expect((await contents(log, large)).map(({ value }) => value?.length)).toEqual([4_900_000]);
  });

  it('takes what is small enough of a request that is refused for one record', async () => {
    const log = await started(brokers);
    const topic = await makeTopic(log);
    const admin = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    const configEntries = [{ name: 'max.message.bytes', value: '10000' }];
    await admin.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: topic, configEntries }] });
    await admin.disconnect();
    const large = log.publish([{ topic, key: null, value: Buffer.alloc(20_000) }]);
    const small = log.publish(numbered(topic, 0, 2));
    await expect(large).rejects.toMatchObject({ code: 'record-too-large' });
    await small;
    const seen = (await contents(log, topic)).map(text);
    expect(new Set(seen)).toEqual(new Set(numbers(0, 2)));
  });

  it('keeps its place in the group while a batch takes longer than the session may last', async () => {
    const log = await started(brokers);
    const [topic, out] = [await makeTopic(log), await makeTopic(log)];
    await log.publish(numbered(topic, 0, 2));
    const reader = await read(log, topic, {
      async handle({ records }) {
        if (records.length > 0) await new Promise((resolve) => setTimeout(resolve, 17_000));
        return records.map((record) => ({ topic: out, key: null, value: record.value }));
      },
    });
    await until(async () => (await contents(log, out)).length > 0);
    expect(reader.errors).toEqual([]);
    expect(reader.batches.filter(({ records }) => records.length > 0)).toHaveLength(1);
  });

  it('of an owner whose partition another has taken over commits nothing more, and begins anew', async () => {
    const prefix = groupPrefix();
    const log = await started(brokers, { groupPrefix: prefix });
    const [topic, out] = [await makeTopic(log), await makeTopic(log)];
    const group = `group-${randomUUID()}`;
    const gate = Promise.withResolvers<void>();
    await log.publish(numbered(topic, 0, 5));
    const reader = await read(log, topic, {
      group,
      async handle({ records }) {
        if (records.length > 0) await gate.promise;
        return records.map(({ value }) => ({ topic: out, key: null, value }));
      },
    });
    await until(() => reader.batches.some(({ records }) => records.length > 0));
    const fenced = reader.handles.get(0);
    const transactionalId = `${prefix}${group}-${topic}-0`;
    const other = new Kafka({ brokers: [...brokers], logLevel: logLevel.NOTHING }).producer({
      transactionalId,
      idempotent: true,
      maxInFlightRequests: 1,
    });
    onTestFinished(() => other.disconnect());
    await other.connect();
    await (await other.transaction()).abort();
    gate.resolve();
    await until(() => reader.closed.length > 0);
    expect(await contents(log, out)).toEqual([]);
    expect(await log.lag(group, topic)).toBe(5);
    await expect(fenced?.publish(numbered(out, 9, 10))).rejects.toThrow();
    await until(async () => (await log.lag(group, topic)) === 0);
    expect((await contents(log, out)).map(text)).toEqual(numbers(0, 5));
    expect(reader.errors).toHaveLength(1);
  });
});

describe.skipIf(kafka === null)('a login at Kafka', { timeout: TIMEOUT_MS }, () => {
  const secure = kafka?.secure ?? { brokers: [], ca: '', username: '', password: '' };
  const tls = { ca: secure.ca, cert: null, key: null };

  it.each(['plain', 'scram-sha-256', 'scram-sha-512'] as const)(
    'by %s over TLS lets in',
    async (mechanism) => {
      const { username, password } = secure;
      const log = await started(secure.brokers, { tls, sasl: { mechanism, username, password } });
      const topic = await makeTopic(log);
      await log.publish(numbered(topic, 0, 3));
      const reader = await read(log, topic);
      await until(() => reader.seen.length >= 3);
      expect(reader.seen).toEqual(numbers(0, 3));
    },
  );

  it('with a wrong password fails the start, and tells no problem that holds the password', async () => {
    const problems: string[] = [];
    const sasl = { mechanism: 'plain', username: secure.username, password: 'wrong-secret' } as const;
    const log = kafkaLog(secure.brokers, { tls, sasl, onProblem: (message) => problems.push(message) });
    onTestFinished(() => log.stop());
    await expect(log.start()).rejects.toThrow(/authentication/i);
    expect(log.health().ok).toBe(false);
    expect(problems.join('\n')).not.toContain('wrong-secret');
  });

  it('with an authority it does not know is not healthy', async () => {
    const log = kafkaLog(secure.brokers, { tls: { ca: null, cert: null, key: null }, sasl: null });
    onTestFinished(() => log.stop());
    await log.start();
    expect(log.health()).toMatchObject({ ok: false });
  });
});
