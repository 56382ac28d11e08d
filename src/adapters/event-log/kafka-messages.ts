/** Records to kafkajs messages: each with its partition chosen, in pieces that a broker takes. */

import { setTimeout as delay } from 'node:timers/promises';
import {
  type Message,
  Partitioners,
  type PartitionMetadata,
  type RecordMetadata,
  type Sender,
} from 'kafkajs';
import { CliowatchError } from '../../domain/errors.ts';
import type { NewRecord } from '../../ports/event-log.ts';
import type { Cluster } from './kafka-admin.ts';
import { unknownTopic } from './kafka-client.ts';

/** Below the 1 MiB that a broker takes for one batch unless told otherwise. */
const MAX_REQUEST_BYTES = 900_000;
/** kafkajs groups messages by partition in time quadratic in their number. */
const MAX_REQUEST_RECORDS = 500;
const METADATA_MS = 300_000;
/** A topic just created is not known to every broker at once. */
const LOOKUPS = 5;
const LOOKUP_MS = 200;

export type Routed = {
  readonly topic: string;
  readonly partition: number;
  readonly message: Message;
  readonly bytes: number;
};

type Known = { readonly partitions: readonly PartitionMetadata[]; at: number; turn: number };

/** Chooses partitions here and not in kafkajs, which chooses anew on every retry: a keyless record would be written twice. */
export class Router {
  readonly #cluster: Cluster;
  readonly #topics = new Map<string, Known>();
  readonly #byKey = Partitioners.DefaultPartitioner();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Throws `unknown-topic` or `unknown-partition` before anything is sent. */
  async route(records: readonly NewRecord[]): Promise<Routed[]> {
    const routed: Routed[] = [];
    for (const record of records) {
      const known = this.#held(record.topic) ?? (await this.#lookUp(record.topic));
      routed.push(this.#routeTo(record, known));
    }
    return routed;
  }

  /** What is held, looked up anew beside the work once it is old: brokers that are down must not hold up a commit. */
  #held(topic: string): Known | undefined {
    const held = this.#topics.get(topic);
    if (held !== undefined && performance.now() - held.at > METADATA_MS) {
      held.at = performance.now();
      this.#lookUp(topic).catch(() => undefined);
    }
    return held;
  }

  #routeTo({ topic, key, value, partition: wanted }: NewRecord, known: Known): Routed {
    const count = known.partitions.length;
    if (wanted !== undefined && (wanted < 0 || wanted >= count)) {
      throw new CliowatchError('unknown-partition', `topic ${topic} has no partition ${wanted}`, {
        value: wanted,
      });
    }
    let partition = wanted;
    if (partition === undefined && key === null) partition = known.turn++ % count;
    partition ??= this.#byKey({ topic, partitionMetadata: [...known.partitions], message: { key, value } });
    const bytes =
      100 + (key === null ? 0 : Buffer.byteLength(key)) + (value === null ? 0 : Buffer.byteLength(value));
    return { topic, partition, message: { key, value, partition }, bytes };
  }

  async #lookUp(topic: string): Promise<Known> {
    for (let i = 0; i < LOOKUPS; i++) {
      if (i > 0) await delay(LOOKUP_MS);
      const partitions = await this.#cluster.partitions(topic);
      if (partitions === null) continue;
      const known = { partitions, at: performance.now(), turn: this.#topics.get(topic)?.turn ?? 0 };
      this.#topics.set(topic, known);
      return known;
    }
    throw unknownTopic(topic);
  }
}

/** Cuts into requests, in order; a record too large for one goes alone, so that its refusal harms no other. */
export function* requests<T extends Routed>(routed: readonly T[]): Generator<T[]> {
  let piece: T[] = [];
  let bytes = 0;
  for (const one of routed) {
    if (piece.length > 0 && (bytes + one.bytes > MAX_REQUEST_BYTES || piece.length === MAX_REQUEST_RECORDS)) {
      yield piece;
      piece = [];
      bytes = 0;
    }
    piece.push(one);
    bytes += one.bytes;
  }
  if (piece.length > 0) yield piece;
}

/**
 * Sends one request, acknowledged by all replicas; answers with what no broker acknowledged. kafkajs reports success without
 * having sent a partition whose leader moves, during a retry, to a broker that has answered for another partition.
 */
export async function send(sender: Sender, routed: readonly Routed[]): Promise<Routed[]> {
  const byTopic = new Map<string, Message[]>();
  for (const { topic, message } of routed) {
    const messages = byTopic.get(topic);
    if (messages === undefined) byTopic.set(topic, [message]);
    else messages.push(message);
  }
  const topicMessages = [...byTopic].map(([topic, messages]) => ({ topic, messages }));
  const answers = await sender.sendBatch({ acks: -1, topicMessages });
  const acknowledged = new Set(answers.map(nameOf));
  return routed.filter(({ topic, partition }) => !acknowledged.has(`${topic}/${partition}`));
}

const nameOf = ({ topicName, partition }: RecordMetadata): string => `${topicName}/${partition}`;

/** About as many bytes as a record takes in memory. */
export const sizeOf = ({ key, value }: Pick<NewRecord, 'key' | 'value'>): number =>
  100 + (key?.length ?? 0) + (value?.length ?? 0);
