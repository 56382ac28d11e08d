/**
 * Times of a file that lie absurdly far ahead, told by the file's own other times: the same file gets the same answer in
 * any year. A line is judged once up to `ahead` lines behind it are known. It is too far ahead when it is more than
 * `farMs` later than every line taken before it, and than the median of the lines behind it: a gap in the file is
 * followed by lines that bear it out, a broken clock is not. Without any other line there is nothing to judge by.
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
    const before = at > this.latest + this.#farMs;
    if (!before) return false;
    const behind = this.#waiting.map((line) => line.at).sort((a, b) => a - b);
    const median = behind[Math.floor((behind.length - 1) / 2)];
    return median === undefined ? Number.isFinite(this.latest) : at > median + this.#farMs;
  }
}

export type Judged<T> = { readonly item: T; readonly far: boolean };
