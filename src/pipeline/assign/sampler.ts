import { hashUnit } from '../../algorithms/hash.ts';

const MINUTE_MS = 60_000;

/**
 * Which conversations are kept for clustering: all while traffic is under the rate, else every outlier and a panel of
 * accounts. An account in the panel at one share is in it at every larger one (nested), so that its conversations and
 * the count of distinct accounts stay coherent. Rates are in event time.
 */
export class AccountPanel {
  readonly #rate: number;
  #share = 1;
  #counted = 0;
  #since: number | null = null;

  /** @param rate samples a second kept at most, about */
  constructor(rate: number) {
    this.#rate = rate;
  }

  /** Share of accounts kept now. */
  get share(): number {
    return this.#share;
  }

  /**
   * Counts traffic up to `at` (event time, ms) and adapts the share once a minute of event time; halves it at once when
   * a minute's samples are used up before the minute is.
   */
  count(conversations: number, at: number): void {
    if (this.#since === null || at < this.#since - MINUTE_MS) this.#beginAt(at);
    this.#counted += conversations;
    const seconds = (at - (this.#since ?? at)) / 1_000;
    if (seconds < MINUTE_MS / 1_000) {
      while (this.#counted * this.#share > 2 * this.#rate * (MINUTE_MS / 1_000)) this.#share /= 2;
      return;
    }
    this.#share = Math.min(1, (this.#rate * seconds) / Math.max(1, this.#counted));
    this.#counted = 0;
    this.#since = at;
  }

  #beginAt(at: number): void {
    this.#since = at;
    this.#counted = 0;
    this.#share = 1;
  }

  /** @param upstream share of accounts that admit took: the panel is a share of those */
  keeps(account: string, upstream = 1): boolean {
    return this.#share >= 1 || hashUnit(account) < this.#share * upstream;
  }

  /** What one in the panel stands for: taken by two thresholds of one and the same draw, of which the lower decides. */
  weigh(weight: number, upstream = 1): number {
    return weight === 0 || this.#share >= 1 ? weight : Math.max(weight, 1 / (this.#share * upstream));
  }
}
