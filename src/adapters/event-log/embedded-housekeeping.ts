/** Deletes by age and size and compacts, a slice of some milliseconds at a time, so that the flow is never held up. */
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { HOUR } from '../../domain/ids.ts';
import { type Catalog, committedByAll, type Partition } from './embedded-catalog.ts';
import { deleteSlice, dropConsumed } from './embedded-commits.ts';
import type { LogFile } from './embedded-file.ts';

/** Readers that lag less than this still learn that a key is gone. */
const TOMBSTONE_MS = 24 * HOUR;
/** Compaction starts when the part it has not seen is as large as the rest, and larger than this. */
const MIN_DIRTY_BYTES = 1 << 20;
/**
 * Compaction waits so many times as long as it worked: whole seconds of it, with nothing but a turn of the event loop between two slices,
 * would hold up each conversation at each of the turns it takes.
 */
const REST = 4;
const LONGEST_REST_MS = 50;
/** Keys held in memory by one compaction. */
const COMPACTION_RECORDS = 200_000;

type HousekeepingDeps = {
  readonly catalog: Catalog;
  readonly maxBytes: number;
  now(): number;
  /** The log is stopping: end after this slice. */
  stopping(): boolean;
  onWritten(file: LogFile): void;
  onProblem(message: string): void;
};

export class Housekeeping {
  readonly #deps: HousekeepingDeps;
  /** What is wrong now, so that it is said once and not every second. */
  readonly #reported = new Set<string>();
  #compacting = false;

  constructor(deps: HousekeepingDeps) {
    this.#deps = deps;
  }

  /** One round of what goes by age and size. */
  async run(): Promise<void> {
    for (const partition of [...this.#deps.catalog.partitions()]) {
      await this.dropConsumed(partition);
      if (partition.topic.cleanup !== 'compact') await this.#dropOld(partition);
    }
    await this.#shrink();
    this.#guardIntake();
  }

  /** Compacts what needs it: a round of its own, as it may take a minute. */
  async compact(): Promise<void> {
    this.#compacting = true;
    try {
      for (const partition of [...this.#deps.catalog.partitions()]) {
        if (this.#deps.stopping()) return;
        if (partition.topic.cleanup !== 'delete') await this.#compact(partition);
      }
    } finally {
      this.#compacting = false;
    }
  }

  /** What groups have committed of a consume-once partition; normally gone at the commit, but for a crash in between. */
  async dropConsumed(partition: Partition): Promise<void> {
    if (!partition.topic.consumeOnce) return;
    while (dropConsumed(this.#deps.catalog, partition) > 0 && (await this.#next()));
  }

  /** Between two slices; answers false when it is time to end. */
  async #next(): Promise<boolean> {
    this.#deps.onWritten(this.#deps.catalog.log);
    await nextTurn();
    return !this.#deps.stopping();
  }

  /** The same, for work that can wait. */
  async #rest(began: number): Promise<boolean> {
    await delay(Math.min(LONGEST_REST_MS, REST * (performance.now() - began)));
    return this.#next();
  }

  async #dropOld(partition: Partition): Promise<void> {
    const { retentionMs } = partition.topic;
    if (retentionMs <= 0) return;
    const before = this.#deps.now() - retentionMs;
    const end = committedByAll(partition) ?? partition.next;
    while (partition.start < end) {
      const start = partition.start;
      deleteSlice(this.#deps.catalog, partition, end, before);
      if (partition.start === start || !(await this.#next())) return;
    }
  }

  async #shrink(): Promise<void> {
    const { catalog, maxBytes } = this.#deps;
    while (catalog.log.usedBytes() > maxBytes) {
      const read = this.#oldest(true);
      // Nothing unread is deleted while compaction may still make room.
      if (read === null && this.#compacting) return;
      const oldest = read ?? this.#oldest(false);
      if (oldest === null) {
        this.#report(
          'log-full',
          `the log is over its ${maxBytes} bytes with nothing left to delete; raise max_bytes`,
        );
        return;
      }
      const { partition, end } = oldest;
      if (end === partition.next && (committedByAll(partition) ?? end) < end) {
        const { name } = partition.topic;
        this.#report(
          `unread:${name}`,
          `the log is over its ${maxBytes} bytes: unread records of ${name} are deleted`,
        );
      }
      deleteSlice(catalog, partition, end);
      if (!(await this.#next())) return;
    }
    this.#clear('log-full');
    if (catalog.log.usedBytes() < maxBytes * 0.9) this.#clear('unread:');
  }

  /** The partition of a `delete` topic with the oldest record, of those every group has read or of all. */
  #oldest(read: boolean): { partition: Partition; end: number } | null {
    let oldest: { partition: Partition; end: number; timestamp: number } | null = null;
    for (const partition of this.#deps.catalog.partitions()) {
      if (partition.topic.cleanup !== 'delete' || partition.topic.consumeOnce) continue;
      const end = read ? (committedByAll(partition) ?? partition.next) : partition.next;
      if (partition.start >= end) continue;
      const first = partition.table.first(partition.start);
      if (first === null || first.offset >= end) continue;
      if (oldest === null || first.timestamp < oldest.timestamp) {
        oldest = { partition, end, timestamp: first.timestamp };
      }
    }
    return oldest;
  }

  /** Raw input is never deleted unread; instead no more is taken. */
  #guardIntake(): void {
    const { intake } = this.#deps.catalog;
    intake.full = intake.usedBytes() > this.#deps.maxBytes;
    if (intake.full)
      this.#report('intake', 'the intake file is full: nothing more is taken until it has been read');
    else this.#clear('intake');
  }

  async #compact(partition: Partition): Promise<void> {
    const { catalog } = this.#deps;
    const dirty = partition.bytes - partition.cleanBytes;
    if (dirty < Math.max(MIN_DIRTY_BYTES, partition.cleanBytes)) return;
    const { table, file } = partition;
    const end = Math.min(partition.next, partition.cleanedTo + COMPACTION_RECORDS);
    file.db.exec('DELETE FROM temp.latest');
    for (let from = partition.cleanedTo; from < end; ) {
      const began = performance.now();
      const slice = table.slice(from, end);
      table.remember(from, slice.end);
      from = slice.end;
      if (!(await this.#rest(began))) return;
    }
    const tombstones = this.#deps.now() - TOMBSTONE_MS;
    let kept = 0;
    for (let from = partition.start; from < end; ) {
      const began = performance.now();
      const slice = table.slice(from, end);
      // Oldest first: a tombstone must outlive the records it deletes, whenever the process ends.
      const freed = file.transaction(() => {
        const bytes = table.deleteStale(from, slice.end, tombstones);
        catalog.writeCounters(partition, partition.next, partition.bytes - bytes);
        return bytes;
      });
      partition.bytes -= freed;
      kept += slice.bytes - freed;
      from = slice.end;
      if (!(await this.#rest(began))) return;
    }
    partition.cleanedTo = end;
    partition.cleanBytes = kept;
    file.transaction(() => catalog.writeCounters(partition, partition.next, partition.bytes));
    file.db.exec('DELETE FROM temp.latest');
  }

  #report(kind: string, message: string): void {
    if (this.#reported.has(kind)) return;
    this.#reported.add(kind);
    this.#deps.onProblem(message);
  }

  #clear(prefix: string): void {
    for (const kind of this.#reported) if (kind.startsWith(prefix)) this.#reported.delete(kind);
  }
}
