/**
 * Questions to the cluster about topics and offsets. Each is asked until it is answered, or the log stops; one after another, as kafkajs keeps
 * one picture of the topics for all that are under way: what one asks takes away the topic that another is at.
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Admin, Kafka, PartitionMetadata } from 'kafkajs';
import { unlessAborted } from '../../algorithms/unless-aborted.ts';
import { CliowatchError, reasonOf } from '../../domain/errors.ts';
import type { TopicSpec } from '../../ports/event-log.ts';
import { failureType, type Health, logStopped, mayPass, unknownTopic } from './kafka-client.ts';

const RETRY_MS = 500;
const LEADER_MS = 100;
const STOP_MS = 500;
/** Longer than kafkajs takes to give up a broker that does not answer; but what it asks of a connection that closes it waits for for ever. */
const ANSWER_MS = 60_000;
const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;
/** What a broker takes unless told otherwise; requests of many records are cut to it. */
const DEFAULT_MAX_MESSAGE_BYTES = 1_048_588;

export type Bounds = { readonly low: number; readonly high: number };

export class Cluster {
  readonly #kafka: Kafka;
  readonly #health: Health;
  readonly #answerMs: number;
  readonly #stop = new AbortController();
  #admin: Promise<Admin> | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(kafka: Kafka, health: Health, answerMs = ANSWER_MS) {
    this.#kafka = kafka;
    this.#health = health;
    this.#answerMs = answerMs;
  }

  /** One attempt; throws when the brokers cannot be reached. */
  async probe(group: string): Promise<void> {
    await this.#once((admin) => admin.fetchOffsets({ groupId: group, topics: [] }));
  }

  /** Partitions of the topic by number; null when there is no such topic. */
  async partitions(topic: string): Promise<readonly PartitionMetadata[] | null> {
    try {
      const { topics } = await this.#ask((admin) => admin.fetchTopicMetadata({ topics: [topic] }));
      return topics.find(({ name }) => name === topic)?.partitions ?? null;
    } catch (error) {
      if (failureType(error) === 'UNKNOWN_TOPIC_OR_PARTITION') return null;
      throw error;
    }
  }

  /** Lowest offset held and the offset behind the last record, transaction markers included, by partition. */
  async bounds(topic: string): Promise<Map<number, Bounds>> {
    const offsets = await this.#ask((admin) => admin.fetchTopicOffsets(topic)).catch((error: unknown) => {
      throw failureType(error) === 'UNKNOWN_TOPIC_OR_PARTITION' ? unknownTopic(topic) : error;
    });
    return new Map(
      offsets.map(({ partition, low, high }) => [partition, { low: Number(low), high: Number(high) }]),
    );
  }

  /** Committed offsets by partition; partitions without one are left out. */
  async committed(group: string, topic: string): Promise<Map<number, number>> {
    const found = await this.#ask((admin) => admin.fetchOffsets({ groupId: group, topics: [topic] }));
    const committed = new Map<number, number>();
    for (const { partition, offset } of found.flatMap(({ partitions }) => partitions)) {
      if (Number(offset) >= 0) committed.set(partition, Number(offset));
    }
    return committed;
  }

  /** Creates what is missing, and adds partitions where there are too few; answers with the names of both. */
  async create(specs: readonly TopicSpec[], replicationFactor: number): Promise<string[]> {
    const changed: string[] = [];
    for (const spec of specs) {
      const { name: topic, partitions: count } = spec;
      const present = await this.partitions(topic);
      if (present !== null && present.length >= count) continue;
      changed.push(topic);
      const topics = [topicOf(spec, replicationFactor)];
      // kafkajs would wait for the leaders, and fail when it asks a broker that has not heard of the topic yet.
      if (present === null) await this.#ask((admin) => admin.createTopics({ topics, waitForLeaders: false }));
      else await this.#ask((admin) => admin.createPartitions({ topicPartitions: [{ topic, count }] }));
    }
    for (const spec of specs) await this.#untilLed(spec);
    return changed;
  }

  /** Waits until the topic can be used: a broker knows it, and each partition has a leader. */
  async #untilLed({ name, partitions }: TopicSpec): Promise<void> {
    for (;;) {
      const present = (await this.partitions(name)) ?? [];
      if (present.length >= partitions && present.every(({ leader }) => leader >= 0)) return;
      await delay(LEADER_MS, undefined, { signal: this.#stop.signal });
    }
  }

  async missing(specs: readonly TopicSpec[]): Promise<string[]> {
    const missing: string[] = [];
    for (const { name, partitions } of specs) {
      if (((await this.partitions(name))?.length ?? 0) < partitions) missing.push(name);
    }
    return missing;
  }

  /** Best effort: the broker forgets an empty group by itself. */
  async forgetGroup(group: string): Promise<void> {
    const forgotten = this.#once((admin) => admin.deleteGroups([group])).catch(() => undefined);
    // Its turn comes late while the brokers are out of reach.
    await Promise.race([forgotten, delay(STOP_MS, undefined, { ref: false })]);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    const closed = this.#last.then(() => this.#letGo());
    // One that is still connecting to brokers that are gone may take half a minute to say so.
    await Promise.race([closed, delay(STOP_MS, undefined, { ref: false })]);
  }

  async #ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await this.#once(question);
      } catch (error) {
        if (this.#stop.signal.aborted) throw logStopped();
        if (!mayPass(error) || failureType(error) === 'UNKNOWN_TOPIC_OR_PARTITION') throw error;
      }
      await delay(RETRY_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined);
    }
  }

  /** One attempt, when it is its turn. */
  #once<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    const answer = this.#last.then(() => this.#answered(question));
    this.#last = answer.catch(() => undefined);
    return answer;
  }

  async #answered<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    if (this.#stop.signal.aborted) throw logStopped();
    this.#admin ??= this.#connect();
    const limit = new AbortController();
    const timer = setTimeout(
      () => limit.abort(new Error(`no answer in ${this.#answerMs} ms`)),
      this.#answerMs,
    );
    try {
      const over = AbortSignal.any([limit.signal, this.#stop.signal]);
      const answer = await unlessAborted(this.#admin.then(question), over);
      this.#health.is('brokers', null);
      return answer;
    } catch (thrown) {
      // kafkajs takes apart the answer of no broker at all.
      const error = thrown instanceof TypeError || thrown === limit.signal.reason ? noAnswer(thrown) : thrown;
      // No answer of a broker: it cannot be reached, or does not let us in.
      if (failureType(error) === null) {
        this.#health.is('brokers', `Kafka is out of reach: ${reasonOf(error)}`);
        // A fresh client asks all the configured brokers again; an old one may know only brokers that are gone.
        void this.#letGo();
      }
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  async #letGo(): Promise<void> {
    const admin = this.#admin;
    this.#admin = null;
    await admin?.then((connected) => connected.disconnect()).catch(() => undefined);
  }

  async #connect(): Promise<Admin> {
    const admin = this.#kafka.admin();
    await admin.connect();
    return admin;
  }
}

const noAnswer = (cause: unknown): CliowatchError =>
  new CliowatchError('log-out-of-reach', 'no broker answered', { retry: true, cause });

function topicOf(spec: TopicSpec, replicationFactor: number) {
  const { name, partitions, cleanup, retentionMs, maxMessageBytes } = spec;
  const entries = { 'cleanup.policy': cleanup, 'segment.ms': String(segmentMs(cleanup, retentionMs)) };
  const retention = cleanup === 'compact' ? {} : { 'retention.ms': String(retentionMs) };
  const size = Math.max(DEFAULT_MAX_MESSAGE_BYTES, maxMessageBytes ?? 0);
  const limit = { 'max.message.bytes': String(size) };
  return {
    topic: name,
    numPartitions: partitions,
    replicationFactor,
    configEntries: Object.entries({ ...entries, ...retention, ...limit }).map(([key, value]) => ({
      name: key,
      value,
    })),
  };
}

/**
 * Kafka deletes and compacts closed segments only, and closes one after 7 days: raw text kept "for a day" would stay for
 * eight, and a compacted topic would be read again as a week of history at every start.
 */
function segmentMs(cleanup: TopicSpec['cleanup'], retentionMs: number): number {
  if (cleanup === 'compact') return HOUR;
  return Math.min(WEEK, Math.max(HOUR / 6, Math.floor(retentionMs / 8)));
}
