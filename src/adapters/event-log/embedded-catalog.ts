/** Which topics, partitions and committed offsets there are: on disk, and mirrored in memory so that asking is free. */
import type { StatementSync } from 'node:sqlite';
import { CliowatchError } from '../../domain/errors.ts';
import type { LogRecord, TopicSpec } from '../../ports/event-log.ts';
import { type LogFile, PartitionTable } from './embedded-file.ts';
import { RecordTail } from './embedded-tail.ts';

export type Partition = {
  readonly id: number;
  readonly topic: Topic;
  readonly number: number;
  readonly file: LogFile;
  readonly table: PartitionTable;
  /** Kept while a group reads the partition. */
  readonly tail: RecordTail;
  /** No record lies below. */
  start: number;
  /** Offset of the next record. */
  next: number;
  bytes: number;
  /** Compaction has seen all below; these are so many bytes. */
  cleanedTo: number;
  cleanBytes: number;
  /** Offset each group reads next. */
  readonly committed: Map<string, number>;
  /** Called after each commit that appended. */
  readonly watchers: Set<() => void>;
  readonly followers: Set<(record: LogRecord) => void>;
};

type Topic = {
  readonly id: number;
  readonly name: string;
  cleanup: TopicSpec['cleanup'];
  retentionMs: number;
  readonly consumeOnce: boolean;
  readonly partitions: Partition[];
  /** Partition of the next record without a key. */
  turn: number;
};

