/** Records fetched and not yet handled, in order: bounded, cut into batches. */
import type { LogRecord } from '../../ports/event-log.ts';
import type { Cursor } from './kafka-cursor.ts';
import type { Fetched } from './kafka-member.ts';
import { sizeOf } from './kafka-messages.ts';

/** Held at most, but for what one more fetch brings. */
const FULL_BATCHES = 12;
const FULL_BYTES = 8 * 1024 * 1024;

export type Cut = {
  readonly records: readonly LogRecord[];
  readonly replay: boolean;
  /** Offset behind these records, and behind what was left out after them. */
  readonly next: number;
};

export class Intake {
  readonly cursor: Cursor;
  readonly #maxBatch: number;
  readonly #replayEnd: number;
  #records: LogRecord[] = [];
  #bytes = 0;
  #wake: (() => void) | null = null;

  /** Records before `replayEnd` have been committed earlier. */
  constructor(cursor: Cursor, maxBatch: number, replayEnd: number) {
    this.cursor = cursor;
    this.#maxBatch = maxBatch;
    this.#replayEnd = replayEnd;
  }

  get empty(): boolean {
    return this.#records.length === 0;
  }

  /** 1 and more: fetching pauses; at a half it goes on. */
  get fill(): number {
    return Math.max(this.#records.length / (FULL_BATCHES * this.#maxBatch), this.#bytes / FULL_BYTES);
  }

  /** False: not taken, to be fetched again from the cursor. */
  take(batch: Fetched): boolean {
    const records = this.cursor.accept(batch);
    if (records === null) return false;
    for (const record of records) {
      this.#records.push(record);
      this.#bytes += sizeOf(record);
    }
    if (records.length > 0) this.wake();
    return true;
  }

  /** The next batch: not across the end of the replay. Empty when there is none. */
  cut(): Cut {
    const first = this.#records[0]?.offset ?? this.cursor.next;
    const replay = first < this.#replayEnd;
    let count = Math.min(this.#records.length, this.#maxBatch);
    if (replay) {
      const border = this.#records.findIndex(({ offset }) => offset >= this.#replayEnd);
      if (border >= 0) count = Math.min(count, border);
    }
    const records = this.#records.splice(0, count);
    for (const record of records) this.#bytes -= sizeOf(record);
    return { records, replay, next: this.#records[0]?.offset ?? this.cursor.next };
  }

  /** Answers whether records came before `ms` were over. */
  async wait(ms: number): Promise<boolean> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#wake = null;
    return !this.empty;
  }

  wake(): void {
    this.#wake?.();
  }
}
