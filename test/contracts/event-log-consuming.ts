/** The part of the EventLog contract about groups, batches and transactions. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { contents, type MakeLog, makeTopic, numbered, numbers, read, text, until } from './event-log-rig.ts';
import { sessionContract } from './event-log-sessions.ts';

/** Long enough that something wrongly done would have been done. */
const A_WHILE_MS = 250;

export function consumingContract(open: MakeLog): void {
  describe('a group', () => groupContract(open));
  describe('a batch', () => batchContract(open));
  describe('a transaction', () => transactionContract(open));
  describe('a session', () => sessionContract(open));
}

function groupContract(open: MakeLog): void {
  it('reads each record of each partition in order, each partition by a session of its own', async () => {
    const { log } = await open();
    const topic = await makeTopic(log, 2);
    await log.publish(
      [0, 1, 0, 1].map((partition, i) => ({ topic, key: null, value: String(i), partition })),
    );
    const reader = await read(log, topic);
    await until(() => reader.seen.length >= 4);
    expect([...reader.subscription.partitions()].sort()).toEqual([0, 1]);
    expect([...reader.handles.keys()].sort()).toEqual([0, 1]);
    const of = (partition: number): string[] =>
      reader.batches
        .filter((batch) => batch.partition === partition)
        .flatMap(({ records }) => records.map(text));
    expect([of(0), of(1)]).toEqual([
      ['0', '2'],
      ['1', '3'],
    ]);
  });

  it('goes on after a restart behind what it committed', async () => {
    const { log, reopen } = await open();
    const topic = await makeTopic(log);
    const group = `group-${randomUUID()}`;
    await log.publish(numbered(topic, 0, 10));
    const first = await read(log, topic, { group });
    await until(async () => (await log.lag(group, topic)) === 0);
    await first.subscription.stop();
    const again = await reopen();
    await again.publish(numbered(topic, 10, 15));
    const second = await read(again, topic, { group });
    await until(() => second.seen.length >= 5);
    expect([first.seen, second.seen]).toEqual([numbers(0, 10), numbers(10, 15)]);
  });

  it('shares nothing with another group on the same topic', async () => {
    const { log } = await open();
    const topic = await makeTopic(log);
    await log.publish(numbered(topic, 0, 20));
    const readers = [await read(log, topic), await read(log, topic)];
    await until(() => readers.every(({ seen }) => seen.length >= 20));
    expect(readers.map(({ seen }) => seen)).toEqual([numbers(0, 20), numbers(0, 20)]);
  });

  it('counts as lag what it has not committed', async () => {
    const { log } = await open();
    const topic = await makeTopic(log, 2);
    const group = `group-${randomUUID()}`;
    await log.publish(numbered(topic, 0, 30));
    expect(await log.lag(group, topic)).toBe(30);
    const reader = await read(log, topic, { group });
    await until(async () => (await log.lag(group, topic)) === 0);
    await reader.subscription.stop();
    await log.publish(numbered(topic, 30, 37));
    expect(await log.lag(group, topic)).toBe(7);
  });

  it('counts everything once when a second member joins and the first leaves', async () => {
    const { log } = await open();
    const [topic, out] = [await makeTopic(log, 2), await makeTopic(log)];
    const group = `group-${randomUUID()}`;
    const member = () =>
      read(log, topic, {
        group,
        maxBatch: 7,
        handle: ({ records }) => records.map((record) => ({ topic: out, key: null, value: record.value })),
      });
    await log.publish(numbered(topic, 0, 100));
    const first = await member();
    await until(() => first.seen.length > 0);
    const second = await member();
    await log.publish(numbered(topic, 100, 200));
    await first.subscription.stop();
    expect(first.subscription.partitions()).toEqual([]);
    await log.publish(numbered(topic, 200, 300));
    await until(async () => (await log.lag(group, topic)) === 0);
    expect([...second.subscription.partitions()].sort()).toEqual([0, 1]);
    const found = (await contents(log, out)).map((record) => Number(text(record)));
    expect(found.sort((a, b) => a - b).map(String)).toEqual(numbers(0, 300));
  });
}

