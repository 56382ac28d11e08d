/** What one sink has been told and is still owed, as the topic `deliveries` keeps it. */
import type { Alert } from '../../domain/alert.ts';
import { type DeliveryEntry, deliveryEntrySchema } from '../../domain/delivery.ts';
import type { AlertView } from '../../domain/view.ts';
import type { LogRecord, NewRecord } from '../../ports/event-log.ts';
import type { Delivery } from '../../ports/sink.ts';
import { decode } from '../records.ts';

type ViewOf = (alertId: string) => AlertView | null;

/** Whether the sink is not to be told of it: all of a silenced cluster, except the end of what it was told of. */
export function isSilenced({ told }: DeliveryEntry, view: AlertView): boolean {
  if (view.silenced_until === null) return false;
  return told === null || view.state === 'firing' || view.revision <= told.revision;
}

/** Told without its title, which may be shown by now. */
const isRevealed = ({ told }: DeliveryEntry, view: AlertView): boolean =>
  told?.standing === 'masked' && view.standing === 'shown';

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
      silent: false,
    };
    // The view was ahead when it was told last, or there is nothing that a person would want to be called for again.
    if (entry.told !== null && (entry.told.revision >= alert.revision || alert.figures_only)) return;
    this.#set({ ...entry, owed_since: at });
  }

  /**
   * Owes an update of what was told without its title and may be shown by now; keeps from it what is silenced, and owes that once the
   * silence has ended; lets go of what is over. Answers with how many were silenced. O(entries).
   */
  review(viewOf: ViewOf, now: number): number {
    let hushed = 0;
    for (const entry of [...this.#entries.values()]) {
      const view = viewOf(entry.id);
      if (view === null) this.#forget(entry.id);
      else if (isSilenced(entry, view)) hushed += this.#hush(entry, view);
      else if (entry.silent) this.#speak(entry, view, now);
      else if (entry.owed_since !== null) continue;
      else if (isRevealed(entry, view)) this.#set({ ...entry, owed_since: now });
      else if (view.state !== 'firing' && !(entry.told?.standing === 'masked' && view.standing === 'masked'))
        this.#forget(entry.id);
    }
    return hushed;
  }

  /** Owes nothing while the silence lasts, or what is owed would be tried, counted and said to wait for as long. */
  #hush(entry: DeliveryEntry, view: AlertView): 0 | 1 {
    const owed = entry.owed_since !== null;
    if (owed || (isRevealed(entry, view) && !entry.silent))
      this.#set({ ...entry, owed_since: null, silent: true });
    // Ended: it was told so, or nobody was told that it began.
    else if (view.state !== 'firing' && entry.told?.standing !== 'masked') this.#forget(entry.id);
    return owed ? 1 : 0;
  }

  /** What it was not told: news from now on, however old, while it still fires. */
  #speak(entry: DeliveryEntry, view: AlertView, now: number): void {
    if (view.state === 'firing' || isRevealed(entry, view))
      this.#set({ ...entry, owed_since: now, silent: false });
    else if (entry.told === null) this.#forget(entry.id);
    else this.#set({ ...entry, silent: false });
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
      silent: false,
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
