/**
 * The one place that appends. Commits asked for in the same turn of the event loop share a transaction: first that of
 * the intake file, then that of the log file, which alone holds offsets and answers of `handle`.
 */
import { crc32 } from 'node:zlib';
import { unlessAborted } from '../../algorithms/unless-aborted.ts';
import { CliowatchError, RECORD_TOO_LARGE, reasonOf } from '../../domain/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { NewRecord } from '../../ports/event-log.ts';
import { type Catalog, committedByAll, type Partition } from './embedded-catalog.ts';
import { type LogFile, recordBytes } from './embedded-file.ts';
import { MAX_WAITING_BYTES, tooMuchWaits } from './waiting.ts';

/** A transaction takes no more entries above this: some milliseconds of writing. */
const FLUSH_BYTES = 1 << 20;
const MAX_RECORD_BYTES = 64 << 20;

/** Ends when its session does; what comes after is refused. */
export type Fence = { closed: boolean };

type Write = {
  readonly partition: Partition;
  readonly key: string | null;
  readonly value: string | Buffer | null;
  /** As the file counts it. */
  readonly bytes: number;
};
type Offset = { readonly group: string; readonly partition: Partition; readonly next: number };
type Entry = {
  readonly writes: readonly Write[];
  readonly bytes: number;
  readonly offset: Offset | null;
  readonly fence: Fence | null;
  done(): void;
  fail(error: unknown): void;
};
/** What a partition becomes when the transaction commits. */
type Staged = { next: number; bytes: number; readonly appended: { write: Write; offset: number }[] };

type CommitDeps = {
  readonly catalog: Catalog;
  readonly clock: Clock;
  /** Something went into the file's WAL. */
  onWritten(file: LogFile): void;
  onProblem(message: string): void;
  /** What waits to be written, and its bound. */
  readonly onWaiting?: ((bytes: number, cap: number) => void) | undefined;
};

export class Commits {
  readonly #deps: CommitDeps;
  readonly #queue: Entry[] = [];
  #waitingBytes = 0;
  #scheduled = false;
  #held = false;
  #stopped = false;
  /** Why the last transaction failed; null when it did not. */
  problem: string | null = null;

  constructor(deps: CommitDeps) {
    this.#deps = deps;
  }

  publish(records: readonly NewRecord[], signal?: AbortSignal): Promise<void> {
    // Commits of sessions are never refused: they are few, as each waits for its last.
    if (this.#waitingBytes > MAX_WAITING_BYTES) return Promise.reject(tooMuchWaits());
    if (signal === undefined) return this.#add(() => this.#route(records), null, null);
    const fence: Fence = {
      get closed() {
        return signal.aborted;
      },
    };
    return unlessAborted(
      this.#add(() => this.#route(records), null, fence),
      signal,
    );
  }

  /** A session's records and offset, as one. */
  commit(records: readonly NewRecord[], offset: Offset | null, fence: Fence): Promise<void> {
    return this.#add(() => this.#route(records, true), offset, fence);
  }

  /** While held, commits wait. */
  hold(held: boolean): void {
    this.#held = held;
    this.#schedule();
  }

  /** Writes what waits, then refuses everything. */
  stop(): void {
    while (this.#queue.length > 0) this.#flush();
    this.#stopped = true;
  }

  #add(route: () => Write[], offset: Offset | null, fence: Fence | null): Promise<void> {
    return new Promise((done, fail) => {
      if (this.#stopped) throw new CliowatchError('log-stopped', 'the log has stopped');
      const writes = route();
      if (writes.length === 0 && offset === null) {
        done();
        return;
      }
      const bytes = writes.reduce((total, write) => total + write.bytes, 0);
      this.#queue.push({ writes, bytes, offset, fence, done, fail });
      this.#counted(bytes);
      this.#schedule();
    });
  }

  #counted(bytes: number): void {
    this.#waitingBytes += bytes;
    this.#deps.onWaiting?.(this.#waitingBytes, MAX_WAITING_BYTES);
  }

  #route(records: readonly NewRecord[], transactional = false): Write[] {
    return records.map(({ topic: name, key, value, partition: number }) => {
      const topic = this.#deps.catalog.topic(name);
      const refuse = (code: string, message: string, retry = false): never => {
        throw new CliowatchError(code, message, { value: name, retry });
      };
      if (topic.consumeOnce && transactional) {
        // Its rows live in another file, and one transaction over two files is not atomic when the power fails.
        refuse('not-transactional', `${name} takes records from outside only, not from a phase`);
      }
      if (key === null && topic.cleanup !== 'delete') refuse('no-key', `compacted topic ${name} needs a key`);
      const bytes = recordBytes(key, value);
      if (bytes > MAX_RECORD_BYTES) {
        refuse(RECORD_TOO_LARGE, `a record of ${bytes} bytes is over ${MAX_RECORD_BYTES}`);
      }
      const chosen = number ?? (key === null ? topic.turn++ : crc32(key)) % topic.partitions.length;
      const partition = this.#deps.catalog.partition(name, chosen);
      if (partition.file.full) refuse('log-full', `${name} is full; it drains as it is read`, true);
      return { partition, key, value: keepable(value), bytes };
    });
  }

