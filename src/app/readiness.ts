/** What a running process knows of itself: whether it is ready, and how far each of its roles is behind. */
import { reasonOf } from '../domain/errors.ts';
import { ALL_ROLES, groupOf, ROLES } from '../pipeline/roles.ts';
import type { EventLog } from '../ports/event-log.ts';
import type { Role } from '../ports/telemetry.ts';
import type { Base } from './base.ts';

const LAG_MS = 1_000;

type Watched = Pick<Base, 'clock' | 'telemetry' | 'lifecycle'>;

/** Asks nothing of the log: most often it is the log, when it does not answer, that makes the process not ready. */
export function watchReadiness({
  clock,
  telemetry,
  lifecycle,
  starting,
  problems,
}: Watched & Pick<Base, 'starting' | 'problems'>): void {
  const timer = clock.every(LAG_MS, () => {
    // Not ready before it has started, which the metric says from the first moment, is no news.
    if (starting()) return;
    const found = problems();
    telemetry.ready(found.length === 0, found);
  });
  lifecycle.onStop('readiness', () => timer.stop());
}

type Measured = Pick<Base, 'options' | 'topics' | 'lag'> & { readonly log: Pick<EventLog, 'lag'> };

/** @param sinks whose groups emit reads with; none: it consumes nothing */
export function watchLag(base: Watched & Measured, sinks: readonly string[]): void {
  const { options, log, topics, clock, telemetry, lifecycle, lag } = base;
  const groupsOf = (role: Role) =>
    role === 'emit' ? sinks.map((sink) => groupOf(role, sink)) : [groupOf(role)];
  // The way in by HTTP must know how far behind admit is, wherever admit runs.
  const measured: Role[] = ALL_ROLES.filter(
    (role) => role === 'admit' || (options.roles.includes(role) && groupsOf(role).length > 0),
  );
  const runs = new Set<Role>(options.roles);
  if (topics.input !== topics.conversations) {
    if (runs.has('admit')) runs.add('repartition');
    measured.push('repartition');
  }
  const measure = async (): Promise<void> => {
    for (const role of measured) {
      const behind = groupsOf(role).map((group) => log.lag(group, topics[ROLES[role].reads]));
      // Of several groups the one furthest behind: they read the same records, and a sum would count one twice.
      const records = Math.max(...(await Promise.all(behind)));
      lag[role] = records;
      if (runs.has(role)) telemetry.lag(role, records);
    }
  };
  let measuring = false;
  const timer = clock.every(LAG_MS, () => {
    if (measuring || lifecycle.stopping.aborted) return;
    measuring = true;
    measure()
      .catch((error: unknown) => {
        if (!lifecycle.stopping.aborted)
          telemetry.note('warn', 'lag is not known', { reason: reasonOf(error) });
      })
      .finally(() => {
        measuring = false;
      });
  });
  // Not waited for: while the log is out of reach it is not answered before the log is stopped.
  lifecycle.onStop('lag', () => timer.stop());
}
