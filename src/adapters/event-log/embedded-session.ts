/** Runs the session of one group on one partition: restore, replay, then batch after batch until stopped. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Slice } from '../../algorithms/give-way.ts';
import type { Batch, ConsumerSpec, LogRecord, PartitionSession } from '../../ports/event-log.ts';
import type { Partition } from './embedded-catalog.ts';
import type { Commits, Fence } from './embedded-commits.ts';

const FIRST_BACKOFF_MS = 100;
const LONGEST_BACKOFF_MS = 5_000;
/** Read from disk at one go: some are parts of snapshots, of tens of kilobytes. */
const RESTORE_RECORDS = 100;

export type RunningSession = { stop(): Promise<void> };

/** Sleeps until woken; a signal given while awake is kept. */
class Alarm {
  #signalled = false;
  #wake: (() => void) | null = null;

  signal = (): void => {
    this.#signalled = true;
    this.#wake?.();
  };

  /** Answers whether it was woken before `ms` were over. */
  async wait(ms: number): Promise<boolean> {
    if (!this.#signalled) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#wake = null;
    }
    const woken = this.#signalled;
    this.#signalled = false;
    return woken;
  }
}

export function runSession(
  spec: ConsumerSpec,
  partition: Partition,
  state: Partition | null,
  commits: Commits,
): RunningSession {
  const runner = new Runner(spec, partition, state, commits);
  const ended = runner.run();
  return {
    async stop() {
      runner.stop();
      await ended;
    },
  };
}

class Runner {
  readonly #spec: ConsumerSpec;
  readonly #partition: Partition;
  readonly #state: Partition | null;
  readonly #commits: Commits;
  readonly #alarm = new Alarm();
  #stopping = false;
  #backoff = FIRST_BACKOFF_MS;

  constructor(spec: ConsumerSpec, partition: Partition, state: Partition | null, commits: Commits) {
    this.#spec = spec;
    this.#partition = partition;
    this.#state = state;
    this.#commits = commits;
  }

  stop(): void {
    this.#stopping = true;
    this.#alarm.signal();
  }

  async run(): Promise<void> {
    const { watchers, number } = this.#partition;
    watchers.add(this.#alarm.signal);
    while (!this.#stopping) {
      try {
        await this.#runOnce();
      } catch (thrown) {
        this.#spec.onError(thrown instanceof Error ? thrown : new Error(String(thrown)), number);
        await this.#pause(this.#backoff);
        this.#backoff = Math.min(LONGEST_BACKOFF_MS, this.#backoff * 2);
      }
    }
    watchers.delete(this.#alarm.signal);
  }

  async #runOnce(): Promise<void> {
    const fence: Fence = { closed: false };
    const session = await this.#spec.open({
      partition: this.#partition.number,
      publish: (records) => this.#commits.commit(records, null, fence),
    });
    try {
      await this.#restore(session);
      await this.#replay(session);
      await this.#follow(session, fence);
    } finally {
      fence.closed = true;
      await session.close?.();
    }
  }

  async #restore(session: PartitionSession): Promise<void> {
    if (this.#state === null || session.restore === undefined) return;
    const end = this.#state.next;
    let position = this.#state.start;
    const slice = new Slice();
    while (position < end && !this.#stopping) {
      const records = read(this.#state, position, end, RESTORE_RECORDS);
      for (const record of records) {
        session.restore(record);
        if (slice.isOver) await slice.giveWay();
      }
      position = endOf(records) ?? end;
    }
  }

  async #replay(session: PartitionSession): Promise<void> {
    const end = this.#committed();
    let position = session.startAt?.() ?? end;
    while (position < end && !this.#stopping) {
      const records = read(this.#partition, position, end, this.#spec.maxBatch);
      if (records.length > 0) await session.handle(this.#batch(records, true));
      position = endOf(records) ?? end;
      await nextTurn();
    }
  }

  async #follow(session: PartitionSession, fence: Fence): Promise<void> {
    const { group, maxBatch, heartbeatMs } = this.#spec;
    const partition = this.#partition;
    let position = this.#committed();
    while (!this.#stopping) {
      const end = partition.next;
      const records = read(partition, position, end, maxBatch);
      if (records.length === 0 && position === end && (await this.#alarm.wait(heartbeatMs))) continue;
      // Records between may be gone by retention or compaction: then the end is committed with no batch.
      const gone = records.length === 0 && position < end;
      const answer = gone ? [] : await session.handle(this.#batch(records, false));
      const next = endOf(records) ?? end;
      const offset = next > position ? { group, partition, next } : null;
      await this.#commits.commit(answer, offset, fence);
      if (!gone) session.committed?.();
      position = next;
      this.#backoff = FIRST_BACKOFF_MS;
    }
  }

  #committed(): number {
    return this.#partition.committed.get(this.#spec.group) ?? this.#partition.start;
  }

  #batch(records: readonly LogRecord[], replay: boolean): Batch {
    const { number, next } = this.#partition;
    return { partition: number, records, replay, backlog: next - (endOf(records) ?? next) };
  }

  async #pause(ms: number): Promise<void> {
    const until = performance.now() + ms;
    // New records wake the alarm too; they are no reason to try sooner.
    while (!this.#stopping && performance.now() < until) await this.#alarm.wait(until - performance.now());
  }
}

function read(partition: Partition, from: number, end: number, limit: number): LogRecord[] {
  return (
    partition.tail.read(from, end, limit) ??
    partition.table.read(partition.topic.name, partition.number, from, end, limit)
  );
}

/** The offset behind the last record. */
function endOf(records: readonly LogRecord[]): number | undefined {
  const last = records.at(-1);
  return last === undefined ? undefined : last.offset + 1;
}
