/** Publishes outside any session: idempotent, acknowledged by all replicas, one request at a time, so that order holds. */
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import type { Kafka, Producer } from 'kafkajs';
import { unlessAborted } from '../../algorithms/unless-aborted.ts';
import { isTooLarge, reasonOf } from '../../domain/errors.ts';
import type { NewRecord } from '../../ports/event-log.ts';
import { type Health, logStopped, mayPass, refusalOf } from './kafka-client.ts';
import { type Routed, type Router, requests, send, sizeOf } from './kafka-messages.ts';
import { producerSettings } from './kafka-transactions.ts';
import { MAX_WAITING_BYTES, tooMuchWaits } from './waiting.ts';

const RETRY_MS = 500;
/** How long `stop` waits for records that are under way. */
const STOP_MS = 5_000;
/** Publishes taken into one round; all are answered at its end. */
const ROUND = 1_000;

type Entry = {
  readonly records: readonly NewRecord[];
  readonly bytes: number;
  readonly signal: AbortSignal | undefined;
  resolve(): void;
  reject(error: unknown): void;
};
type Sending = Routed & { readonly entry: Entry };

type PublisherParts = {
  readonly kafka: Kafka;
  readonly router: Router;
  readonly health: Health;
  readonly onWaiting: ((bytes: number, cap: number) => void) | undefined;
};

export class Publisher {
  readonly #parts: PublisherParts;
  readonly #queue: Entry[] = [];
  readonly #stop = new AbortController();
  #waitingBytes = 0;
  #producer: Producer | null = null;
  #running: Promise<void> | null = null;

  constructor(parts: PublisherParts) {
    this.#parts = parts;
  }

  publish(records: readonly NewRecord[], signal?: AbortSignal): Promise<void> {
    if (this.#stop.signal.aborted) return Promise.reject(logStopped());
    if (records.length === 0) return Promise.resolve();
    const bytes = records.reduce((total, record) => total + sizeOf(record), 0);
    // One that is larger than the bound is taken when nothing else waits, so that it is not refused for ever.
    if (this.#waitingBytes > 0 && this.#waitingBytes + bytes > MAX_WAITING_BYTES)
      return Promise.reject(tooMuchWaits());
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#queue.push({ records, bytes, signal, resolve, reject });
    this.#counted(bytes);
    this.#running ??= this.#run();
    return signal === undefined ? promise : unlessAborted(promise, signal);
  }

  async stop(): Promise<void> {
    await Promise.race([this.#running, delay(STOP_MS, undefined, { ref: false })]);
    this.#stop.abort();
    for (const entry of this.#queue.splice(0)) entry.reject(logStopped());
    await this.#drop();
  }

  #counted(bytes: number): void {
    this.#waitingBytes += bytes;
    this.#parts.onWaiting?.(this.#waitingBytes, MAX_WAITING_BYTES);
  }

  async #run(): Promise<void> {
    while (this.#queue.length > 0) {
      // Publishes of this turn, and those that came while the last request ran, go together.
      await nextTurn();
      const entries = this.#queue.splice(0, ROUND);
      await this.#round(entries);
      this.#counted(-entries.reduce((total, { bytes }) => total + bytes, 0));
    }
    // The last may have been given up: with nothing to send, whether Kafka takes records is not known to be wrong.
    this.#parts.health.is('publish', null);
    this.#running = null;
  }

  async #round(entries: readonly Entry[]): Promise<void> {
    const routed: Sending[] = [];
    const open = new Set<Entry>();
    for (const entry of entries) {
      try {
        for (const one of await this.#parts.router.route(entry.records)) routed.push({ ...one, entry });
        open.add(entry);
      } catch (error) {
        entry.reject(error);
      }
    }
    for (const request of requests(routed)) {
      await this.#deliverOrReject(
        request.filter(({ entry }) => open.has(entry) && !givenUp(entry)),
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

  /** Tries while the brokers are out of reach and somebody waits for it; throws when they refuse. */
  async #deliver(request: readonly Sending[]): Promise<void> {
    let left: readonly Routed[] = request;
    while (left.length > 0) {
      if (this.#stop.signal.aborted) throw logStopped();
      if (request.every(({ entry }) => givenUp(entry))) {
        // A request once tried is sent again as it was, or with its producer given up for good: the broker may have it,
        // and would take other records under the same sequence numbers for a repetition, and leave them out.
        await this.#drop();
        return;
      }
      try {
        left = await send(await this.#connected(), left);
        this.#parts.health.is('publish', null);
      } catch (error) {
        if (!mayPass(error)) {
          await this.#drop();
          throw refusalOf(error);
        }
        this.#parts.health.is('publish', `Kafka takes no records: ${reasonOf(error)}`);
        await delay(RETRY_MS, undefined, { signal: this.#stop.signal }).catch(() => undefined);
      }
    }
  }

  async #connected(): Promise<Producer> {
    if (this.#producer !== null) return this.#producer;
    const producer = this.#parts.kafka.producer(producerSettings);
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

const givenUp = ({ signal }: Entry): boolean => signal?.aborted === true;
