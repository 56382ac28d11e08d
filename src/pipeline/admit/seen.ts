import { z } from 'zod';
import { EventTime } from '../../algorithms/event-time.ts';
import { SeenVersions } from '../../algorithms/seen.ts';
import type { LogRecord, NewRecord } from '../../ports/event-log.ts';
import { decode } from '../records.ts';

const seenSchema = z.object({ version: z.int(), at: z.number(), account: z.string().default('') });

/** The conversations of one partition already admitted and its event time, kept in topic admit-seen so that a restart still knows them. */
export class Seen {
  readonly #versions: SeenVersions;
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
    const { version, at, account } = decode(seenSchema, record);
    this.#versions.put(record.key, version);
    this.hear(account, at);
  }

  /** Takes the time of a conversation as a witness of the partition's, whether it is counted or not. */
  hear(account: string, at: number): void {
    this.#time.hear(account, Math.min(at, this.#latest()));
  }

  version(conversation: string): number {
    return this.#versions.version(conversation);
  }

  /** Remembers, and answers with the record that lets a restart remember. */
  put(conversation: string, version: number, at: number, account: string, partition: number): NewRecord {
    this.#versions.put(conversation, version);
    const value = JSON.stringify({ version, at, account });
    return { topic: this.#topic, key: conversation, value, partition };
  }
}
