/** Alerts to sinks, at least once: an offset is committed only when every sink has the alert or will never take it. */
import { alertSchema } from '../../domain/alert.ts';
import { CliowatchError, reasonOf } from '../../domain/errors.ts';
import type { AlertView } from '../../domain/view.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PartitionHandle, PartitionSession } from '../../ports/event-log.ts';
import type { Sink } from '../../ports/sink.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { decode } from '../records.ts';

export type DeliverDeps = {
  readonly sinks: readonly Sink[];
  readonly view: (alertId: string) => AlertView | null;
  /** Resolves when the view has seen the record at this offset of the topic. */
  readonly seen: (offset: number) => Promise<void>;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
};

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** After so many tries an alert is given up on for one sink: the next alerts must get out. */
const TRIES = 8;

/** Opens delivery on the one partition of `alerts`. */
export function createDelivery(deps: DeliverDeps): (handle: PartitionHandle) => Promise<PartitionSession> {
  return async function openDelivery() {
    return {
      async handle(batch) {
        if (batch.replay) return [];
        for (const record of batch.records) {
          if (record.value === null) continue;
          const alert = decode(alertSchema, record);
          if (alert.state === 'pending' || alert.state === 'expired') continue;
          await deps.seen(record.offset);
          const view = deps.view(alert.id);
          // The view may be ahead; what it shows then is told when its own record comes, and not twice.
          if (view !== null && view.revision === alert.revision) await deliverToAll(deps, view);
        }
        return [];
      },
    };
  };
}

/** Delivers one alert to every sink; one that is down does not hold back the others. */
export async function deliverToAll(deps: DeliverDeps, view: AlertView): Promise<void> {
  await Promise.all(deps.sinks.map((sink) => deliverTo(deps, sink, view)));
}

async function deliverTo(deps: DeliverDeps, sink: Sink, view: AlertView): Promise<void> {
  const { clock, telemetry } = deps;
  let wait = FIRST_WAIT_MS;
  for (let attempt = 1; ; attempt++) {
    const started = clock.elapsed();
    try {
      await sink.deliver(view);
      telemetry.delivered(sink.name, 'ok', (clock.elapsed() - started) / 1_000);
      return;
    } catch (error) {
      const again = error instanceof CliowatchError && error.retry && attempt < TRIES;
      telemetry.delivered(sink.name, again ? 'retry' : 'failed', (clock.elapsed() - started) / 1_000);
      telemetry.note(again ? 'warn' : 'error', `alert ${view.id} not delivered to ${sink.name}`, {
        reason: reasonOf(error),
        attempt,
      });
      if (!again) return;
      await clock.sleep(wait);
      wait = Math.min(LONGEST_WAIT_MS, wait * 2);
    }
  }
}
