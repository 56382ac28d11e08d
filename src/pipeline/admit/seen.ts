import { z } from 'zod';
import { SeenVersions } from '../../algorithms/seen.ts';
import type { LogRecord, NewRecord } from '../../ports/event-log.ts';
import { decode } from '../records.ts';

const seenSchema = z.object({ version: z.int(), at: z.number() });

/** The conversations of one partition already admitted, kept in topic admit-seen so that a restart still knows them. */
export class Seen {
  readonly #versions: SeenVersions;
  readonly #topic: string;
  /** Highest event time admitted, ms. */
  watermark = 0;

  constructor(topic: string, cap: number) {
    this.#topic = topic;
    this.#versions = new SeenVersions(cap);
  }

  get size(): number {
    return this.#versions.size;
  }

  restore(record: LogRecord): void {
    if (record.key === null || record.value === null) return;
    const { version, at } = decode(seenSchema, record);
    this.#versions.put(record.key, version);
    this.watermark = Math.max(this.watermark, at);
  }

  version(conversation: string): number {
    return this.#versions.version(conversation);
  }

  /** Remembers, and answers with the record that lets a restart remember. */
  put(conversation: string, version: number, at: number, partition: number): NewRecord {
    this.#versions.put(conversation, version);
    return { topic: this.#topic, key: conversation, value: JSON.stringify({ version, at }), partition };
  }
}
