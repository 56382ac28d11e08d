/** Publishes outside any session: idempotent, acknowledged by all replicas, one request at a time, so that order holds. */
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { Kafka, Producer } from 'kafkajs';
import { isTooLarge, reasonOf } from '../../domain/errors.ts';
import type { NewRecord } from '../../ports/event-log.ts';
import { type Health, logStopped, mayPass, refusalOf } from './kafka-client.ts';
import { type Routed, type Router, requests, send } from './kafka-messages.ts';
import { producerSettings } from './kafka-transactions.ts';

const RETRY_MS = 500;
/** How long `stop` waits for records that are under way. */
const STOP_MS = 5_000;
/** Publishes taken into one round; all are answered at its end. */
const ROUND = 1_000;

type Sending = Routed & { readonly entry: Entry };
type Entry = { readonly records: readonly NewRecord[]; resolve(): void; reject(error: unknown): void };

export class Publisher {
  readonly #kafka: Kafka;
  readonly #router: Router;
  readonly #health: Health;
  readonly #queue: Entry[] = [];
  readonly #stop = new AbortController();
  #producer: Producer | null = null;
  #running: Promise<void> | null = null;

  constructor(kafka: Kafka, router: Router, health: Health) {
    this.#kafka = kafka;
    this.#router = router;
    this.#health = health;
  }

  publish(records: readonly NewRecord[]): Promise<void> {
    if (this.#stop.signal.aborted) return Promise.reject(logStopped());
    if (records.length === 0) return Promise.resolve();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#queue.push({ records, resolve, reject });
    this.#running ??= this.#run();
    return promise;
  }

  async stop(): Promise<void> {
    await Promise.race([this.#running, delay(STOP_MS, undefined, { ref: false })]);
    this.#stop.abort();
    for (const entry of this.#queue.splice(0)) entry.reject(logStopped());
    await this.#drop();
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      // Publishes of this turn, and those that came while the last request ran, go together.
      await nextTurn();
      await this.#round(this.#queue.splice(0, ROUND));
    }
    this.#running = null;
  }

  async #round(entries: readonly Entry[]): Promise<void> {
    const routed: Sending[] = [];
    const open = new Set<Entry>();
    for (const entry of entries) {
      try {
        for (const one of await this.#router.route(entry.records)) routed.push({ ...one, entry });
        open.add(entry);
      } catch (error) {
        entry.reject(error);
      }
    }
    for (const request of requests(routed)) {
      await this.#deliverOrReject(
        request.filter(({ entry }) => open.has(entry)),
        open,
      );
    }
    for (const entry of open) entry.resolve();
  }

  async #deliverOrReject(sending: readonly Sending[], open: Set<Entry>): Promise<void> {
    try {
      await this.#deliver(sending);
    } catch (error) {
      if (isTooLarge(error) && sending.length > 1) {
        // Refused together for one of them: alone, each stands for itself. What was taken already is written once more.
        for (const one of sending) await this.#deliverOrReject([one], open);
        return;
      }
      for (const { entry } of sending) {
        open.delete(entry);
        entry.reject(error);
      }
    }
  }

  /** Tries for ever while the brokers are out of reach; throws when they refuse. */
  async #deliver(request: readonly Routed[]): Promise<void> {
    let left = request;
    while (left.length > 0) {
      if (this.#stop.signal.aborted) throw logStopped();
      try {
        left = await send(await this.#connected(), left);
        this.#health.is('publish', null);
      } catch (error) {
        if (!mayPass(error)) {
          await this.#drop();
          throw refusalOf(error);
        }
        this.#health.is('publish', `Kafka takes no records: ${reasonOf(error)}`);
        await delay(RETRY_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
  }

  async #connected(): Promise<Producer> {
    if (this.#producer !== null) return this.#producer;
    const producer = this.#kafka.producer(producerSettings);
    await producer.connect();
    this.#producer = producer;
    return producer;
  }

  async #drop(): Promise<void> {
    const producer = this.#producer;
    this.#producer = null;
    await producer?.disconnect().catch(() => undefined);
  }
}
