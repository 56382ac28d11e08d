/** One owned partition: takes it over, restores its session, then batch after batch until it is given up. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Kafka } from 'kafkajs';
import { unlessAborted } from '../../algorithms/unless-aborted.ts';
import type { ConsumerSpec, LogRecord, NewRecord, PartitionSession } from '../../ports/event-log.ts';
import type { Cluster } from './kafka-admin.ts';
import { Commits } from './kafka-commits.ts';
import { Cursor } from './kafka-cursor.ts';
import { Intake } from './kafka-intake.ts';
import { type Fetched, type Fetching, HEARTBEAT_MS } from './kafka-member.ts';
import type { Router } from './kafka-messages.ts';
import { isFenced, Transactions } from './kafka-transactions.ts';

const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 5_000;

export type PartitionParts = {
  readonly kafka: Kafka;
  readonly cluster: Cluster;
  readonly router: Router;
  readonly spec: ConsumerSpec;
  /** With its prefix. */
  readonly group: string;
  readonly partition: number;
  /** Resolves while no rebalance is under way: a batch begun in one is likely to be in vain. */
  settled(): Promise<void>;
};

export class PartitionRunner {
  readonly #parts: PartitionParts;
  readonly #stop = new AbortController();
  readonly #ended: Promise<void>;
  #fetching: Fetching;
  #state: { readonly cursor: Cursor; take(record: LogRecord): void; done(): void } | null = null;
  #input: Intake | null = null;
  #paused = false;
  #backoff = FIRST_BACKOFF_MS;

  /** Begins when `before`, who had the partition until now, has ended. */
  constructor(parts: PartitionParts, fetching: Fetching, before: Promise<void>) {
    this.#parts = parts;
    this.#fetching = fetching;
    this.#pauseAll();
    this.#ended = before.then(() => this.#run());
  }

