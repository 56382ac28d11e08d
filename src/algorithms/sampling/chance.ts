import { hashUnit } from '../hash.ts';

/**
 * The paper's two ways to sample (Clio G.1), both by account. `conversations`: every conversation has the same chance (its second
 * strategy). `outputs`: model outputs are sampled and the newest of each conversation is kept, so that a long one has more chances
 * (its first).
 */
export type Strategy = 'all' | 'conversations' | 'outputs';

/**
 * Chance of a conversation when a share `p` of accounts, or of outputs, is taken: one of `outputs` independent draws at least.
 * Rises in `p` and in `outputs`, and is never below `p`. O(1).
 */
export function chanceOf(strategy: Strategy, p: number, outputs: number): number {
  if (strategy === 'all' || p >= 1) return 1;
  return strategy === 'conversations' ? p : -Math.expm1(Math.max(1, outputs) * Math.log1p(-p));
}

/**
 * Whether a conversation with this chance is taken: its account's place in [0, 1) decides, always the same. So samples nest: an
 * account below `p` is taken with all it says, and is so at every larger `p`; above it `outputs` takes the long ones alone.
 */
export function isTaken(account: string, chance: number): boolean {
  return chance >= 1 || hashUnit(account) < chance;
}

/**
 * Shares of accounts that growth may be tested on: the largest, then halves of one down to the least. Whatever is taken, at least
 * half of it is tested.
 */
export function panelShares(largest: number, least: number): number[] {
  const shares = [largest];
  for (let share = 0.5; share > least; share /= 2) if (share < largest) shares.push(share);
  if (least < largest) shares.push(least);
  return shares;
}
