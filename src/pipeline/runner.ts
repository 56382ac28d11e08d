/** Runs one role on a log: the session of each partition, timed, its failures told. */
import type { Clock } from '../ports/clock.ts';
import type { EventLog, PartitionHandle, PartitionSession, Subscription } from '../ports/event-log.ts';
import type { Role, Telemetry } from '../ports/telemetry.ts';
import type { Faults } from './faults.ts';
import { groupOf, ROLES } from './roles.ts';
import type { Topics } from './topics.ts';

export type OpenSession = (handle: PartitionHandle) => PartitionSession | Promise<PartitionSession>;

export type RunnerDeps = {
  readonly log: EventLog;
  readonly topics: Topics;
  readonly batch: number;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly faults: Faults;
};

export function runRole(
  role: Role,
  open: OpenSession,
  deps: RunnerDeps,
  part?: string,
): Promise<Subscription> {
  const spec = ROLES[role];
  return deps.log.subscribe({
    group: groupOf(role, part),
    topic: deps.topics[spec.reads],
    ...(spec.remembers === undefined ? {} : { stateTopic: deps.topics[spec.remembers] }),
    maxBatch: deps.batch,
    heartbeatMs: spec.heartbeatMs,
    open: async (handle) => watched(role, await open(handle), deps),
    onError(error, partition) {
      deps.telemetry.phaseFailed(role, error);
      deps.faults.failed(role, partition, error);
    },
  });
}

/** The same session, with the time of every batch that held something told, and whether it gets on. */
function watched(role: Role, session: PartitionSession, deps: RunnerDeps): PartitionSession {
  const answered: { readonly partition: number; readonly gotOn: boolean }[] = [];
  return {
    restore: (record) => session.restore?.(record),
    startAt: () => session.startAt?.(),
    async handle(batch) {
      const started = deps.clock.elapsed();
      const records = await session.handle(batch);
      if (batch.records.length > 0) {
        deps.telemetry.phaseBatch(role, (deps.clock.elapsed() - started) / 1_000, batch.records.length);
      }
      // An idle batch may come before the one that fails has been fetched again; it says nothing then.
      const gotOn = batch.records.length > 0 || batch.backlog === 0;
      if (!batch.replay) answered.push({ partition: batch.partition, gotOn });
      return records;
    },
    committed() {
      session.committed?.();
      const first = answered.shift();
      if (first?.gotOn === true) deps.faults.worked(role, first.partition);
    },
    close: async () => session.close?.(),
  };
}
