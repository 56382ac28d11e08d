import type { LogRecord } from '../../ports/event-log.ts';

/** Held at most; a reader that lags further reads from disk. */
const HELD_BYTES = 8 << 20;
/** Places taken off the front at once: moving the rest costs as much as it is long. */
const SPARE = 2_048;

/** The newest records of one partition in memory, so that a reader who keeps up costs no read from disk. */
export class RecordTail {
  #records: (LogRecord | undefined)[] = [];
  /** Records before this place are let go of. */
  #head = 0;
  #bytes = 0;

  /** The record after the last one held; offsets have no gaps. O(1), amortised. */
  push(record: LogRecord): void {
    this.#records.push(record);
    this.#bytes += weight(record);
    while (this.#bytes > HELD_BYTES && this.#head < this.#records.length - 1) this.#dropFirst();
  }

  /** At most `limit` records in [from, end); null: not held here. */
  read(from: number, end: number, limit: number): LogRecord[] | null {
    const first = this.#records[this.#head];
    if (first === undefined || from < first.offset) return null;
    const start = this.#head + from - first.offset;
    const held = this.#records.slice(start, Math.min(start + limit, this.#head + end - first.offset));
    return held.filter((record) => record !== undefined);
  }

  /** Nobody will ask for what lies below. */
  dropBelow(offset: number): void {
    for (let first = this.#records[this.#head]; first !== undefined; first = this.#records[this.#head]) {
      if (first.offset >= offset) return;
      this.#dropFirst();
    }
  }

  #dropFirst(): void {
    const gone = this.#records[this.#head];
    if (gone === undefined) return;
    this.#bytes -= weight(gone);
    // At once, as what is let go of while it is young costs the collector nothing.
    this.#records[this.#head] = undefined;
    this.#head++;
    if (this.#head < SPARE && this.#head < this.#records.length) return;
    this.#records = this.#records.slice(this.#head);
    this.#head = 0;
  }
}

function weight({ key, value }: LogRecord): number {
  return (value?.length ?? 0) + (key?.length ?? 0) + 200;
}
