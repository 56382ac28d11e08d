/** The promises of src/ports/event-log.ts; every adapter is held to them. Parts that differ by subject are beside this file. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { TopicSpec } from '../../src/ports/event-log.ts';
import { consumingContract } from './event-log-consuming.ts';
import {
  bytesOf,
  contents,
  type LogHarness,
  type MakeLog,
  makeTopic,
  numbered,
  numbers,
  read,
  text,
  until,
} from './event-log-rig.ts';

/** `timeoutMs` bounds each test: seconds for a log in this process, a minute for brokers that rebalance. */
export function eventLogContract(name: string, make: MakeLog, options: { timeoutMs?: number } = {}): void {
  const timeout = options.timeoutMs ?? 15_000;
  const open: MakeLog = async () => {
    const harness = await make();
    onTestFinished(() => harness.stop());
    return harness;
  };
  describe(`EventLog by ${name}`, { timeout }, () => {
    describe('topics', () => topicsContract(open));
    describe('publish', () => publishContract(open, timeout));
    describe('follow', () => followContract(open));
    consumingContract(open);
  });
}

function topicsContract(open: MakeLog): void {
  const spec = (partitions: number): TopicSpec => ({
    name: `contract-${randomUUID()}`,
    partitions,
    cleanup: 'delete',
    retentionMs: 3_600_000,
  });

  it('creates what is missing and answers with its names', async () => {
    const { log } = await open();
    const [old, fresh] = [spec(1), spec(3)];
    expect(await log.createTopics([old])).toEqual([old.name]);
    expect(await log.createTopics([old, fresh])).toEqual([fresh.name]);
    expect(await log.partitionCount(fresh.name)).toBe(3);
  });

  it('names topics that are missing or have too few partitions', async () => {
    const { log } = await open();
    const [present, small, absent] = [spec(1), spec(1), spec(1)];
    await log.createTopics([present, small]);
    const missing = await log.missingTopics([present, { ...small, partitions: 2 }, absent]);
    expect(missing).toEqual([small.name, absent.name]);
  });

  it('is healthy once started', async () => {
    const { log } = await open();
    expect(log.health()).toEqual({ ok: true });
  });
}

function publishContract(open: MakeLog, timeout: number): void {
  it('keeps key, value, tombstone and order', async () => {
    const { log } = await open();
    const topic = await makeTopic(log);
    const before = Date.now();
    await log.publish([
      { topic, key: 'a', value: 'grüße' },
      { topic, key: null, value: Buffer.from([0, 255, 10]) },
      { topic, key: 'a', value: null },
      { topic, key: 'b', value: '' },
    ]);
    const records = await contents(log, topic);
    expect(records.map((record) => [record.key, bytesOf(record)])).toEqual([
      ['a', Buffer.from('grüße')],
      [null, Buffer.from([0, 255, 10])],
      ['a', null],
      ['b', Buffer.alloc(0)],
    ]);
    expect(records.map(({ topic: name, partition }) => [name, partition])).toEqual(
      records.map(() => [topic, 0]),
    );
    const offsets = records.map(({ offset }) => offset);
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
    // A broker's clock may differ by a little.
    for (const { timestamp } of records) expect(timestamp).toBeGreaterThan(before - 60_000);
  });

  it('sends a record to the partition it names', async () => {
    const { log } = await open();
    const topic = await makeTopic(log, 3);
    await log.publish(
      [2, 0, 2, 1].map((partition) => ({ topic, key: 'same', value: `p${partition}`, partition })),
    );
    for (const record of await contents(log, topic)) expect(text(record)).toBe(`p${record.partition}`);
  });

  it('sends the same key to the same partition, and spreads keys and keyless records', async () => {
    const { log } = await open();
    const topic = await makeTopic(log, 3);
    const keyed = numbered(topic, 0, 60);
    await log.publish(keyed);
    await log.publish([...keyed].reverse());
    const homes = new Map<string, Set<number>>();
    for (const { key, partition } of await contents(log, topic)) {
      homes.set(key ?? '', (homes.get(key ?? '') ?? new Set()).add(partition));
    }
    expect([...homes.values()].map(({ size }) => size)).toEqual(keyed.map(() => 1));
    expect(new Set([...homes.values()].flatMap((home) => [...home])).size).toBe(3);

    const keyless = await makeTopic(log, 3);
    for (let i = 0; i < 6; i++) await log.publish([{ topic: keyless, key: null, value: String(i) }]);
    expect(new Set((await contents(log, keyless)).map(({ partition }) => partition)).size).toBeGreaterThan(1);
  });

  it('carries a record of 900 KB', async () => {
    const { log } = await open();
    const topic = await makeTopic(log);
    const value = Buffer.alloc(900_000, 'large ');
    await log.publish([{ topic, key: 'k', value }]);
    const [record] = await contents(log, topic);
    expect(record === undefined ? null : bytesOf(record)?.equals(value)).toBe(true);
  });

  it('gives back what was written, text or bytes, to who follows, who reads later and who consumes', async () => {
    const { log } = await open();
    const topic = await makeTopic(log);
    const odd = ['', 'plain', 'Zürich 東京 😀', 'a\0b', '\uFEFFmark', 'half \uD83D of a pair'];
    const written = [...odd, Buffer.from([0, 255, 254, 0x80]), Buffer.from('{"a":1}')];
    await log.publish(written.map((value, i) => ({ topic, key: String(i), value })));
    const { batches } = await read(log, topic);
    const consumed = () => batches.flatMap(({ records }) => records);
    await until(() => consumed().length === written.length);
    for (const records of [await contents(log, topic), consumed()]) {
      expect(records.map(bytesOf)).toEqual(written.map((value) => Buffer.from(value)));
    }
  });

  it('refuses by name a record that it will never take, and goes on', async () => {
    const { log } = await open();
    const topic = await makeTopic(log);
    await expect(
      log.publish([{ topic, key: 'k', value: Buffer.alloc((64 << 20) + 1) }]),
    ).rejects.toMatchObject({ code: 'record-too-large', retry: false });
    await log.publish(numbered(topic, 0, 1));
    expect((await contents(log, topic)).map(text)).toEqual(['0']);
  });

  it('refuses records for a topic that does not exist', async () => {
    const { log } = await open();
    await expect(
      log.publish([{ topic: `contract-${randomUUID()}`, key: null, value: 'x' }]),
    ).rejects.toThrow();
  });

  it('never sends what was given up before it was sent, and says why', async () => {
    const { log } = await open();
    const topic = await makeTopic(log);
    const patience = new AbortController();
    const publishing = log.publish(numbered(topic, 0, 1), patience.signal);
    patience.abort(new Error('the client has gone'));
    await expect(publishing).rejects.toThrow('the client has gone');
    await expect(log.publish(numbered(topic, 1, 2), patience.signal)).rejects.toThrow('has gone');
    await log.publish(numbered(topic, 2, 3), new AbortController().signal);
    expect((await contents(log, topic)).map(text)).toEqual(['2']);
  });

  it('has after a restart what it acknowledged before', async () => {
    const { log, reopen } = await open();
    const topic = await makeTopic(log);
    await log.publish(numbered(topic, 0, 500));
    const again = await reopen();
    await again.publish(numbered(topic, 500, 501));
    expect((await contents(again, topic)).map(text)).toEqual(numbers(0, 501));
  });

  it('keeps the order of each key, whatever the calls and partitions', async () => {
    const { log } = await open();
    const calls = fc.array(fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 20 }), {
      minLength: 1,
      maxLength: 10,
    });
    await fc.assert(
      fc.asyncProperty(calls, async (keysByCall) => {
        const topic = await makeTopic(log, 3);
        const expected = new Map<string, string[]>();
        let count = 0;
        const publishing = keysByCall.map((keys) => {
          const records = keys.map((key) => ({ topic, key: `k${key}`, value: String(count++) }));
          for (const { key, value } of records) expected.set(key, [...(expected.get(key) ?? []), value]);
          return log.publish(records);
        });
        await Promise.all(publishing);
        const found = new Map<string, string[]>();
        const reader = await read(log, topic, {
          handle(batch) {
            for (const record of batch.records) {
              found.set(record.key ?? '', [...(found.get(record.key ?? '') ?? []), text(record)]);
            }
            return [];
          },
        });
        await until(() => reader.seen.length >= count);
        await reader.subscription.stop();
        expect(found).toEqual(expected);
      }),
      { numRuns: 5, interruptAfterTimeLimit: timeout / 2 },
    );
  });
}

