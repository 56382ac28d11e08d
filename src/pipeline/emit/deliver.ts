/**
 * Alerts to one sink, at least once. What the sink is owed is committed together with the offset, in the topic
 * `deliveries`: one that is down holds up neither its offset nor another sink, and a restart forgets nothing.
 */
import { alertSchema } from '../../domain/alert.ts';
import type { DeliveryEntry } from '../../domain/delivery.ts';
import { CliowatchError, reasonOf } from '../../domain/errors.ts';
import type { AlertView } from '../../domain/view.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Batch, LogRecord, NewRecord, PartitionSession } from '../../ports/event-log.ts';
import type { Delivery, Sink } from '../../ports/sink.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import { decode } from '../records.ts';
import type { OpenSession } from '../runner.ts';
import { isSilenced, Ledger } from './ledger.ts';

export type DeliverDeps = {
  readonly sink: Sink;
  /** Name of the topic `deliveries`. */
  readonly topic: string;
  /** The alert as it may be shown now. */
  readonly view: (alertId: string) => AlertView | null;
  /** Resolves when the view has seen the record at this offset of the alerts topic. */
  readonly seen: (offset: number) => Promise<void>;
  /** Whether it is known by now whose silences the alert's cluster inherits. */
  readonly known: (alert: AlertView) => boolean;
  /** What has waited for longer is not delivered any more. */
  readonly giveUpMs: number;
  /** Wall-clock ms. */
  readonly wall: () => number;
  readonly clock: Pick<Clock, 'now' | 'speed' | 'elapsed'>;
  readonly telemetry: Pick<Telemetry, 'delivered' | 'undelivered' | 'note'>;
  /** Aborted when the process stops: a stop does not wait for a sink. */
  readonly signal: AbortSignal;
};

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** Delivered between two commits at most: what a crash may have to deliver again. */
const ROUND = 20;
/** For a cluster's generation is waited so long: both come from other roles, and either may be first. */
const UNKNOWN_MS = 60_000;

/** Opens delivery to one sink on the one partition of `alerts`. */
export function createDelivery(deps: DeliverDeps): OpenSession {
  return async function openDelivery() {
    return new DeliverySession(deps);
  };
}

class DeliverySession implements PartitionSession {
  readonly #deps: DeliverDeps;
  readonly #ledger: Ledger;
  #wait = FIRST_WAIT_MS;
  #retryAt = 0;
  #repeatAt = 0;

  constructor(deps: DeliverDeps) {
    this.#deps = deps;
    this.#ledger = new Ledger(deps.topic, deps.sink.name);
  }

  restore(record: LogRecord): void {
    this.#ledger.restore(record);
  }

  /** Comes at least every heartbeat: that is when what failed is tried again. */
  async handle(batch: Batch): Promise<readonly NewRecord[]> {
    if (batch.replay) return [];
    for (const record of batch.records) if (record.value !== null) await this.#take(record);
    const hushed = this.#ledger.review(this.#deps.view, this.#deps.wall());
    for (let i = 0; i < hushed; i++) this.#deps.telemetry.delivered(this.#deps.sink.name, 'silenced', 0);
    await this.#deliverOwed();
    await this.#repeat();
    this.#measure();
    return this.#ledger.take();
  }

  async close(): Promise<void> {
    // Whoever takes over says how long it has waited.
    this.#deps.telemetry.undelivered(this.#deps.sink.name, 0);
  }

  async #take(record: LogRecord): Promise<void> {
    const { sink, view, seen, telemetry, wall, giveUpMs } = this.#deps;
    const alert = decode(alertSchema, record);
    await seen(record.offset);
    const since = this.#writtenAt(record);
    if (wall() - since <= giveUpMs || this.#ledger.has(alert.id)) this.#ledger.owe(alert, since);
    // To a sink that is new, what ended long ago is history; what still fires is news, however old.
    else if (view(alert.id)?.state === 'firing') this.#ledger.owe(alert, wall());
    else {
      telemetry.delivered(sink.name, 'history', 0);
      telemetry.note('info', `alert ${alert.id} ended before ${sink.name} could be told, and is left out`);
    }
  }

