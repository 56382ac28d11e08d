/** Runs one role on a log: the session of each partition, timed, its failures told. */
import type { Clock } from '../ports/clock.ts';
import type { EventLog, PartitionHandle, PartitionSession, Subscription } from '../ports/event-log.ts';
import type { Role, Telemetry } from '../ports/telemetry.ts';
import { groupOf, ROLES } from './roles.ts';
import type { Topics } from './topics.ts';

export type OpenSession = (handle: PartitionHandle) => Promise<PartitionSession>;

export function runRole(
  role: Role,
  open: OpenSession,
  deps: { log: EventLog; topics: Topics; batch: number; clock: Clock; telemetry: Telemetry },
  part?: string,
): Promise<Subscription> {
  const spec = ROLES[role];
  return deps.log.subscribe({
    group: groupOf(role, part),
    topic: deps.topics[spec.reads],
    ...(spec.remembers === undefined ? {} : { stateTopic: deps.topics[spec.remembers] }),
    maxBatch: deps.batch,
    heartbeatMs: spec.heartbeatMs,
    open: async (handle) => timed(role, await open(handle), deps),
    onError: (error) => deps.telemetry.phaseFailed(role, error),
  });
}

/** The same session, with the time of every batch that held something told. */
function timed(
  role: Role,
  session: PartitionSession,
  deps: { clock: Clock; telemetry: Telemetry },
): PartitionSession {
  return {
    restore: (record) => session.restore?.(record),
    startAt: () => session.startAt?.(),
    async handle(batch) {
      const started = deps.clock.elapsed();
      const records = await session.handle(batch);
      if (batch.records.length > 0) {
        deps.telemetry.phaseBatch(role, (deps.clock.elapsed() - started) / 1_000, batch.records.length);
      }
      return records;
    },
    close: async () => session.close?.(),
  };
}