/** Records below were committed by every group that ever read the partition; null: no group did. */
export function committedByAll(partition: Partition): number | null {
  let lowest: number | null = null;
  for (const offset of partition.committed.values()) lowest = Math.min(lowest ?? offset, offset);
  return lowest;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS topics (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, cleanup TEXT NOT NULL,
    retention_ms INTEGER NOT NULL, consume_once INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS offsets (
    consumer TEXT NOT NULL, topic INTEGER NOT NULL, number INTEGER NOT NULL, next INTEGER NOT NULL,
    PRIMARY KEY (consumer, topic, number)) WITHOUT ROWID;
`;

/** Files: `log` has all topics' names, all offsets, and the records of all but consume-once topics; `intake` has those. */
export class Catalog {
  readonly topics = new Map<string, Topic>();
  readonly log: LogFile;
  readonly intake: LogFile;
  readonly #writeOffset: StatementSync;
  readonly #writeCounters: Map<LogFile, StatementSync>;

  constructor(log: LogFile, intake: LogFile) {
    this.log = log;
    this.intake = intake;
    log.db.exec(SCHEMA);
    this.#writeOffset = log.db.prepare(
      'INSERT INTO offsets VALUES (?1, ?2, ?3, ?4) ON CONFLICT (consumer, topic, number) DO UPDATE SET next = ?4',
    );
    const counters =
      'UPDATE partitions SET next = ?, bytes = ?, cleaned_to = ?, clean_bytes = ? WHERE id = ?';
    this.#writeCounters = new Map([log, intake].map((file) => [file, file.db.prepare(counters)]));
    const rows = log.db.prepare('SELECT id, name, cleanup, retention_ms, consume_once FROM topics').all();
    for (const row of rows) {
      this.#load({
        id: Number(row.id),
        name: String(row.name),
        cleanup: cleanupOf(row.cleanup),
        retentionMs: Number(row.retention_ms),
        consumeOnce: row.consume_once === 1,
        partitions: [],
        turn: 0,
      });
    }
  }

  topic(name: string): Topic {
    const topic = this.topics.get(name);
    if (topic !== undefined) return topic;
    throw new CliowatchError('unknown-topic', `there is no topic ${name}`, {
      value: name,
      remedy: 'cliowatch topics create',
    });
  }

  partition(name: string, number: number): Partition {
    const partition = this.topic(name).partitions[number];
    if (partition !== undefined) return partition;
    throw new CliowatchError('unknown-partition', `topic ${name} has no partition ${number}`, {
      value: number,
      remedy: 'cliowatch topics create',
    });
  }

  *partitions(): Generator<Partition> {
    for (const topic of this.topics.values()) yield* topic.partitions;
  }

  missing(spec: TopicSpec): boolean {
    return (this.topics.get(spec.name)?.partitions.length ?? 0) < spec.partitions;
  }

  /** Makes the topic or adds partitions to it; one that exists takes over how its records are kept. */
  create(spec: TopicSpec): void {
    const { db } = this.log;
    let topic = this.topics.get(spec.name);
    if (topic === undefined) {
      db.prepare('INSERT INTO topics (name, cleanup, retention_ms, consume_once) VALUES (?, ?, ?, ?)').run(
        spec.name,
        spec.cleanup,
        spec.retentionMs,
        spec.consumeOnce === true ? 1 : 0,
      );
      const id = Number(db.prepare('SELECT id FROM topics WHERE name = ?').get(spec.name)?.id);
      const { name, cleanup, retentionMs } = spec;
      topic = {
        id,
        name,
        cleanup,
        retentionMs,
        consumeOnce: spec.consumeOnce === true,
        partitions: [],
        turn: 0,
      };
      this.topics.set(name, topic);
    }
    topic.cleanup = spec.cleanup;
    topic.retentionMs = spec.retentionMs;
    db.prepare('UPDATE topics SET cleanup = ?, retention_ms = ? WHERE id = ?').run(
      spec.cleanup,
      spec.retentionMs,
      topic.id,
    );
    const { db: home } = this.#fileOf(topic);
    for (let number = topic.partitions.length; number < spec.partitions; number++) {
      home.prepare('INSERT INTO partitions (topic, number) VALUES (?, ?)').run(topic.id, number);
      this.#loadPartition(topic, number);
    }
  }

  /** A group that has never committed starts at the oldest record; from then on its records are kept for it. */
  join(group: string, partition: Partition): void {
    if (partition.committed.has(group)) return;
    this.writeOffset(group, partition, partition.start);
    partition.committed.set(group, partition.start);
  }

  /** Part of the caller's transaction on `log`; the caller updates memory once it has committed. */
  writeOffset(group: string, partition: Partition, next: number): void {
    this.#writeOffset.run(group, partition.topic.id, partition.number, next);
  }

  /** Part of the caller's transaction on the partition's file. */
  writeCounters(partition: Partition, next: number, bytes: number): void {
    const { cleanedTo, cleanBytes, id } = partition;
    this.#writeCounters.get(partition.file)?.run(next, bytes, cleanedTo, cleanBytes, id);
  }

  #fileOf(topic: Topic): LogFile {
    return topic.consumeOnce ? this.intake : this.log;
  }

  #load(topic: Topic): void {
    this.topics.set(topic.name, topic);
    const count = this.#fileOf(topic)
      .db.prepare('SELECT count(*) AS n FROM partitions WHERE topic = ?')
      .get(topic.id);
    for (let number = 0; number < Number(count?.n); number++) this.#loadPartition(topic, number);
  }

  #loadPartition(topic: Topic, number: number): void {
    const file = this.#fileOf(topic);
    const row = file.db
      .prepare('SELECT * FROM partitions WHERE topic = ? AND number = ?')
      .get(topic.id, number);
    const committed = new Map<string, number>();
    const offsets = this.log.db
      .prepare('SELECT consumer, next FROM offsets WHERE topic = ? AND number = ?')
      .all(topic.id, number);
    for (const offset of offsets) committed.set(String(offset.consumer), Number(offset.next));
    const id = Number(row?.id);
    const table = new PartitionTable(file, id);
    // Should the intake file have been removed by hand, new records must not get offsets that are already committed.
    const next = Math.max(Number(row?.next), ...committed.values());
    topic.partitions.push({
      id,
      topic,
      number,
      file,
      table,
      tail: new RecordTail(),
      start: table.first(0)?.offset ?? next,
      next,
      bytes: Number(row?.bytes),
      cleanedTo: Number(row?.cleaned_to),
      cleanBytes: Number(row?.clean_bytes),
      committed,
      watchers: new Set(),
      followers: new Set(),
    });
  }
}

function cleanupOf(stored: unknown): TopicSpec['cleanup'] {
  if (stored === 'compact' || stored === 'compact,delete') return stored;
  return 'delete';
}