  /** Resolves when the running batch has ended and the session is closed. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  get open(): boolean {
    return this.#input !== null && !this.#stop.signal.aborted;
  }

  giveUp(): void {
    this.#stop.abort();
    this.#input?.wake();
    this.#state?.done();
  }

  /** Assigned anew: kafkajs has forgotten how far it had fetched. */
  keep(fetching: Fetching): void {
    const { spec, partition } = this.#parts;
    this.#fetching = fetching;
    this.#pauseAll();
    if (this.#state !== null && spec.stateTopic !== undefined) {
      fetching.seek(spec.stateTopic, partition, this.#state.cursor.next);
      fetching.resume(spec.stateTopic, partition);
    }
    if (this.#input !== null) {
      fetching.seek(spec.topic, partition, this.#input.cursor.next);
      if (!this.#paused) fetching.resume(spec.topic, partition);
    }
  }

  fetched(batch: Fetched): void {
    const { topic, partition } = batch;
    if (topic === this.#parts.spec.topic) {
      if (this.#input === null) return;
      if (!this.#input.take(batch)) this.#fetching.seek(topic, partition, this.#input.cursor.next);
      if (this.#input.fill >= 1) {
        this.#paused = true;
        this.#fetching.pause(topic, partition);
      }
    } else if (this.#state !== null) {
      const { cursor, take, done } = this.#state;
      const records = cursor.accept(batch);
      if (records === null) this.#fetching.seek(topic, partition, cursor.next);
      for (const record of records ?? []) take(record);
      done();
    }
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      try {
        await this.#own();
      } catch (thrown) {
        if (thrown !== signal.reason) await this.#report(thrown);
      }
    }
  }

  async #report(thrown: unknown): Promise<void> {
    const { signal } = this.#stop;
    const { spec, partition } = this.#parts;
    const wait = (ms: number) => delay(ms, undefined, { signal }).catch(() => undefined);
    // Mostly the news that the partition is another's is on its way; to take it back at once would fence the new owner.
    if (isFenced(thrown)) await wait(HEARTBEAT_MS * 1.5);
    if (isFenced(thrown) && signal.aborted) return;
    spec.onError(thrown instanceof Error ? thrown : new Error(String(thrown)), partition);
    await wait(this.#backoff);
    this.#backoff = Math.min(LONGEST_BACKOFF_MS, this.#backoff * 2);
  }

  async #own(): Promise<void> {
    const { kafka, router, spec, group, partition } = this.#parts;
    await this.#parts.settled();
    // Not ours any more: to take over the id would fence the new owner.
    if (this.#stop.signal.aborted) return;
    const producer = await Transactions.open(kafka, router, `${group}-${spec.topic}-${partition}`);
    let session: PartitionSession | null = null;
    try {
      if (this.#stop.signal.aborted) return;
      const commits = new Commits(producer, () => this.#input?.wake());
      const publish = async (records: readonly NewRecord[]): Promise<void> => {
        // What the session knows by now rests on batches that are still being committed.
        await commits.flush();
        await producer.commit(records, null);
      };
      session = await spec.open({ partition, publish });
      await this.#restore(session);
      try {
        await this.#pump(session, commits);
      } finally {
        await commits.flush();
      }
    } finally {
      this.#input = null;
      this.#pauseAll();
      await producer.close();
      await session?.close?.();
    }
  }

  /** The state topic up to where it ended when this owner had taken over; nothing of its own comes later. */
  async #restore(session: PartitionSession): Promise<void> {
    const { cluster, spec, partition } = this.#parts;
    if (spec.stateTopic === undefined || session.restore === undefined) return;
    const { low, high } = (await unlessAborted(cluster.bounds(spec.stateTopic), this.#stop.signal)).get(
      partition,
    ) ?? {
      low: 0,
      high: 0,
    };
    if (low >= high || this.#stop.signal.aborted) return;
    const { promise: restored, resolve: done, reject } = Promise.withResolvers<void>();
    const target = high;
    const cursor = new Cursor(low, target);
    const take = (record: LogRecord): void => {
      try {
        if (record.offset < target) session.restore?.(record);
      } catch (error) {
        reject(error);
      }
    };
    const finish = (): void => {
      if (cursor.next >= target || this.#stop.signal.aborted) done();
    };
    this.#state = { cursor, take, done: finish };
    this.#fetching.seek(spec.stateTopic, partition, low);
    this.#fetching.resume(spec.stateTopic, partition);
    try {
      await restored;
    } finally {
      this.#state = null;
      this.#fetching.pause(spec.stateTopic, partition);
    }
  }

  async #pump(session: PartitionSession, commits: Commits): Promise<void> {
    const { cluster, spec, group, partition } = this.#parts;
    const { signal } = this.#stop;
    const { low, high } = (await unlessAborted(cluster.bounds(spec.topic), signal)).get(partition) ?? {
      low: 0,
      high: 0,
    };
    const held = (await unlessAborted(cluster.committed(group, spec.topic), signal)).get(partition) ?? low;
    // Retention may have overtaken the group.
    let committed = Math.max(low, held);
    if (signal.aborted) return;
    const start = Math.max(low, Math.min(committed, session.startAt?.() ?? committed));
    const input = new Intake(new Cursor(start, high), spec.maxBatch, committed);
    this.#input = input;
    this.#paused = false;
    this.#fetching.seek(spec.topic, partition, start);
    this.#fetching.resume(spec.topic, partition);
    while (!signal.aborted) {
      if (input.empty && (await input.wait(spec.heartbeatMs))) continue;
      await this.#parts.settled();
      if (signal.aborted) break;
      if (commits.failure !== null) throw commits.failure;
      const { records, replay, next } = input.cut();
      if (this.#paused && input.fill <= 0.5) {
        this.#paused = false;
        this.#fetching.resume(spec.topic, partition);
      }
      const batch = { partition, records, replay, backlog: Math.max(0, input.cursor.high - next) };
      if (replay) {
        if (records.length > 0) await session.handle(batch);
        continue;
      }
      const answer = await session.handle(batch);
      // Markers at the end of the topic are committed too, else they would count as lag.
      const offset = next > committed ? { group, topic: spec.topic, partition, next } : null;
      await commits.add(answer, offset, () => session.committed?.());
      committed = next;
      this.#backoff = FIRST_BACKOFF_MS;
    }
  }

  #pauseAll(): void {
    const { spec, partition } = this.#parts;
    this.#fetching.pause(spec.topic, partition);
    if (spec.stateTopic !== undefined) this.#fetching.pause(spec.stateTopic, partition);
  }
}