  #schedule(): void {
    if (this.#scheduled || this.#held || this.#queue.length === 0) return;
    this.#scheduled = true;
    // Not a microtask: requests that arrive in one poll of the event loop then share a transaction too.
    setImmediate(() => {
      this.#scheduled = false;
      if (!this.#held && !this.#stopped) this.#flush();
      this.#schedule();
    });
  }

  #flush(): void {
    const entries: Entry[] = [];
    let bytes = 0;
    let taken = 0;
    for (const entry of this.#queue) {
      if (taken > 0 && bytes + entry.bytes > FLUSH_BYTES) break;
      taken++;
      if (entry.fence?.closed === true) {
        entry.fail(new CliowatchError('fenced', 'the session that commits has closed'));
        continue;
      }
      bytes += entry.bytes;
      entries.push(entry);
    }
    this.#counted(-this.#queue.splice(0, taken).reduce((total, entry) => total + entry.bytes, 0));
    const failed = new Set<Entry>();
    const announcements: (() => void)[] = [];
    for (const file of [this.#deps.catalog.intake, this.#deps.catalog.log]) {
      const own = entries.filter((entry) => !failed.has(entry) && this.#touches(entry, file));
      if (own.length === 0) continue;
      try {
        announcements.push(this.#write(file, own));
        this.problem = null;
      } catch (error) {
        this.#failed(error, own);
        for (const entry of own) failed.add(entry);
      }
      this.#deps.onWritten(file);
    }
    for (const announce of announcements) announce();
    for (const entry of entries) if (!failed.has(entry)) entry.done();
    this.#dropConsumed(entries.filter((entry) => !failed.has(entry)));
  }

  #touches(entry: Entry, file: LogFile): boolean {
    if (entry.offset !== null && file === this.#deps.catalog.log) return true;
    return entry.writes.some(({ partition }) => partition.file === file);
  }

  #failed(error: unknown, entries: readonly Entry[]): void {
    this.problem = `the log cannot be written: ${reasonOf(error)}`;
    this.#deps.onProblem(this.problem);
    const failure = new CliowatchError('log-write-failed', this.problem, { retry: true, cause: error });
    for (const entry of entries) entry.fail(failure);
  }

  /** One transaction; answers with the way to tell those who wait for its records. */
  #write(file: LogFile, entries: readonly Entry[]): () => void {
    const { catalog, clock } = this.#deps;
    const timestamp = Math.floor(clock.now());
    const staged = new Map<Partition, Staged>();
    const isLog = file === catalog.log;
    file.transaction(() => {
      for (const entry of entries) {
        for (const write of entry.writes) if (write.partition.file === file) stage(staged, write, timestamp);
        if (isLog && entry.offset !== null) {
          catalog.writeOffset(entry.offset.group, entry.offset.partition, entry.offset.next);
        }
      }
      for (const [partition, { next, bytes }] of staged) catalog.writeCounters(partition, next, bytes);
    });
    // Memory follows only now: had the transaction failed, it would claim offsets that do not exist.
    for (const [partition, { next, bytes }] of staged) Object.assign(partition, { next, bytes });
    if (isLog) {
      for (const { offset } of entries) {
        if (offset === null) continue;
        offset.partition.committed.set(offset.group, offset.next);
        offset.partition.tail.dropBelow(committedByAll(offset.partition) ?? 0);
      }
    }
    return () => announce(staged, timestamp);
  }

  #dropConsumed(entries: readonly Entry[]): void {
    for (const { offset } of entries) {
      if (offset?.partition.topic.consumeOnce !== true) continue;
      try {
        dropConsumed(this.#deps.catalog, offset.partition);
      } catch (error) {
        this.#failed(error, []);
      }
    }
  }
}

/** Text that SQLite would not give back as it was, as bytes; all other text as it is, which spares turning it into bytes and back. */
function keepable(value: NewRecord['value']): Write['value'] {
  if (typeof value !== 'string' || (value.isWellFormed() && !value.includes('\0'))) return value;
  return Buffer.from(value);
}

function stage(staged: Map<Partition, Staged>, write: Write, timestamp: number): void {
  const { partition, key, value, bytes } = write;
  let state = staged.get(partition);
  if (state === undefined) {
    state = { next: partition.next, bytes: partition.bytes, appended: [] };
    staged.set(partition, state);
  }
  partition.table.insert(state.next, timestamp, key, value);
  state.appended.push({ write, offset: state.next });
  state.next++;
  state.bytes += bytes;
}

function announce(staged: ReadonlyMap<Partition, Staged>, timestamp: number): void {
  for (const [partition, { appended }] of staged) {
    const { topic, number, followers, tail } = partition;
    const isRead = partition.committed.size > 0;
    if (isRead || followers.size > 0) {
      for (const { write, offset } of appended) {
        const { key, value } = write;
        const record = { topic: topic.name, partition: number, offset, key, value, timestamp };
        if (isRead) tail.push(record);
        for (const follower of followers) follower(record);
      }
    }
    for (const watcher of partition.watchers) watcher();
  }
}

/** Deletes a slice of what every group has committed from a consume-once partition; answers with the bytes freed. */
export function dropConsumed(catalog: Catalog, partition: Partition): number {
  const end = Math.min(committedByAll(partition) ?? 0, partition.next);
  return end > partition.start ? deleteSlice(catalog, partition, end) : 0;
}

/** Deletes one slice of the oldest records below `end` (and from before `before`); answers with the bytes freed. */
export function deleteSlice(catalog: Catalog, partition: Partition, end: number, before?: number): number {
  const slice = partition.table.slice(partition.start, end, before);
  const freed = partition.file.transaction(() => {
    const bytes = partition.table.deleteBelow(slice.end);
    catalog.writeCounters(partition, partition.next, partition.bytes - bytes);
    return bytes;
  });
  partition.bytes -= freed;
  partition.start = Math.max(partition.start, slice.end);
  return freed;
}
