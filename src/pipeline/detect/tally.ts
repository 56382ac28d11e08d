import type { Alert } from '../../domain/alert.ts';
import type { NewRecord } from '../../ports/event-log.ts';
import type { Telemetry } from '../../ports/telemetry.ts';
import type { Topics } from '../topics.ts';
import type { OpenAlert } from './lifecycle.ts';

export function alertRecords(topics: Topics, alerts: readonly Alert[]): NewRecord[] {
  return alerts.map((alert) => ({ topic: topics.alerts, key: alert.id, value: JSON.stringify(alert) }));
}

type Counted = { readonly alerts: readonly Alert[]; readonly late: number };

/** What a batch counts, told once it is committed: tried again, or read again after a restart, it would count again. */
export class Tally {
  readonly #space: string;
  readonly #telemetry: Telemetry;
  readonly #open: () => readonly OpenAlert[];
  /** Alerts that the batch has changed. */
  #changed: Alert[] = [];
  readonly #answered: Counted[] = [];

  constructor(space: string, telemetry: Telemetry, open: () => readonly OpenAlert[]) {
    this.#space = space;
    this.#telemetry = telemetry;
    this.#open = open;
  }

  changed(alerts: readonly Alert[]): void {
    this.#changed.push(...alerts);
  }

  /** @param late conversations of the batch that came too late */
  answered(replay: boolean, late: number): void {
    const alerts = this.#changed;
    this.#changed = [];
    if (!replay) this.#answered.push({ alerts, late });
    else if (alerts.length > 0) this.tellOpen();
  }

  committed(): void {
    const first = this.#answered.shift();
    if (first === undefined) return;
    this.tell(first.alerts);
    if (first.alerts.length > 0) this.tellOpen();
    if (first.late > 0) this.#telemetry.dropped('late', first.late);
  }

  tell(alerts: readonly Alert[]): void {
    for (const alert of alerts) this.#telemetry.alertChanged(alert);
  }

  tellOpen(): void {
    this.#telemetry.alertsOpen(
      this.#space,
      this.#open().map(({ alert }) => alert),
    );
  }
}
