/**
 * The error of a weighted sum of conversations, when whole accounts are sampled.
 *
 * A conversation taken with chance p weighs w = 1/p, and the sum of weights is the Horvitz–Thompson estimate of how many there were
 * (1952). Conversations of one account are taken by the same draw, so two of them are both taken with the smaller of their chances.
 * The unbiased estimate of the variance, (1/pᵢpⱼ)(1 − pᵢpⱼ/min(pᵢ, pⱼ)) over all pairs of one account (Särndal, Swensson and
 * Wretman 1992, 2.8), is then
 *
 *     V = Σ over accounts Σ over pairs i, j of its conversations  (wᵢwⱼ − max(wᵢ, wⱼ))
 *
 * and with one chance for all, Σ over accounts of y²(1 − p)/p², y being an account's conversations: clustered by account. What was
 * taken for certain (w = 1) adds nothing, and what weighs nothing adds nothing.
 */
export type Weighted = {
  /** 53-bit hash of the account. */
  readonly account: number;
  readonly weight: number;
};

type Pile = { readonly weight: number; count: number };

/** Variance of one sum, kept up as conversations come and are taken back. O(distinct weights of the account) each, mostly one. */
export class TotalVariance {
  readonly #accounts = new Map<number, Pile[]>();
  #variance = 0;

  get variance(): number {
    return this.#variance;
  }

  /** Standard error of the sum. */
  get error(): number {
    return Math.sqrt(Math.max(0, this.#variance));
  }

  get isEmpty(): boolean {
    return this.#accounts.size === 0;
  }

  add({ account, weight }: Weighted): void {
    if (weight <= 1) return;
    const piles = this.#accounts.get(account) ?? [];
    this.#variance += weight * weight - weight + 2 * crossed(piles, weight);
    const pile = piles.find((one) => one.weight === weight);
    if (pile === undefined) piles.push({ weight, count: 1 });
    else pile.count++;
    this.#accounts.set(account, piles);
  }

  /** Takes back one that was added; others are passed over. */
  remove({ account, weight }: Weighted): void {
    const piles = this.#accounts.get(account);
    const pile = piles?.find((one) => one.weight === weight);
    if (piles === undefined || pile === undefined) return;
    pile.count--;
    this.#variance -= weight * weight - weight + 2 * crossed(piles, weight);
    if (pile.count === 0) piles.splice(piles.indexOf(pile), 1);
    if (piles.length === 0) this.#accounts.delete(account);
    // What rounding leaves over is no error of anything.
    if (this.#accounts.size === 0) this.#variance = 0;
  }
}

/** Sum of wᵢwⱼ − max(wᵢ, wⱼ) with all that an account has. */
function crossed(piles: readonly Pile[], weight: number): number {
  let sum = 0;
  for (const { weight: other, count } of piles) sum += count * (weight * other - Math.max(weight, other));
  return sum;
}
