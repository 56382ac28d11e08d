/** The part of the EventLog contract about a session: opened, restored, replayed, closed. */
import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  contents,
  type MakeLog,
  makeTopic,
  numbered,
  numbers,
  type ReaderOptions,
  read,
  text,
  until,
} from './event-log-rig.ts';

export function sessionContract(open: MakeLog): void {
  it('is closed by stop once its running batch has ended and is committed', async () => {
    const { log } = await open();
    const [topic, out] = [await makeTopic(log), await makeTopic(log)];
    const group = `group-${randomUUID()}`;
    const gate = Promise.withResolvers<void>();
    await log.publish(numbered(topic, 0, 3));
    const reader = await read(log, topic, {
      group,
      async handle({ records }) {
        if (records.length > 0) await gate.promise;
        return records.map((record) => ({ topic: out, key: null, value: record.value }));
      },
    });
    await until(() => reader.batches.some(({ records }) => records.length > 0));
    const stopped = reader.subscription.stop();
    expect(reader.closed).toEqual([]);
    gate.resolve();
    await stopped;
    expect(reader.closed).toEqual([0]);
    expect(await log.lag(group, topic)).toBe(0);
    expect((await contents(log, out)).map(text)).toEqual(numbers(0, 3));
  });

  it('is told of each batch once it is committed, in order, and of none that failed', async () => {
    const { log } = await open();
    const [topic, out] = [await makeTopic(log), await makeTopic(log)];
    let failures = 2;
    let answered: string[][] = [];
    const told: string[][] = [];
    await log.publish(numbered(topic, 0, 30));
    await read(log, topic, {
      maxBatch: 10,
      onOpen() {
        answered = [];
      },
      handle({ records }) {
        // The second batch fails twice: once by itself, once when its answer cannot be written.
        const values = records.map(text);
        answered.push(values);
        const second = values.includes('15') ? failures-- : 0;
        if (second === 2) throw new Error('lost');
        if (second === 1) return [{ topic: 'no-such-topic', key: null, value: 'x' }];
        return records.map((record) => ({ topic: out, key: null, value: record.value }));
      },
      committed() {
        const batch = answered.shift() ?? ['told without an answer'];
        if (batch.length > 0) told.push(batch);
      },
    });
    await until(() => told.flat().length >= 30);
    expect(told.flat()).toEqual(numbers(0, 30));
    expect((await contents(log, out)).map(text)).toEqual(numbers(0, 30));
  });

  it('that cannot open is reported and opened again', async () => {
    const { log } = await open();
    const topic = await makeTopic(log);
    let failures = 1;
    await log.publish(numbered(topic, 0, 1));
    const reader = await read(log, topic, {
      onOpen() {
        if (failures-- > 0) throw new Error('not yet');
      },
    });
    await until(() => reader.seen.length > 0);
    expect(reader.errors.map(({ error }) => error.message)).toEqual(['not yet']);
    expect(reader.seen).toEqual(['0']);
  });

  it('is given its own partition of the state topic, oldest first, before its first batch', async () => {
    const { log } = await open();
    const topic = await makeTopic(log, 2);
    const stateTopic = await makeTopic(log, 2, { cleanup: 'compact', retentionMs: 0 });
    await log.publish(
      numbers(0, 700).map((value, i) => ({ topic: stateTopic, key: `k${i}`, value, partition: i % 2 })),
    );
    await log.publish([0, 1].map((partition) => ({ topic, key: null, value: 'go', partition })));
    const restored: Record<number, string[]> = { 0: [], 1: [] };
    const atFirstBatch = new Map<number, number>();
    const reader = await read(log, topic, {
      stateTopic,
      restore: (record, partition) => restored[partition]?.push(text(record)),
      handle({ partition }) {
        if (!atFirstBatch.has(partition)) atFirstBatch.set(partition, restored[partition]?.length ?? 0);
        return [];
      },
    });
    await until(() => reader.seen.length >= 2);
    const own = (partition: number): string[] => numbers(0, 700).filter((_, i) => i % 2 === partition);
    expect(restored).toEqual({ 0: own(0), 1: own(1) });
    expect(atFirstBatch).toEqual(
      new Map([
        [0, 350],
        [1, 350],
      ]),
    );
  });

  it('finds after a failure the state committed with its last batch, and no other', async () => {
    const { log } = await open();
    const topic = await makeTopic(log);
    const stateTopic = await makeTopic(log, 1, { cleanup: 'compact', retentionMs: 0 });
    let total = 0;
    let failed = false;
    const totals: number[] = [];
    await log.publish(numbered(topic, 0, 40));
    const reader = await read(log, topic, {
      stateTopic,
      maxBatch: 5,
      onOpen() {
        total = 0;
      },
      restore(record) {
        total = Number(text(record));
      },
      handle({ records }) {
        if (records.length === 0) return [];
        total += records.length;
        if (!failed && total > 20) {
          failed = true;
          throw new Error('lost');
        }
        totals.push(total);
        return [{ topic: stateTopic, key: 'total', value: String(total), partition: 0 }];
      },
    });
    // Until it is committed: what `handle` noted may still be on its way.
    await until(async () => (await contents(log, stateTopic)).some((record) => text(record) === '40'));
    expect(reader.errors).toHaveLength(1);
    expect((await contents(log, stateTopic)).map((record) => Number(text(record))).at(-1)).toBe(40);
  });

  it('that starts earlier is given what it read before as replay, whose answers are dropped', async () => {
    const { log } = await open();
    const [topic, out] = [await makeTopic(log), await makeTopic(log)];
    const group = `group-${randomUUID()}`;
    const handle: ReaderOptions['handle'] = ({ records }) =>
      records.map((record) => ({ topic: out, key: null, value: record.value }));
    await log.publish(numbered(topic, 0, 10));
    const first = await read(log, topic, { group, handle });
    await until(async () => (await log.lag(group, topic)) === 0);
    await first.subscription.stop();
    const from = first.batches.flatMap(({ records }) => records)[4]?.offset;
    await log.publish(numbered(topic, 10, 12));
    const second = await read(log, topic, { group, handle, startAt: () => from, maxBatch: 4 });
    await until(() => second.seen.length >= 2);
    const replayed = second.batches
      .filter(({ replay }) => replay)
      .flatMap(({ records }) => records.map(text));
    expect([replayed, second.seen]).toEqual([numbers(4, 10), numbers(10, 12)]);
    await until(async () => (await log.lag(group, topic)) === 0);
    expect((await contents(log, out)).map(text)).toEqual(numbers(0, 12));
  });
}