  /** A demo's log has the times of the demo's clock, which runs faster. */
  #writtenAt({ timestamp }: LogRecord): number {
    const { clock, wall } = this.#deps;
    return wall() - Math.max(0, clock.now() - timestamp) / clock.speed;
  }

  async #deliverOwed(): Promise<void> {
    const { clock, signal } = this.#deps;
    if (clock.elapsed() < this.#retryAt) return;
    const due = this.#ledger.owed().filter((entry) => this.#isKnown(entry.id, entry.owed_since));
    for (const entry of due.slice(0, ROUND)) {
      if (signal.aborted || (await this.#deliver(entry, entry.owed_since)) === 'later') return;
    }
  }

  #isKnown(id: string, since: number): boolean {
    const { view, known, wall } = this.#deps;
    const alert = view(id);
    return alert === null || known(alert) || wall() - since >= UNKNOWN_MS;
  }

  async #deliver(entry: DeliveryEntry, since: number): Promise<'done' | 'later'> {
    const { sink, clock, telemetry, signal, wall, giveUpMs } = this.#deps;
    // The newest state, whichever record made it owed: what it was in between is of no use to anybody now.
    const view = this.#deps.view(entry.id);
    // Silenced while others were told: it is seen to at the next round.
    if (view === null || isSilenced(entry, view)) return 'done';
    if (wall() - since > giveUpMs) {
      this.#ledger.giveUp(entry);
      telemetry.delivered(sink.name, 'too-old', 0);
      telemetry.note('error', `alert ${entry.id} is too old for ${sink.name} and is given up`);
      return 'done';
    }
    const started = clock.elapsed();
    const tell = (outcome: 'ok' | 'retry' | 'refused') =>
      telemetry.delivered(sink.name, outcome, (clock.elapsed() - started) / 1_000);
    const delivery = deliveryOf(entry, view, wall());
    try {
      await sink.deliver(delivery, signal);
    } catch (error) {
      if (signal.aborted) return 'later';
      const refused = error instanceof CliowatchError && !error.retry;
      tell(refused ? 'refused' : 'retry');
      telemetry.note(refused ? 'error' : 'warn', `alert ${entry.id} not delivered to ${sink.name}`, {
        reason: reasonOf(error),
      });
      if (refused) {
        this.#ledger.giveUp(entry);
        return 'done';
      }
      this.#ledger.postpone(entry);
      this.#retryAt = clock.elapsed() + this.#wait;
      this.#wait = Math.min(LONGEST_WAIT_MS, this.#wait * 2);
      return 'later';
    }
    tell('ok');
    this.#wait = FIRST_WAIT_MS;
    this.#ledger.told(delivery);
    return 'done';
  }

  async #repeat(): Promise<void> {
    const { sink, clock, telemetry, signal, wall } = this.#deps;
    const started = clock.elapsed();
    if (sink.repeat === undefined || started < this.#repeatAt || signal.aborted) return;
    this.#repeatAt = started + sink.repeat.everyMs;
    // What is owed comes by itself; repeated, an alert could be set off again that has ended.
    const firing = this.#ledger.settled().flatMap((entry) => {
      const view = this.#deps.view(entry.id);
      return view?.state === 'firing' && view.silenced_until === null
        ? [deliveryOf(entry, view, wall())]
        : [];
    });
    if (firing.length === 0) return;
    try {
      await sink.repeat.run(firing, signal);
      telemetry.delivered(sink.name, 'ok', (clock.elapsed() - started) / 1_000);
    } catch (error) {
      if (signal.aborted) return;
      telemetry.delivered(sink.name, 'retry', (clock.elapsed() - started) / 1_000);
      telemetry.note('warn', `firing alerts not repeated to ${sink.name}`, { reason: reasonOf(error) });
    }
  }

  #measure(): void {
    const { sink, telemetry, wall } = this.#deps;
    const now = wall();
    const oldest = this.#ledger.owed().reduce((first, { owed_since }) => Math.min(first, owed_since), now);
    telemetry.undelivered(sink.name, (now - oldest) / 1_000);
  }
}

function deliveryOf(entry: DeliveryEntry, alert: AlertView, now: number): Delivery {
  return {
    alert,
    // Told again once its cluster may be shown, the same revision is news.
    key: `${alert.id}:${alert.revision}${alert.standing === 'masked' ? ':masked' : ''}`,
    firstTold: entry.first_told ?? now,
    told: entry.told === null ? null : { severity: entry.told.severity, cluster: entry.told.cluster },
  };
}
