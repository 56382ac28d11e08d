import { z } from 'zod';
import { EventTime } from '../../algorithms/event-time.ts';
import { SeenVersions } from '../../algorithms/seen.ts';
import type { LogRecord, NewRecord } from '../../ports/event-log.ts';
import { decode } from '../records.ts';

const seenSchema = z.object({
  version: z.int(),
  at: z.number(),
  account: z.string().default(''),
  weight: z.number().default(1),
});

/** A conversation that was admitted, or left out by sampling. */
export type Judged = {
  readonly token: string;
  readonly version: number;
  readonly at: number;
  readonly account: string;
  readonly weight: number;
};

const OUT = -1;

/** The conversations of one partition already admitted and its event time, kept in topic admit-seen so that a restart still knows them. */
export class Seen {
  readonly #versions: SeenVersions;
  /** Of those that do not weigh 1; of one that was not taken, {@link OUT}, as 0 is one that is not held. */
  readonly #weights: SeenVersions;
  readonly #topic: string;
  readonly #time: EventTime;
  readonly #latest: () => number;

  /**
   * @param patience conversations to hear before few accounts are believed about the time
   * @param latest the time no event can be beyond: the clock, where the stream is live
   */
  constructor(topic: string, cap: number, patience: number, latest: () => number) {
    this.#topic = topic;
    this.#versions = new SeenVersions(cap);
    this.#weights = new SeenVersions(cap);
    this.#time = new EventTime(patience);
    this.#latest = latest;
  }

  /** Event time that the partition has reached, ms: what its accounts agree on, not what the fastest of their clocks says. */
  get watermark(): number {
    return this.#time.now;
  }

  get size(): number {
    return this.#versions.size;
  }

  restore(record: LogRecord): void {
    if (record.key === null || record.value === null) return;
    const { version, at, account, weight } = decode(seenSchema, record);
    this.#remember(record.key, version, weight);
    this.hear(account, at);
  }

  /** Takes the time of a conversation as a witness of the partition's, whether it is counted or not. */
  hear(account: string, at: number): void {
    this.#time.hear(account, Math.min(at, this.#latest()));
  }

  version(conversation: string): number {
    return this.#versions.version(conversation);
  }

  /** How many conversations one that was seen stands for; 0: it was not taken when it was seen first. */
  weight(conversation: string): number {
    const weight = this.#weights.version(conversation);
    if (weight === OUT) return 0;
    return weight === 0 ? 1 : weight;
  }

  /** Remembers, and answers with the record that lets a restart remember. */
  put({ token, version, at, account, weight }: Judged, partition: number): NewRecord {
    this.#remember(token, version, weight);
    const value = JSON.stringify({ version, at, account, ...(weight === 1 ? {} : { weight }) });
    return { topic: this.#topic, key: token, value, partition };
  }

  #remember(token: string, version: number, weight: number): void {
    this.#versions.put(token, version);
    if (weight !== 1) this.#weights.put(token, weight === 0 ? OUT : weight);
  }
}
