import { DAY } from '../domain/ids.ts';

/** So far ahead of its stream, and of so many behind it, every one, no clock runs. */
export const ALONE = { farMs: 7 * DAY, behind: 32 } as const;

/**
 * Times of a file that lie absurdly far ahead, told by the file's own other times: the same file gets the same answer in
 * any year. A line is judged once up to `ahead` lines behind it are known. It is too far ahead when it is more than
 * `farMs` later than every line taken before it, and than the median of the lines behind it: a gap in the file is
 * followed by lines that bear it out, a broken clock is not. Where many lines behind it are known, far less is too far (`ALONE`), as for a
 * stream. Without any other line there is nothing to judge by.
 * O(1) a line; O(ahead log ahead) for one that is far ahead.
 */
export class Outlook<T> {
  /** Latest time taken. */
  latest = Number.NEGATIVE_INFINITY;
  readonly #waiting: { readonly item: T; readonly at: number }[] = [];
  readonly #ahead: number;
  readonly #farMs: number;

  constructor(options: { readonly ahead: number; readonly farMs: number }) {
    this.#ahead = options.ahead;
    this.#farMs = options.farMs;
  }

  /** Takes the next line, and answers with the one that can be judged now, if any. */
  add(item: T, at: number): Judged<T> | null {
    this.#waiting.push({ item, at });
    return this.#waiting.length > this.#ahead ? this.next() : null;
  }

  /** The next line in order though less is known of what follows; null: none is waiting. */
  next(): Judged<T> | null {
    const first = this.#waiting.shift();
    if (first === undefined) return null;
    const far = this.#isFar(first.at);
    if (!far) this.latest = Math.max(this.latest, first.at);
    return { item: first.item, far };
  }

  #isFar(at: number): boolean {
    if (this.#isAlone(at)) return true;
    if (at <= this.latest + this.#farMs) return false;
    const behind = this.#waiting.map((line) => line.at).sort((a, b) => a - b);
    const median = behind[Math.floor((behind.length - 1) / 2)];
    return median === undefined ? Number.isFinite(this.latest) : at > median + this.#farMs;
  }

  #isAlone(at: number): boolean {
    const { farMs, behind } = ALONE;
    if (at <= this.latest + farMs || this.#waiting.length < behind) return false;
    const next = this.#waiting.slice(0, behind).map((line) => line.at);
    const newest = Math.max(...next);
    // Before the first line nothing is known: those behind it must know each other.
    const together = Number.isFinite(this.latest) || newest - Math.min(...next) <= farMs;
    return together && newest < at - farMs;
  }
}

/** What is wrong with such a line. */
export const FAR_AHEAD = 'far-future at: far ahead of the lines around it';

export type Judged<T> = { readonly item: T; readonly far: boolean };
