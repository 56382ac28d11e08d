/** Records to kafkajs messages: each with its partition chosen, in pieces that a broker takes. */

import { setTimeout as delay } from 'node:timers/promises';
import { type Message, Partitioners, type PartitionMetadata, type Sender } from 'kafkajs';
import { CliowatchError } from '../../domain/errors.ts';
import type { NewRecord } from '../../ports/event-log.ts';
import type { Cluster } from './kafka-admin.ts';
import { unknownTopic } from './kafka-client.ts';

/** Below the 1 MiB that a broker takes for one batch, which is what one request holds for one partition, unless told otherwise. */
const MAX_BATCH_BYTES = 900_000;
/** kafkajs groups messages by partition in time quadratic in their number. */
const MAX_BATCH_RECORDS = 500;
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

type Known = { readonly partitions: PartitionMetadata[]; at: number; turn: number };

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
    partition ??=
      count === 1 ? 0 : this.#byKey({ topic, partitionMetadata: known.partitions, message: { key, value } });
    const bytes =
      100 + (key === null ? 0 : Buffer.byteLength(key)) + (value === null ? 0 : Buffer.byteLength(value));
    return { topic, partition, message: { key, value, partition }, bytes };
  }

  async #lookUp(topic: string): Promise<Known> {
    for (let i = 0; i < LOOKUPS; i++) {
      if (i > 0) await delay(LOOKUP_MS);
      const partitions = await this.#cluster.partitions(topic);
      if (partitions === null) continue;
      const known = {
        partitions: [...partitions],
        at: performance.now(),
        turn: this.#topics.get(topic)?.turn ?? 0,
      };
      this.#topics.set(topic, known);
      return known;
    }
    throw unknownTopic(topic);
  }
}

/** What requests hold for one partition so far: the number of the last of them, and how full it is. */
type Lane = { at: number; bytes: number; records: number };

/**
 * Cuts into requests, in the order of each partition: one request takes the next batch of every partition, as a round trip
 * costs more than a batch. A record too large for a batch goes alone, so that its refusal harms no other. Altogether they
 * stay below the 100 MB that a broker takes for one request, as no more is published or committed at once.
 */
export function requests<T extends Routed>(routed: readonly T[]): T[][] {
  const cut: T[][] = [];
  let lanes = new Map<string, Lane[]>();
  let base = 0;
  for (const one of routed) {
    if (one.bytes > MAX_BATCH_BYTES) {
      cut.push([one]);
      lanes = new Map();
      base = cut.length;
      continue;
    }
    const lane = laneOf(lanes, one, base);
    if (lane.bytes + one.bytes > MAX_BATCH_BYTES || lane.records === MAX_BATCH_RECORDS) {
      lane.at++;
      lane.bytes = 0;
      lane.records = 0;
    }
    lane.bytes += one.bytes;
    lane.records++;
    const request = cut[lane.at];
    if (request === undefined) cut[lane.at] = [one];
    else request.push(one);
  }
  return cut;
}

function laneOf(lanes: Map<string, Lane[]>, { topic, partition }: Routed, base: number): Lane {
  let ofTopic = lanes.get(topic);
  if (ofTopic === undefined) {
    ofTopic = [];
    lanes.set(topic, ofTopic);
  }
  const lane = ofTopic[partition] ?? { at: base, bytes: 0, records: 0 };
  ofTopic[partition] = lane;
  return lane;
}

/**
 * Sends one request, acknowledged by all replicas; answers with what no broker acknowledged. kafkajs reports success without
 * having sent a partition whose leader moves, during a retry, to a broker that has answered for another partition.
 */
export async function send(sender: Sender, routed: readonly Routed[]): Promise<Routed[]> {
  const byTopic = new Map<string, { messages: Message[]; partitions: Set<number> }>();
  for (const { topic, partition, message } of routed) {
    let own = byTopic.get(topic);
    if (own === undefined) {
      own = { messages: [], partitions: new Set() };
      byTopic.set(topic, own);
    }
    own.messages.push(message);
    own.partitions.add(partition);
  }
  const topicMessages = [...byTopic].map(([topic, { messages }]) => ({ topic, messages }));
  const answers = await sender.sendBatch({ acks: -1, topicMessages });
  for (const { topicName, partition } of answers) byTopic.get(topicName)?.partitions.delete(partition);
  if ([...byTopic.values()].every(({ partitions }) => partitions.size === 0)) return [];
  return routed.filter(({ topic, partition }) => byTopic.get(topic)?.partitions.has(partition));
}

/** About as many bytes as a record takes in memory. */
export const sizeOf = ({ key, value }: Pick<NewRecord, 'key' | 'value'>): number =>
  100 + (key?.length ?? 0) + (value?.length ?? 0);
