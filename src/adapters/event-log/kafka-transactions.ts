/** The transactional producer of one input partition. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Kafka, Producer, ProducerConfig, Transaction } from 'kafkajs';
import { CliowatchError } from '../../domain/errors.ts';
import type { NewRecord } from '../../ports/event-log.ts';
import { failureType } from './kafka-client.ts';
import { type Router, requests, send } from './kafka-messages.ts';

/** An owner that died in a transaction holds its readers back no longer than this. */
const TRANSACTION_TIMEOUT_MS = 10_000;
/** While the broker still writes the markers of the last transaction. */
const BUSY_MS = 10;

/** Retries end with the transaction's own time; the first comes soon, as {@link BUSY_MS} is the usual reason. */
export const producerSettings: ProducerConfig = {
  idempotent: true,
  maxInFlightRequests: 1,
  allowAutoTopicCreation: false,
  transactionTimeout: TRANSACTION_TIMEOUT_MS,
  retry: { initialRetryTime: BUSY_MS, maxRetryTime: 1_000, multiplier: 2, retries: 16 },
  createPartitioner:
    () =>
    ({ message }) =>
      message.partition ?? 0,
};

export type Committed = {
  readonly group: string;
  readonly topic: string;
  readonly partition: number;
  /** Of the next record to read. */
  readonly next: number;
};

export class Transactions {
  readonly #producer: Producer;
  readonly #router: Router;
  #last: Promise<unknown> = Promise.resolve();
  #broken: Error | null = null;

  private constructor(producer: Producer, router: Router) {
    this.#producer = producer;
    this.#router = router;
  }

  /**
   * Takes over the id: who held it before can commit nothing more, and what it left open is ended when this resolves, so
   * that offsets read from now on are final.
   */
  static async open(kafka: Kafka, router: Router, transactionalId: string): Promise<Transactions> {
    const producer = kafka.producer({ ...producerSettings, transactionalId });
    try {
      await producer.connect();
      // kafkajs fences with the first transaction; this one is ended unused, which sends nothing.
      await (await producer.transaction()).abort();
    } catch (error) {
      await producer.disconnect();
      throw error;
    }
    return new Transactions(producer, router);
  }

  /** Set once a transaction has failed: whether it was committed is not known, and the producer is of no more use. */
  get broken(): Error | null {
    return this.#broken;
  }

  /** All or none; one after another. A record for an unknown topic is refused with nothing sent. */
  commit(records: readonly NewRecord[], offset: Committed | null): Promise<void> {
    const work = this.#last.then(() => this.#commit(records, offset));
    this.#last = work.catch(() => undefined);
    return work;
  }

  async close(): Promise<void> {
    this.#broken ??= new CliowatchError('fenced', 'the session that commits has closed');
    await this.#last;
    await this.#producer.disconnect().catch(() => undefined);
  }

  async #commit(records: readonly NewRecord[], offset: Committed | null): Promise<void> {
    if (this.#broken !== null) throw this.#broken;
    if (records.length === 0 && offset === null) return;
    const routed = await this.#router.route(records);
    try {
      const transaction = await this.#producer.transaction();
      for (const request of requests(routed)) {
        const lost = await send(transaction, request);
        if (lost.length > 0)
          throw new CliowatchError('not-acknowledged', 'a broker left records out', { retry: true });
      }
      if (offset !== null) await sendOffset(transaction, offset);
      await transaction.commit();
    } catch (error) {
      this.#broken = error instanceof Error ? error : new Error(String(error));
      throw error;
    }
  }
}

async function sendOffset(
  transaction: Transaction,
  { group, topic, partition, next }: Committed,
): Promise<void> {
  const partitions = [{ partition, offset: String(next) }];
  const end = performance.now() + TRANSACTION_TIMEOUT_MS;
  for (;;) {
    try {
      await transaction.sendOffsets({ consumerGroupId: group, topics: [{ topic, partitions }] });
      return;
    } catch (error) {
      // kafkajs tries this again for records, not for offsets.
      if (failureType(error) !== 'CONCURRENT_TRANSACTIONS' || performance.now() > end) throw error;
      await delay(BUSY_MS);
    }
  }
}

const FENCED = [
  'INVALID_PRODUCER_EPOCH',
  'INVALID_TXN_STATE',
  'INVALID_PRODUCER_ID_MAPPING',
  'UNKNOWN_PRODUCER_ID',
];

/** Another owner has taken the partition over, or the transaction took too long. */
export const isFenced = (error: unknown): boolean => FENCED.includes(failureType(error) ?? '');
