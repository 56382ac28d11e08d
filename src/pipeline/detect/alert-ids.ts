import { hash53 } from '../../algorithms/hash.ts';
import { HOUR } from '../../domain/ids.ts';

/** No alert has an onset so long ago: a newborn's is a day before its birth at most, and it is tested for a day. */
const OLDEST_ONSET = 49 * HOUR;

/** Ids of alerts, the same in every replay. Evidence that fades and comes back may have the same onset, and makes another alert. */
export class AlertIds {
  /** Onset by id of alerts that ended. */
  readonly #ended = new Map<string, number>();

  /** One whose revisions start anew. */
  of(subject: string): string {
    for (let again = 0; ; again++) {
      const id = `a${hash53(again === 0 ? subject : `${subject}/${again}`).toString(36)}`;
      if (!this.#ended.has(id)) return id;
    }
  }

  end(id: string, onset: number, now: number): void {
    this.#ended.set(id, onset);
    for (const [other, began] of this.#ended) if (now - began > OLDEST_ONSET) this.#ended.delete(other);
  }

  state(): readonly (readonly [id: string, onset: number])[] {
    return [...this.#ended];
  }

  restore(ended: readonly (readonly [id: string, onset: number])[]): void {
    for (const [id, onset] of ended) this.#ended.set(id, onset);
  }
}
