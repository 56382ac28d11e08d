import { quantile } from '../quantile.ts';

/** What the stream teaches about itself, starting from the figures of a study of 1,000 clusters and 8,000 conversations an hour. */
const SMALLEST_SHARE = { prior: 2e-4, weight: 100, least: 2e-5, most: 2e-3, quantile: 0.05 };
const BIRTHS = { perWeek: 700, weight: 1, halfLifeWeeks: 4, least: 100 };
/**
 * A newborn is found at its eighth account. For each there are 15 that never came so far: sizes of births are Pareto with exponent 1.3. They
 * count, or the bar would be that of births which have been selected for growing.
 */
const BIRTHS_A_NEWBORN = 8 ** 1.3;
const WEEK = 10_080;
/** A prior share is worth at most so small a part of the traffic that baselines remember, and is no larger than this. */
const PRIOR = { part: 20, most: 0.05, fade: 0.5 ** (1 / (3 * 288)) };

export type LearnedState = {
  readonly smallestShare: number;
  readonly births: number;
  readonly weeks: number;
  /** New accounts of all traffic, of the last days. */
  readonly traffic: number;
};

export class LearnedPriors {
  #smallestShare = SMALLEST_SHARE.prior;
  #births = 0;
  #weeks = 0;
  #traffic = 0;

  /** Share of new accounts that the smallest known clusters draw: more than that is a topic. */
  get smallestShare(): number {
    return this.#smallestShare;
  }

  /**
   * What a cluster of which nothing is known is expected to draw: 1 account in 20,000 on a large stream. On a small one that would outweigh days
   * of traffic, and take every cluster for growing.
   */
  get priorShare(): number {
    const least = Math.min(PRIOR.part / Math.max(1, this.#traffic), PRIOR.most);
    return Math.max(this.#smallestShare / 4, least);
  }

  get birthsPerWeek(): number {
    const rate = (BIRTHS.perWeek * BIRTHS.weight + this.#births) / (BIRTHS.weight + this.#weeks);
    return Math.max(BIRTHS.least, rate);
  }

  countBirth(): void {
    this.#births += BIRTHS_A_NEWBORN;
  }

  passMinute(): void {
    const fade = 0.5 ** (1 / (BIRTHS.halfLifeWeeks * WEEK));
    this.#births *= fade;
    this.#weeks = this.#weeks * fade + 1 / WEEK;
  }

  /** Takes the new accounts of five minutes. */
  passBlock(accounts: number): void {
    this.#traffic = this.#traffic * PRIOR.fade + accounts;
  }

  forgetTraffic(): void {
    this.#traffic = 0;
  }

  /** From the levels of well-known clusters: their 5% quantile, drawn to the prior the fewer they are. O(n log n). */
  learnShare(levels: readonly number[]): void {
    if (levels.length === 0) return;
    const trust = levels.length / (levels.length + SMALLEST_SHARE.weight);
    const seen = Math.log(Math.max(quantile(levels, SMALLEST_SHARE.quantile), SMALLEST_SHARE.least));
    const share = Math.exp(trust * seen + (1 - trust) * Math.log(SMALLEST_SHARE.prior));
    this.#smallestShare = Math.min(Math.max(share, SMALLEST_SHARE.least), SMALLEST_SHARE.most);
  }

  set(state: LearnedState): void {
    this.#smallestShare = state.smallestShare;
    this.#births = state.births;
    this.#weeks = state.weeks;
    this.#traffic = state.traffic;
  }

  state(): LearnedState {
    return {
      smallestShare: this.#smallestShare,
      births: this.#births,
      weeks: this.#weeks,
      traffic: this.#traffic,
    };
  }
}
