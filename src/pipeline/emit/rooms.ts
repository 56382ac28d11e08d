import type { LiveEvents, Room } from '../../domain/view.ts';

/**
 * Events of one room, numbered without a gap, the last `cap` held for those who were away. Numbers begin after `first`:
 * the time of the start, so that a number of a process before this one is never taken for one of this.
 */
export class RoomLog<R extends Room> {
  readonly #cap: number;
  readonly #events: LiveEvents[R][] = [];
  readonly #listeners = new Set<(event: LiveEvents[R]) => void>();
  #seq: number;

  constructor(cap: number, first: number) {
    this.#cap = cap;
    this.#seq = first;
  }

  get lastSeq(): number {
    return this.#seq;
  }

  publish(make: (seq: number) => LiveEvents[R]): void {
    this.#seq++;
    const event = make(this.#seq);
    this.#events.push(event);
    if (this.#events.length > this.#cap) this.#events.splice(0, this.#events.length - this.#cap);
    for (const listener of this.#listeners) listener(event);
  }

  /** null: some of them are no longer held, or the number is not of this process. */
  since(seq: number): readonly LiveEvents[R][] | null {
    if (seq === this.#seq) return [];
    const first = this.#seq - this.#events.length + 1;
    if (seq > this.#seq || seq + 1 < first) return null;
    return this.#events.slice(seq + 1 - first);
  }

  subscribe(on: (event: LiveEvents[R]) => void): () => void {
    this.#listeners.add(on);
    return () => this.#listeners.delete(on);
  }
}
