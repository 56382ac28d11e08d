/**
 * The log between phases. Promises (one contract suite, test/contracts/event-log.ts, holds every adapter to them):
 *  1. `publish` resolves only when the records survive `kill -9` (Kafka: acks=all). Order holds per partition. A record that
 *     the log will never take is refused with `record-too-large`; the others of the same call may have been taken.
 *  2. A session's `handle` answers with records; these and the batch's offsets are committed as one, or not at all.
 *     A crash at any moment, a rebalance or a restarted broker neither loses a batch nor counts it twice.
 *  3. An owner that lost its partition can commit nothing more (it is fenced), and learns so by `close`.
 *  4. `restore` sees the whole state topic of the partition, as last committed, before the first `handle`.
 *  5. `follow` sees every committed record of every partition in order; it commits nothing.
 *  6. Batches of one partition come one after another. While `handle` is slow nothing more is fetched (backpressure),
 *     and the member keeps its place in the group.
 *  7. Records of an aborted transaction are never seen.
 *  8. What waits to be published is bounded: beyond the bound `publish` refuses at once (`log-full`, to be tried again).
 *     One whose signal is aborted rejects at once with the signal's reason. What was not sent by then is never sent; what
 *     was under way may still arrive, so who tries again must write what its reader can tell apart.
 */
export type LogRecord = {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string | null;
  /** As text where the log held it as text, else bytes. null: a tombstone in a compacted topic */
  readonly value: string | Buffer | null;
  /** Wall-clock ms when it was appended. */
  readonly timestamp: number;
};

export type NewRecord = {
  readonly topic: string;
  readonly key: string | null;
  readonly value: string | Buffer | null;
  /** Without it the key chooses (same key, same partition); without a key, partitions in turn. */
  readonly partition?: number;
};

export type Batch = {
  readonly partition: number;
  readonly records: readonly LogRecord[];
  /** Read before, replayed to rebuild state: what `handle` answers is dropped. */
  readonly replay: boolean;
  /** Records of the partition behind this batch's end. */
  readonly backlog: number;
};

/** What owns one partition, from open to close. */
export interface PartitionSession {
  /** A record of the state topic, oldest first. */
  restore?(record: LogRecord): void;
  /** After restore: where to read from when earlier than the committed offset; those batches have `replay`. */
  startAt?(): number | undefined;
  /** Records to publish with the batch's offsets, as one. An empty batch (no records) comes on every idle `heartbeatMs`. */
  handle(batch: Batch): Promise<readonly NewRecord[]>;
  /**
   * Once for each batch that `handle` answered, oldest first and without replays, when answer and offsets are committed: what
   * is counted then counts no batch twice. Not told when the session ends before the log has said so.
   */
  committed?(): void;
  close?(): Promise<void>;
}

export interface PartitionHandle {
  readonly partition: number;
  /** Publishes all or none, outside a batch, fenced like `handle`'s answer. Never overlaps with a commit. */
  publish(records: readonly NewRecord[]): Promise<void>;
}

export type ConsumerSpec = {
  readonly group: string;
  readonly topic: string;
  /** Compacted, as many partitions as `topic`. */
  readonly stateTopic?: string;
  readonly maxBatch: number;
  readonly heartbeatMs: number;
  open(handle: PartitionHandle): Promise<PartitionSession>;
  /** A session threw: the batch is not committed; the adapter waits, opens anew and tries again. */
  onError(error: Error, partition: number): void;
};

export interface Subscription {
  /** Lets the running batch end and commit, then closes the sessions. */
  stop(): Promise<void>;
  /** Partitions owned now. */
  partitions(): readonly number[];
}

export interface Follower {
  /** Resolves when all that was there at the start has been seen. */
  readonly caughtUp: Promise<void>;
  stop(): Promise<void>;
}

export type TopicSpec = {
  readonly name: string;
  readonly partitions: number;
  readonly cleanup: 'delete' | 'compact' | 'compact,delete';
  readonly retentionMs: number;
  /** Largest record that must fit, its key included; raises the broker's own limit, never lowers it. */
  readonly maxMessageBytes?: number;
  /** Embedded only: rows are deleted, securely, as the one group commits them; kept in a file of its own. */
  readonly consumeOnce?: boolean;
  /** Made by the user: asked for, never created without `topics create`. */
  readonly input?: boolean;
};

export type LogHealth = { readonly ok: boolean; readonly problem?: string };

export interface EventLog {
  /** Opens or connects. Keeps trying while the log is out of reach; `health` tells. */
  start(): Promise<void>;
  /** Creates what is missing; answers with the names created. */
  createTopics(specs: readonly TopicSpec[]): Promise<readonly string[]>;
  /** Names from `specs` that do not exist, or have too few partitions. */
  missingTopics(specs: readonly TopicSpec[]): Promise<readonly string[]>;
  partitionCount(topic: string): Promise<number>;
  /** @param signal the caller's patience; without it a publish waits until the log is back */
  publish(records: readonly NewRecord[], signal?: AbortSignal): Promise<void>;
  subscribe(spec: ConsumerSpec): Promise<Subscription>;
  follow(
    topics: readonly string[],
    from: 'start' | 'end',
    onRecord: (record: LogRecord) => void,
  ): Promise<Follower>;
  /** Records of `topic` not committed by `group`, over all partitions. */
  lag(group: string, topic: string): Promise<number>;
  health(): LogHealth;
  stop(): Promise<void>;
}