function followContract(open: MakeLog): void {
  const follow = async (harness: LogHarness, topics: string[], from: 'start' | 'end') => {
    const seen: string[] = [];
    const follower = await harness.log.follow(topics, from, (record) => seen.push(text(record)));
    onTestFinished(() => follower.stop());
    await follower.caughtUp;
    return { seen, follower };
  };

  it('has seen all that was there when it is caught up, then sees what comes', async () => {
    const harness = await open();
    const topic = await makeTopic(harness.log);
    await harness.log.publish(numbered(topic, 0, 1_200));
    const { seen } = await follow(harness, [topic], 'start');
    expect(seen).toEqual(numbers(0, 1_200));
    await harness.log.publish(numbered(topic, 1_200, 1_210));
    await until(() => seen.length >= 1_210);
    expect(seen).toEqual(numbers(0, 1_210));
  });

  it('misses nothing and repeats nothing that is published while it catches up', async () => {
    const harness = await open();
    const topic = await makeTopic(harness.log);
    await harness.log.publish(numbered(topic, 0, 2_000));
    const seen: string[] = [];
    const follower = await harness.log.follow([topic], 'start', (record) => seen.push(text(record)));
    onTestFinished(() => follower.stop());
    for (let i = 2_000; i < 2_050; i++) await harness.log.publish(numbered(topic, i, i + 1));
    await until(() => seen.length >= 2_050);
    expect(seen).toEqual(numbers(0, 2_050));
  });

  it('sees only new records when it starts at the end', async () => {
    const harness = await open();
    const topic = await makeTopic(harness.log);
    await harness.log.publish(numbered(topic, 0, 5));
    const { seen } = await follow(harness, [topic], 'end');
    await harness.log.publish(numbered(topic, 5, 8));
    await until(() => seen.length >= 3);
    expect(seen).toEqual(numbers(5, 8));
  });

  it('sees every partition of every topic, and nothing once stopped', async () => {
    const harness = await open();
    const [one, other] = [await makeTopic(harness.log, 3), await makeTopic(harness.log)];
    await harness.log.publish([...numbered(one, 0, 30), ...numbered(other, 30, 40)]);
    const { seen, follower } = await follow(harness, [one, other], 'start');
    expect(new Set(seen)).toEqual(new Set(numbers(0, 40)));
    await follower.stop();
    await harness.log.publish(numbered(other, 40, 41));
    expect((await contents(harness.log, other)).length).toBe(11);
    expect(seen).toHaveLength(40);
  });

  it('is caught up at once with an empty topic', async () => {
    const harness = await open();
    const { seen } = await follow(harness, [await makeTopic(harness.log)], 'start');
    expect(seen).toEqual([]);
  });
}
