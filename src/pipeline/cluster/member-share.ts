import { hash53 } from '../../algorithms/hash.ts';
import { MINUTE } from '../../domain/ids.ts';
import type { Come } from './recent.ts';

/** Members of clusters that are taken in a minute of event time, as a share of the buffer. */
const A_MINUTE = 0.25;
/** At one go no more than come in half a minute. */
const AT_ONCE = 0.5;

/**
 * Which members of clusters are looked at for something new. On a fast stream some of them, by a hash and evenly over the minute: a topic shows as
 * well, in seconds and not in tenths of one. Otherwise members would push outliers out of the buffer, and looking at them hold up the thread.
 */
export class MemberShare {
  readonly #most: number;
  #come: Come = { all: 0, taken: 0 };
  #minute = 0;
  #seen = 0;
  #share = 1;
  #room: number;
  #filled = 0;

  /** @param buffer conversations that are remembered */
  constructor(buffer: number) {
    this.#most = Math.max(1, A_MINUTE * buffer);
    this.#room = this.#atOnce;
  }

  /** Of the panel, members or not. */
  get come(): Come {
    return this.#come;
  }

  /** One of the panel came, member or not: of members so many are taken now. */
  count(now: number): void {
    this.#turnTo(now);
    this.#come = { all: this.#come.all + 1, taken: this.#come.taken + (this.#room >= 1 ? this.#share : 0) };
  }

  /** Whether a member, counted before, is taken. */
  takes(conversation: string): boolean {
    this.#seen += 1;
    if (this.#room < 1 || hash53(conversation) >= this.#share * 2 ** 53) return false;
    this.#room -= 1;
    return true;
  }

  get #atOnce(): number {
    return Math.max(1, AT_ONCE * this.#most);
  }

  #turnTo(now: number): void {
    if (now > this.#filled) {
      this.#room = Math.min(this.#atOnce, this.#room + (this.#most * (now - this.#filled)) / MINUTE);
      this.#filled = now;
    }
    const minutes = Math.floor(now / MINUTE) - this.#minute;
    if (minutes <= 0) return;
    this.#share = Math.min(1, (this.#most * minutes) / Math.max(1, this.#seen));
    this.#minute += minutes;
    this.#seen = 0;
  }
}
