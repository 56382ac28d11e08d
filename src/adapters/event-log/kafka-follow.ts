/** Reads all partitions of topics for itself, in a group of its own that commits nothing. */
import type { Kafka } from 'kafkajs';
import { reasonOf } from '../../domain/errors.ts';
import type { Follower, LogRecord } from '../../ports/event-log.ts';
import type { Cluster } from './kafka-admin.ts';
import type { Health } from './kafka-client.ts';
import { Cursor } from './kafka-cursor.ts';
import { type Fetching, Member } from './kafka-member.ts';

type Reading = {
  readonly topic: string;
  readonly partition: number;
  readonly cursor: Cursor;
  readonly target: number;
};

export type FollowParts = {
  readonly kafka: Kafka;
  readonly cluster: Cluster;
  readonly health: Health;
  /** Of this follower alone. */
  readonly group: string;
  onProblem(message: string): void;
};

export async function followTopics(
  { kafka, cluster, health, group, onProblem }: FollowParts,
  topics: readonly string[],
  from: 'start' | 'end',
  onRecord: (record: LogRecord) => void,
): Promise<Follower> {
  const readings = new Map<string, Reading>();
  for (const topic of topics) {
    for (const [partition, { low, high }] of await cluster.bounds(topic)) {
      const cursor = new Cursor(from === 'start' && low < high ? low : high, high);
      readings.set(`${topic}/${partition}`, { topic, partition, cursor, target: high });
    }
  }
  const { promise: caughtUp, resolve } = Promise.withResolvers<void>();
  const behind = new Set([...readings.values()].filter(({ cursor, target }) => cursor.next < target));
  if (behind.size === 0) resolve();
  let fetching: Fetching | null = null;
  let stopped = false;

  const deliver = (record: LogRecord): void => {
    try {
      onRecord(record);
    } catch (error) {
      onProblem(`a follower of ${record.topic} failed at offset ${record.offset}: ${reasonOf(error)}`);
    }
  };
  const member = new Member(
    kafka,
    group,
    topics,
    {
      assigned(_, now) {
        fetching = now;
        for (const { topic, partition, cursor } of readings.values()) now.seek(topic, partition, cursor.next);
      },
      fetched(batch) {
        if (stopped) return;
        const name = `${batch.topic}/${batch.partition}`;
        // A partition added since: read from its beginning, which is where kafkajs began.
        const reading = readings.get(name) ?? { ...batch, cursor: new Cursor(0, 0), target: 0 };
        readings.set(name, reading);
        const { topic, partition, cursor } = reading;
        const records = cursor.accept(batch);
        if (records === null) fetching?.seek(topic, partition, cursor.next);
        for (const record of records ?? []) deliver(record);
        if (cursor.next >= reading.target && behind.delete(reading) && behind.size === 0) resolve();
      },
      rebalancing: () => undefined,
      lost: () => undefined,
    },
    health,
  );
  return {
    caughtUp,
    async stop() {
      stopped = true;
      await member.stop();
      await cluster.forgetGroup(group);
    },
  };
}
