/**
 * Drives all phases in one process without a log, one chunk of input at a time: what a phase publishes is handed to the
 * next at once, so that the same input gives the same output, bit for bit. For backtests; the phases are the real ones.
 */
import type { LogRecord, NewRecord, PartitionSession } from '../ports/event-log.ts';
import type { Generations } from './generations.ts';
import { ROLES } from './roles.ts';
import type { OpenSession } from './runner.ts';
import type { Topics } from './topics.ts';

export type DrivenRole = 'admit' | 'assign' | 'cluster' | 'detect';

export type DriverDeps = {
  readonly topics: Topics;
  readonly open: Readonly<Record<DrivenRole, OpenSession>>;
  readonly generations: Generations;
  /** Every record any phase publishes, in order. */
  readonly onRecord: (record: LogRecord) => void;
};

export interface Driver {
  /** Puts values into the input and resolves when all that follows from them is done. */
  push(values: readonly Buffer[]): Promise<void>;
  /** Puts records into a topic between phases. */
  inject(records: readonly NewRecord[]): Promise<void>;
  stop(): Promise<void>;
}

/** Phases in the order in which a chunk passes them: counts are closed before a rebuild moves the labels. */
const ORDER: readonly DrivenRole[] = ['admit', 'assign', 'detect', 'cluster'];

export async function createDriver(deps: DriverDeps): Promise<Driver> {
  const { topics, generations } = deps;
  const offsets = new Map<string, number>();
  const waiting = new Map<string, LogRecord[]>();
  generations.caughtUp();
  const take = (records: readonly NewRecord[]): void => {
    for (const { topic, key, value } of records) {
      const offset = offsets.get(topic) ?? 0;
      offsets.set(topic, offset + 1);
      const bytes = typeof value === 'string' ? Buffer.from(value) : value;
      const record: LogRecord = { topic, partition: 0, offset, key, value: bytes, timestamp: 0 };
      if (topic === topics.generations) generations.take(record);
      const queue = waiting.get(topic);
      if (queue !== undefined) queue.push(record);
      deps.onRecord(record);
    }
  };
  const sessions: { topic: string; session: PartitionSession }[] = [];
  for (const role of ORDER) {
    const topic = topics[ROLES[role].reads];
    waiting.set(topic, []);
    const session = await deps.open[role]({
      partition: 0,
      publish: async (records) => take(records),
    });
    session.startAt?.();
    sessions.push({ topic, session });
  }
  const settle = async (): Promise<void> => {
    for (const { topic, session } of sessions) {
      const records = waiting.get(topic) ?? [];
      if (records.length === 0) continue;
      waiting.set(topic, []);
      take(await session.handle({ partition: 0, records, replay: false, backlog: 0 }));
      session.committed?.();
    }
  };
  return {
    async push(values) {
      take(values.map((value) => ({ topic: topics.conversations, key: null, value })));
      await settle();
    },
    async inject(records) {
      take(records);
      await settle();
    },
    async stop() {
      for (const { session } of [...sessions].reverse()) await session.close?.();
    },
  };
}
