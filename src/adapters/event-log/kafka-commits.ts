/** What batches answered and is still to be committed. While one transaction runs, the next batches gather for the next. */
import type { NewRecord } from '../../ports/event-log.ts';
import { sizeOf } from './kafka-messages.ts';
import type { Committed, Transactions } from './kafka-transactions.ts';

/** A transaction is ten round trips whatever its size; so many batches at once make them cheap. */
const MAX_WAITING_BATCHES = 8;
/** And no more than this, once a batch is added: each partition has a queue of its own. */
const MAX_WAITING_BYTES = 8 << 20;

export class Commits {
  readonly #producer: Transactions;
  readonly #onFailure: () => void;
  #records: NewRecord[] = [];
  #offset: Committed | null = null;
  #done: (() => void)[] = [];
  #waiting = 0;
  #bytes = 0;
  /** The transaction before that of the batches gathered now; when it ends they are taken. */
  #before: Promise<void> = Promise.resolve();
  #running: Promise<void> = Promise.resolve();
  #failure: unknown = null;

  constructor(producer: Transactions, onFailure: () => void) {
    this.#producer = producer;
    this.#onFailure = onFailure;
  }

  /** Why a transaction has failed: nothing added since is committed. */
  get failure(): unknown {
    return this.#failure;
  }

  /**
   * Resolves when there is room for another batch; throws once a transaction has failed.
   * @param done called once these records and the offset are committed
   */
  async add(records: readonly NewRecord[], offset: Committed | null, done: () => void): Promise<void> {
    for (const record of records) {
      this.#records.push(record);
      this.#bytes += sizeOf(record);
    }
    this.#done.push(done);
    this.#offset = offset ?? this.#offset;
    this.#waiting++;
    if (this.#waiting === 1) {
      this.#before = this.#running;
      this.#running = this.#before.then(() => this.#commit());
    }
    this.#running.catch((error: unknown) => {
      this.#failure = error;
      this.#onFailure();
    });
    const full = this.#waiting >= MAX_WAITING_BATCHES || this.#bytes >= MAX_WAITING_BYTES;
    // Not for their own transaction: the next batches are handled while that runs.
    if (full) await this.#before;
    if (this.#failure !== null) throw this.#failure;
  }

  /** Resolves when all that was added is committed. */
  async flush(): Promise<void> {
    await this.#running;
  }

  async #commit(): Promise<void> {
    const [records, offset, done] = [this.#records, this.#offset, this.#done];
    this.#records = [];
    this.#offset = null;
    this.#done = [];
    this.#waiting = 0;
    this.#bytes = 0;
    await this.#producer.commit(records, offset);
    for (const tell of done) tell();
  }
}
