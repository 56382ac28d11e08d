/** Figures of coordination as coarse as all that is told of a cluster: no finer than what half the minimum of members would change. */
import type { CoordinationPart } from '../../domain/coordination.ts';
import { coarseMean, coarseMembers } from '../disclosure.ts';

/** How many must be behind what is told. */
export type Minima = {
  readonly minAccounts: number;
  readonly minConversations: number;
  /** Told in steps however many they are. */
  readonly narrow?: boolean;
};
/** How many are. */
export type Counted = { readonly accounts: number; readonly conversations: number };

/** Of accounts that never come at once: it has a logarithm. */
const NEVER = 0.01;

const coarseShare = (share: number, n: number, minimum: number): number =>
  Math.min(1, coarseMean(share, n, minimum));

/** A share of accounts, or what is made of such: the score, and what a part adds to it. O(1). */
export const ofAccounts = (share: number, { accounts }: Counted, { minAccounts }: Minima): number =>
  coarseShare(share, accounts, minAccounts);

/** The value of a part. O(1). */
export function coarseFigure(
  part: CoordinationPart['part'],
  value: number,
  counted: Counted,
  minima: Minima,
): number {
  const { accounts, conversations } = counted;
  const { minAccounts, minConversations } = minima;
  switch (part) {
    case 'conversations_per_account': {
      const told = coarseMembers(counted, minima);
      return Math.max(1, told.conversations / told.accounts);
    }
    case 'top1_share':
    case 'near_duplicate_rate':
      return coarseShare(value, conversations, minConversations);
    case 'synchrony':
      // Of pairs, and a ratio: who comes changes it by a part of itself, and takes part in two of n pairs.
      return Math.exp(coarseMean(Math.log(Math.max(NEVER, value)), accounts / 2, minAccounts));
    default:
      return ofAccounts(value, counted, minima);
  }
}
