/** A member of a group, and the partitions it owns. */
import type { Kafka } from 'kafkajs';
import type { ConsumerSpec, Subscription } from '../../ports/event-log.ts';
import type { Cluster } from './kafka-admin.ts';
import type { Health } from './kafka-client.ts';
import { type Fetched, type Fetching, Member } from './kafka-member.ts';
import type { Router } from './kafka-messages.ts';
import { PartitionRunner } from './kafka-partition.ts';

export type SubscriptionParts = {
  readonly kafka: Kafka;
  readonly cluster: Cluster;
  readonly router: Router;
  readonly health: Health;
  /** With its prefix. */
  readonly group: string;
  readonly spec: ConsumerSpec;
};

export class GroupSubscription implements Subscription {
  readonly #parts: SubscriptionParts;
  readonly #member: Member;
  readonly #owned = new Map<number, PartitionRunner>();
  /** Runners given up whose last batch is still running, by partition. */
  readonly #ending = new Map<number, Promise<void>>();
  #rebalance = Promise.withResolvers<void>();
  #stopping = false;

  constructor(parts: SubscriptionParts) {
    this.#parts = parts;
    this.#rebalance.resolve();
    const { kafka, group, spec, health } = parts;
    const topics = spec.stateTopic === undefined ? [spec.topic] : [spec.topic, spec.stateTopic];
    const events = {
      assigned: (partitions: ReadonlyMap<string, readonly number[]>, fetching: Fetching) =>
        this.#assign(partitions.get(spec.topic) ?? [], fetching),
      fetched: (batch: Fetched) => this.#owned.get(batch.partition)?.fetched(batch),
      rebalancing: () => {
        this.#rebalance.resolve();
        this.#rebalance = Promise.withResolvers<void>();
      },
      lost: () => this.#giveUp([...this.#owned.keys()]),
    };
    this.#member = new Member(kafka, group, topics, events, health);
  }

  partitions(): readonly number[] {
    return [...this.#owned].filter(([, runner]) => runner.open).map(([partition]) => partition);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#giveUp([...this.#owned.keys()]);
    // The member stays in the group until the last batch is committed, so that nobody takes it over in between.
    await Promise.all(this.#ending.values());
    await this.#member.stop();
  }

  #assign(partitions: readonly number[], fetching: Fetching): void {
    this.#giveUp([...this.#owned.keys()].filter((partition) => !partitions.includes(partition)));
    if (this.#stopping) return;
    for (const partition of partitions) {
      const kept = this.#owned.get(partition);
      if (kept === undefined) this.#owned.set(partition, this.#begin(partition, fetching));
      else kept.keep(fetching);
    }
    this.#rebalance.resolve();
  }

  #begin(partition: number, fetching: Fetching): PartitionRunner {
    const { kafka, cluster, router, group, spec } = this.#parts;
    const settled = () => this.#rebalance.promise;
    const parts = { kafka, cluster, router, group, spec, partition, settled };
    return new PartitionRunner(parts, fetching, this.#ending.get(partition) ?? Promise.resolve());
  }

  #giveUp(partitions: readonly number[]): void {
    for (const partition of partitions) {
      const runner = this.#owned.get(partition);
      if (runner === undefined) continue;
      this.#owned.delete(partition);
      runner.giveUp();
      const ended = runner.ended.then(() => {
        if (this.#ending.get(partition) === ended) this.#ending.delete(partition);
      });
      this.#ending.set(partition, ended);
    }
    // Whoever waits for the rebalance to end sees that it has been given up.
    this.#rebalance.resolve();
  }
}
