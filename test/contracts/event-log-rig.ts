/** What the EventLog contract needs around a log: topics of its own, readers that note what they see, patience. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type {
  Batch,
  ConsumerSpec,
  EventLog,
  LogRecord,
  NewRecord,
  PartitionHandle,
  Subscription,
  TopicSpec,
} from '../../src/ports/event-log.ts';

export type LogHarness = {
  readonly log: EventLog;
  /** Stops the log and starts another on the same data. */
  reopen(): Promise<EventLog>;
  stop(): Promise<void>;
};
export type MakeLog = () => Promise<LogHarness>;

export async function makeTopic(
  log: EventLog,
  partitions = 1,
  overrides: Partial<TopicSpec> = {},
): Promise<string> {
  const spec: TopicSpec = {
    name: `contract-${randomUUID()}`,
    partitions,
    cleanup: 'delete',
    retentionMs: 3_600_000,
    ...overrides,
  };
  await log.createTopics([spec]);
  return spec.name;
}

/** Resolves when `holds` does; a test's own timeout ends the waiting. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  let over = false;
  onTestFinished(() => {
    over = true;
  });
  while (!over && !(await holds())) await delay(5);
}

export const text = (record: LogRecord): string => record.value?.toString() ?? '<tombstone>';

export const bytesOf = ({ value }: LogRecord): Buffer | null => (value === null ? null : Buffer.from(value));

export const numbered = (topic: string, from: number, to: number): NewRecord[] =>
  Array.from({ length: to - from }, (_, i) => ({ topic, key: `key-${from + i}`, value: String(from + i) }));

export const numbers = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => String(from + i));

type Reader = {
  readonly subscription: Subscription;
  /** Values of handled records, without replays, in order of handling. */
  readonly seen: string[];
  readonly batches: Batch[];
  readonly handles: Map<number, PartitionHandle>;
  readonly errors: { error: Error; partition: number }[];
  /** Partitions whose session was closed. */
  readonly closed: number[];
};

export type ReaderOptions = Partial<Omit<ConsumerSpec, 'open' | 'onError'>> & {
  handle?(batch: Batch): Promise<readonly NewRecord[]> | readonly NewRecord[];
  restore?(record: LogRecord, partition: number): void;
  startAt?(): number | undefined;
  committed?(partition: number): void;
  onOpen?(partition: number): void;
};

/** Subscribes, notes every batch before `handle` gets it, and stops when the test ends. */
export async function read(log: EventLog, topic: string, options: ReaderOptions = {}): Promise<Reader> {
  const { handle, restore, startAt, committed, onOpen, ...spec } = options;
  const notes: Omit<Reader, 'subscription'> = {
    seen: [],
    batches: [],
    handles: new Map(),
    errors: [],
    closed: [],
  };
  const subscription = await log.subscribe({
    group: `group-${randomUUID()}`,
    topic,
    maxBatch: 100,
    heartbeatMs: 50,
    onError: (error, partition) => notes.errors.push({ error, partition }),
    ...spec,
    async open(own) {
      onOpen?.(own.partition);
      notes.handles.set(own.partition, own);
      return {
        restore: (record) => restore?.(record, own.partition),
        startAt: () => startAt?.(),
        async handle(batch) {
          notes.batches.push(batch);
          const answer = (await handle?.(batch)) ?? [];
          if (!batch.replay) notes.seen.push(...batch.records.map(text));
          return answer;
        },
        committed: () => committed?.(own.partition),
        async close() {
          notes.closed.push(own.partition);
        },
      };
    },
  });
  onTestFinished(() => subscription.stop());
  return { ...notes, subscription };
}

/** All committed records of the topic now. */
export async function contents(log: EventLog, topic: string): Promise<LogRecord[]> {
  const records: LogRecord[] = [];
  const follower = await log.follow([topic], 'start', (record) => records.push(record));
  await follower.caughtUp;
  await follower.stop();
  return records;
}
