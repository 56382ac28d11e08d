import { hash53 } from '../../algorithms/hash.ts';
import { TotalVariance } from '../../algorithms/sampling/totals.ts';
import type { ClusterRecord } from '../../domain/generation.ts';
import type { Samples } from './window.ts';

/**
 * How many conversations and accounts members stand for, by those of the panel: what is there only because it was an outlier stands for no other.
 * Nothing where each stands for itself. O(members).
 */
export function estimateOf(window: Samples, members: readonly number[]): Pick<ClusterRecord, 'estimate'> {
  const variance = new TotalVariance();
  const byAccount = new Map<number, number>();
  let conversations = 0;
  let sampled = false;
  for (const slot of members) {
    const member = window.brief(slot);
    if (member === undefined || !member.panel) continue;
    const weight = window.weight(slot);
    conversations += weight;
    if (weight !== 1) sampled = true;
    const account = hash53(member.account);
    variance.add({ account, weight });
    // One draw decides on all it says: it was there by the largest of its chances.
    byAccount.set(account, Math.min(byAccount.get(account) ?? weight, weight));
  }
  if (!sampled) return {};
  let accounts = 0;
  let spread = 0;
  for (const weight of byAccount.values()) {
    accounts += weight;
    spread += weight * Math.max(0, weight - 1);
  }
  const error = variance.error;
  return { estimate: { conversations, error, accounts, accounts_error: Math.sqrt(spread) } };
}