function batchContract(open: MakeLog): void {
  it('holds at most maxBatch records and tells how many are behind it', async () => {
    const { log } = await open();
    const topic = await makeTopic(log);
    await log.publish(numbered(topic, 0, 25));
    const reader = await read(log, topic, { maxBatch: 10 });
    await until(() => reader.seen.length >= 25);
    const full = reader.batches.filter(({ records }) => records.length > 0);
    for (const { records } of full) expect(records.length).toBeLessThanOrEqual(10);
    expect(full.at(-1)?.backlog).toBe(0);
    expect(full[0]?.backlog).toBe(25 - (full[0]?.records.length ?? 0));
  });

  it('comes only when the one before is done', async () => {
    const { log } = await open();
    const topic = await makeTopic(log);
    await log.publish(numbered(topic, 0, 20));
    const gate = Promise.withResolvers<void>();
    let running = 0;
    let most = 0;
    const reader = await read(log, topic, {
      maxBatch: 5,
      async handle({ records }) {
        most = Math.max(most, ++running);
        if (records.length > 0) await gate.promise;
        running--;
        return [];
      },
    });
    const withRecords = (): number => reader.batches.filter(({ records }) => records.length > 0).length;
    await until(() => withRecords() > 0);
    await log.publish(numbered(topic, 20, 25));
    await delay(A_WHILE_MS);
    expect(withRecords()).toBe(1);
    gate.resolve();
    await until(() => reader.seen.length >= 25);
    expect(reader.seen).toEqual(numbers(0, 25));
    expect(most).toBe(1);
  });

  it('comes empty again and again while there is nothing to read, and what it answers is published', async () => {
    const { log } = await open();
    const [topic, out] = [await makeTopic(log), await makeTopic(log)];
    let beats = 0;
    await read(log, topic, {
      heartbeatMs: 20,
      handle: ({ records, backlog, replay }) =>
        records.length === 0 && backlog === 0 && !replay
          ? [{ topic: out, key: null, value: `beat ${beats++}` }]
          : [],
    });
    await until(() => beats > 3);
    await until(async () => (await contents(log, out)).length > 2);
    expect((await contents(log, out)).slice(0, 3).map(text)).toEqual(['beat 0', 'beat 1', 'beat 2']);
  });
}

function transactionContract(open: MakeLog): void {
  it('publishes what a batch answers, tombstones too', async () => {
    const { log } = await open();
    const [topic, out] = [await makeTopic(log), await makeTopic(log)];
    await log.publish(numbered(topic, 0, 3));
    await read(log, topic, {
      handle: ({ records }) =>
        records.map((record) => ({
          topic: out,
          key: record.key,
          value: text(record) === '1' ? null : record.value,
        })),
    });
    await until(async () => (await contents(log, out)).length >= 3);
    expect((await contents(log, out)).map(text)).toEqual(['0', '<tombstone>', '2']);
  });

  it('that fails leaves no record and no offset, is reported, and is tried again', async () => {
    const { log } = await open();
    const [topic, out] = [await makeTopic(log), await makeTopic(log)];
    const group = `group-${randomUUID()}`;
    let failures = 2;
    await log.publish(numbered(topic, 0, 4));
    const reader = await read(log, topic, {
      group,
      handle({ records }) {
        if (records.length > 0 && failures-- > 0) throw new Error('no luck');
        return records.map((record) => ({ topic: out, key: null, value: record.value }));
      },
    });
    await until(() => reader.errors.length > 0);
    expect(await log.lag(group, topic)).toBe(4);
    await until(async () => (await log.lag(group, topic)) === 0);
    expect(reader.errors.map(({ error, partition }) => [error.message, partition])).toEqual([
      ['no luck', 0],
      ['no luck', 0],
    ]);
    expect((await contents(log, out)).map(text)).toEqual(numbers(0, 4));
  });

  it('with one record that cannot be published leaves none of them', async () => {
    const { log } = await open();
    const [topic, out] = [await makeTopic(log), await makeTopic(log)];
    const group = `group-${randomUUID()}`;
    const nowhere = `contract-${randomUUID()}`;
    let bad = true;
    await log.publish(numbered(topic, 0, 2));
    const reader = await read(log, topic, {
      group,
      handle({ records }) {
        const answer = records.map((record) => ({ topic: out, key: null, value: record.value }));
        if (records.length === 0 || !bad) return answer;
        bad = false;
        return [...answer, { topic: nowhere, key: null, value: 'lost' }];
      },
    });
    await until(async () => (await log.lag(group, topic)) === 0);
    expect(reader.errors.length).toBeGreaterThan(0);
    expect((await contents(log, out)).map(text)).toEqual(numbers(0, 2));
  });

  it('of a handle publishes all or none outside a batch', async () => {
    const { log } = await open();
    const [topic, out] = [await makeTopic(log), await makeTopic(log)];
    const reader = await read(log, topic);
    await until(() => reader.batches.length > 0);
    const own = reader.handles.get(0);
    await own?.publish(numbered(out, 0, 3));
    const half = [...numbered(out, 3, 5), { topic: `contract-${randomUUID()}`, key: null, value: 'lost' }];
    await expect(own?.publish(half)).rejects.toThrow();
    expect((await contents(log, out)).map(text)).toEqual(numbers(0, 3));
  });

  it('of a closed session is refused', async () => {
    const { log } = await open();
    const [topic, out] = [await makeTopic(log), await makeTopic(log)];
    const reader = await read(log, topic);
    await until(() => reader.batches.length > 0);
    await reader.subscription.stop();
    await expect(reader.handles.get(0)?.publish(numbered(out, 0, 1))).rejects.toThrow();
    expect(await contents(log, out)).toEqual([]);
  });
}
