/** How far one partition has been read. */
import type { LogRecord } from '../../ports/event-log.ts';
import type { Fetched } from './kafka-member.ts';

export class Cursor {
  /** Offset of the next record to come. */
  next: number;
  /** Offset behind the partition's last record, as last heard. */
  high: number;
  #doubted: number | null = null;

  constructor(next: number, high: number) {
    this.next = next;
    this.high = high;
  }

  /**
   * Moves behind `batch` and answers with its records not seen before; null: the batch may be from before the last seek,
   * and is to be fetched again from `next`. kafkajs filters such batches, but not those in which all records are left out.
   */
  accept({ first, next, high, records }: Fetched): readonly LogRecord[] | null {
    this.high = high;
    const begin = first ?? next - 1;
    if (records.length === 0 && begin > this.next && begin !== this.#doubted) {
      this.#doubted = begin;
      return null;
    }
    this.#doubted = null;
    const from = this.next;
    if (next > from) this.next = next;
    // After a rebalance kafkajs reads again from the committed offset.
    return (records[0]?.offset ?? from) >= from ? records : records.filter(({ offset }) => offset >= from);
  }
}
