/** One member of a consumer group, kept alive: joins, fetches, and is made anew when kafkajs gives it up. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  AssignerProtocol,
  type Batch,
  type Consumer,
  type ConsumerGroupJoinEvent,
  type Kafka,
  type PartitionAssigner,
} from 'kafkajs';
import { reasonOf } from '../../domain/errors.ts';
import type { LogRecord } from '../../ports/event-log.ts';
import type { Health } from './kafka-client.ts';

export const HEARTBEAT_MS = 2_000;
const SESSION_TIMEOUT_MS = 15_000;
const REBALANCE_TIMEOUT_MS = 30_000;
/** Of one long poll: how long a partition that was resumed may wait for the fetch under way. */
const FETCH_WAIT_MS = 50;
/** Of one partition in one fetch: less would not keep pace with a phase that takes what is there as fast as it can. */
const FETCH_BYTES = 4 << 20;
const RETRY_MS = 500;

export type Fetched = {
  readonly topic: string;
  readonly partition: number;
  /** May be empty: transaction markers and aborted records are left out. */
  readonly records: readonly LogRecord[];
  /** Offset of the first of the above, those left out included; null when the broker sent only what came before. */
  readonly first: number | null;
  /** Offset behind all of the above, those left out included. */
  readonly next: number;
  /** Offset behind the partition's last record. */
  readonly high: number;
};

export interface Fetching {
  pause(topic: string, partition: number): void;
  resume(topic: string, partition: number): void;
  /** Where the next fetch reads. */
  seek(topic: string, partition: number, offset: number): void;
}

/** All are called in turn with the fetching, so none may take long. */
export interface MemberEvents {
  /** Before the first fetch with this assignment, which begins at the committed offsets unless `seek` says otherwise. */
  assigned(partitions: ReadonlyMap<string, readonly number[]>, fetching: Fetching): void;
  fetched(batch: Fetched): void;
  /** A new assignment is on its way. */
  rebalancing(): void;
  /** Out of the group, until `assigned`. */
  lost(): void;
}

export class Member {
  readonly #kafka: Kafka;
  readonly #group: string;
  readonly #topics: readonly string[];
  readonly #events: MemberEvents;
  readonly #health: Health;
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;

  constructor(kafka: Kafka, group: string, topics: readonly string[], events: MemberEvents, health: Health) {
    this.#kafka = kafka;
    this.#group = group;
    this.#topics = topics;
    this.#events = events;
    this.#health = health;
    this.#ended = this.#live();
  }

  /** Leaves the group. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#ended;
  }

  async #live(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.#belong();
      } catch (error) {
        this.#health.is(this.#group, `group ${this.#group}: ${reasonOf(error)}`);
      }
      this.#events.lost();
      await delay(RETRY_MS, undefined, { signal }).catch(() => undefined);
    }
    this.#health.is(this.#group, null);
  }

  /** Resolves when stopped, throws when the consumer has crashed. */
  async #belong(): Promise<void> {
    const consumer = this.#kafka.consumer({
      groupId: this.#group,
      partitionAssigners: [together],
      sessionTimeout: SESSION_TIMEOUT_MS,
      rebalanceTimeout: REBALANCE_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_MS,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      maxBytesPerPartition: FETCH_BYTES,
      allowAutoTopicCreation: false,
      readUncommitted: false,
      retry: { restartOnFailure: async () => false },
    });
    const { promise: over, resolve: end, reject: crash } = Promise.withResolvers<void>();
    over.catch(() => undefined);
    const onStop = (): void => end();
    this.#stop.signal.addEventListener('abort', onStop);
    this.#listen(consumer, crash);
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [...this.#topics], fromBeginning: true });
      // Not cut short by `stop`: a consumer that is disconnected while it joins would join all the same, and stay.
      await consumer.run({
        autoCommit: false,
        eachBatch: async ({ batch, isStale }) => {
          if (!isStale()) this.#events.fetched(fetchedOf(batch));
        },
      });
      await over;
    } finally {
      this.#stop.signal.removeEventListener('abort', onStop);
      await consumer.disconnect().catch(() => undefined);
    }
  }

  #listen(consumer: Consumer, crash: (error: Error) => void): void {
    const { CRASH, GROUP_JOIN, REBALANCING, START_BATCH_PROCESS, STOP } = consumer.events;
    let gone = false;
    const fetching: Fetching = {
      pause: (topic, partition) => gone || consumer.pause([{ topic, partitions: [partition] }]),
      resume: (topic, partition) => gone || consumer.resume([{ topic, partitions: [partition] }]),
      seek: (topic, partition, offset) => gone || consumer.seek({ topic, partition, offset: String(offset) }),
    };
    // A stopped consumer throws at all three; its partitions may still be busy with their last batch.
    consumer.on(STOP, () => {
      gone = true;
    });
    consumer.on(CRASH, ({ payload }) => crash(payload.error));
    consumer.on(REBALANCING, () => this.#events.rebalancing());
    consumer.on(GROUP_JOIN, ({ payload }: ConsumerGroupJoinEvent) => {
      this.#health.is(this.#group, null);
      this.#events.assigned(new Map(Object.entries(payload.memberAssignment)), fetching);
    });
    // Batches in which every record is left out never reach `eachBatch`; they move the position all the same.
    consumer.on(START_BATCH_PROCESS, ({ payload: { topic, partition, ...batch } }) => {
      if (batch.batchSize > 0) return;
      const first = batch.firstOffset === null ? null : Number(batch.firstOffset);
      const next = Number(batch.lastOffset) + 1;
      this.#events.fetched({ topic, partition, records: [], first, next, high: Number(batch.highWatermark) });
    });
  }
}

function fetchedOf(batch: Batch): Fetched {
  const { topic, partition } = batch;
  const records = batch.messages.map(({ offset, key, value, timestamp }) => ({
    topic,
    partition,
    offset: Number(offset),
    key: key === null ? null : key.toString(),
    value,
    timestamp: Number(timestamp),
  }));
  const first = batch.firstOffset();
  return {
    topic,
    partition,
    records,
    first: first === null ? null : Number(first),
    next: Number(batch.lastOffset()) + 1,
    high: Number(batch.highWatermark),
  };
}

/** Gives partition p of every topic to one member: who reads a partition also reads the same partition of its state topic. */
const together: PartitionAssigner = ({ cluster }) => ({
  name: 'cliowatch-together',
  version: 0,
  async assign({ members, topics }) {
    const ids = members.map(({ memberId }) => memberId).sort();
    return ids.map((memberId, i) => {
      const assignment: Record<string, number[]> = {};
      for (const topic of topics) {
        const partitions = cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => partitionId);
        assignment[topic] = partitions.filter((partition) => partition % ids.length === i);
      }
      const userData = Buffer.alloc(0);
      return {
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({ version: 0, assignment, userData }),
      };
    });
  },
  protocol({ topics }) {
    const metadata = AssignerProtocol.MemberMetadata.encode({
      version: 0,
      topics,
      userData: Buffer.alloc(0),
    });
    return { name: 'cliowatch-together', metadata };
  },
});
