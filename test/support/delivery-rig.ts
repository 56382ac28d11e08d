/** Delivery to one sink on a log in memory. */
import type { Alert } from '../../src/domain/alert.ts';
import { AlertBook } from '../../src/pipeline/emit/alerts.ts';
import type { ClusterStanding } from '../../src/pipeline/emit/cluster-state.ts';
import { createDelivery } from '../../src/pipeline/emit/deliver.ts';
import type { Silenced } from '../../src/pipeline/emit/silences.ts';
import type { Delivery, Sink } from '../../src/ports/sink.ts';
import { HOUR, MINUTE, metric, OneSession, silentTelemetry, TOPICS } from './pipeline-rig.ts';

export const SHOWN: ClusterStanding = { is: 'shown', title: 'A name' };
export const MASKED: ClusterStanding = { is: 'masked' };

type Told = { key: string; name: string | null; state: string };
const toldOf = ({ key, alert }: Delivery): Told => ({ key, name: alert.name, state: alert.state });

/** Delivery to one sink, over restarts: what the sink does, what the view shows and what time it is are set by the test. */
export class DeliveryRig {
  readonly told: Told[] = [];
  readonly repeated: Told[][] = [];
  readonly sinceWhen: number[] = [];
  readonly telemetry = silentTelemetry();
  readonly stopping = new AbortController();
  now = 0;
  standing = SHOWN;
  silenced: Silenced | null = null;
  /** Whether the cluster's generation is known. */
  known = true;
  /** What the sink throws; null: it takes all. */
  fails: ((delivery: Delivery) => Error | null) | null = null;
  readonly #book = new AlertBook();
  readonly #alerts: Alert[] = [];
  readonly #log: OneSession;
  readonly #name: string;
  readonly #repeats: boolean;

  constructor(name = 'webhook', repeats = false) {
    this.#name = name;
    this.#repeats = repeats;
    this.#log = new OneSession(this.#open(), TOPICS.alerts, TOPICS.deliveries);
  }

  /** Alerts are written to the log, and delivery reads them. */
  async push(...alerts: readonly Alert[]): Promise<void> {
    this.#alerts.push(...alerts);
    await this.#log.push(alerts);
  }

  /** The same, written now, and not when the log began. */
  async pushNow(...alerts: readonly Alert[]): Promise<void> {
    this.#alerts.push(...alerts);
    this.#log.append(alerts, this.now);
    await this.#log.run();
  }

  /** Time passes, and a heartbeat comes. */
  async wait(ms: number): Promise<void> {
    this.now += ms;
    await this.#log.idle();
  }

  restart(): void {
    this.#log.restart(this.#open());
  }

  async killWithin(...alerts: readonly Alert[]): Promise<void> {
    this.#alerts.push(...alerts);
    this.#log.append(alerts);
    await this.#log.killWithin(alerts.length);
  }

  rerun(): Promise<unknown> {
    return this.#log.run();
  }

  /** Records of `deliveries` written so far. */
  get written(): number {
    return this.#log.published.length;
  }

  /** Alerts that the sink is still remembered for. */
  get held(): number {
    const last = new Map(this.#log.published.map(({ key, value }) => [key, value]));
    return [...last.values()].filter((value) => value !== null).length;
  }

  get committed(): number {
    return this.#log.committed;
  }

  count(outcome: string): Promise<number> {
    return metric(this.telemetry, 'cliowatch_alert_deliveries_total', { sink: this.#name, outcome });
  }

  #open() {
    return createDelivery({
      sink: this.#sink(),
      topic: TOPICS.deliveries,
      view: (id) => {
        const alert = this.#book.get(id);
        return alert === undefined ? null : this.#book.view(alert, this.standing, null, this.silenced);
      },
      // As the follower does: it may come later than delivery asks, and is ahead of what delivery has read.
      seen: async () => {
        await Promise.resolve();
        for (const alert of this.#alerts) this.#book.take(alert);
      },
      known: () => this.known,
      giveUpMs: 24 * HOUR,
      wall: () => this.now,
      clock: { now: () => this.now, speed: 1, elapsed: () => this.now },
      telemetry: this.telemetry,
      signal: this.stopping.signal,
    });
  }

  #sink(): Sink {
    const repeat = {
      everyMs: MINUTE,
      run: async (firing: readonly Delivery[]) => {
        this.repeated.push(firing.map(toldOf));
      },
    };
    return {
      name: this.#name,
      deliver: async (delivery) => {
        const error = this.fails?.(delivery) ?? null;
        if (error !== null) throw error;
        this.told.push(toldOf(delivery));
        this.sinceWhen.push(delivery.firstTold);
      },
      ...(this.#repeats ? { repeat } : {}),
    };
  }
}
