/** What one sink has been told and is still owed, as the topic `deliveries` keeps it. */
import type { Alert } from '../../domain/alert.ts';
import { type DeliveryEntry, deliveryEntrySchema } from '../../domain/delivery.ts';
import type { AlertView } from '../../domain/view.ts';
import type { LogRecord, NewRecord } from '../../ports/event-log.ts';
import type { Delivery } from '../../ports/sink.ts';
import { decode } from '../records.ts';

type ViewOf = (alertId: string) => AlertView | null;

/** Bounded by the alerts that fire, are owed, or wait for their cluster to be shown; of the last the view holds 2,000. */
export class Ledger {
  readonly #topic: string;
  readonly #prefix: string;
  /** In the order in which they are to be tried. */
  readonly #entries = new Map<string, DeliveryEntry>();
  readonly #changed = new Set<string>();

  constructor(topic: string, sink: string) {
    this.#topic = topic;
    this.#prefix = `${sink}/`;
  }

  restore(record: LogRecord): void {
    if (record.key?.startsWith(this.#prefix) !== true) return;
    const id = record.key.slice(this.#prefix.length);
    this.#entries.delete(id);
    if (record.value !== null) this.#entries.set(id, decode(deliveryEntrySchema, record));
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  /** A change of an alert that its readers should hear of, written at `at` (wall-clock ms). */
  owe(alert: Alert, at: number): void {
    if (alert.state === 'pending' || alert.state === 'expired') return;
    const entry = this.#entries.get(alert.id) ?? {
      id: alert.id,
      told: null,
      first_told: null,
      owed_since: null,
    };
    // The view was ahead when it was told last, or there is nothing that a person would want to be called for again.
    if (entry.told !== null && (entry.told.revision >= alert.revision || alert.figures_only)) return;
    this.#set({ ...entry, owed_since: at });
  }

  /** Owes an update of what was told without its title and may be shown by now; lets go of what is over. O(entries). */
  review(viewOf: ViewOf, now: number): void {
    for (const entry of [...this.#entries.values()]) {
      const view = viewOf(entry.id);
      if (view === null) this.#forget(entry.id);
      else if (entry.owed_since !== null) continue;
      else if (entry.told?.standing === 'masked' && view.standing === 'shown')
        this.#set({ ...entry, owed_since: now });
      else if (view.state !== 'firing' && !(entry.told?.standing === 'masked' && view.standing === 'masked'))
        this.#forget(entry.id);
    }
  }

  owed(): readonly (DeliveryEntry & { owed_since: number })[] {
    return [...this.#entries.values()].flatMap((entry) =>
      entry.owed_since === null ? [] : [{ ...entry, owed_since: entry.owed_since }],
    );
  }

  /** Entries that owe nothing, of alerts that may still fire. */
  settled(): readonly DeliveryEntry[] {
    return [...this.#entries.values()].filter(({ owed_since }) => owed_since === null);
  }

  /** It took this. */
  told({ alert, firstTold }: Delivery): void {
    const { id, revision, standing, severity, cluster } = alert;
    this.#set({
      id,
      told: { revision, standing, severity, cluster },
      first_told: firstTold,
      owed_since: null,
    });
  }

  /** It will not be told this. */
  giveUp(entry: DeliveryEntry): void {
    this.#set({ ...entry, owed_since: null });
  }

  /** Behind all others, so that one alert that a sink stumbles over holds up no other. */
  postpone(entry: DeliveryEntry): void {
    this.#entries.delete(entry.id);
    this.#entries.set(entry.id, entry);
  }

  /** Records of what has changed since the last call. */
  take(): NewRecord[] {
    const records = [...this.#changed].map((id) => {
      const entry = this.#entries.get(id);
      return {
        topic: this.#topic,
        key: `${this.#prefix}${id}`,
        value: entry === undefined ? null : JSON.stringify(entry),
      };
    });
    this.#changed.clear();
    return records;
  }

  #set(entry: DeliveryEntry): void {
    this.#entries.set(entry.id, entry);
    this.#changed.add(entry.id);
  }

  #forget(id: string): void {
    this.#entries.delete(id);
    this.#changed.add(id);
  }
}
