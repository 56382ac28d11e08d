import { hash53 } from '../../algorithms/hash.ts';
import { TotalVariance } from '../../algorithms/sampling/totals.ts';
import type { ClusterRecord } from '../../domain/generation.ts';
import type { SampleWindow } from './window.ts';

/**
 * How many conversations members stand for, by those of the panel: what is there only because it was an outlier stands for no other.
 * Nothing where each stands for itself. O(members).
 */
export function estimateOf(
  window: SampleWindow,
  members: readonly number[],
): Pick<ClusterRecord, 'estimate'> {
  const variance = new TotalVariance();
  let conversations = 0;
  let sampled = false;
  for (const slot of members) {
    const member = window.brief(slot);
    if (member === undefined || !member.panel) continue;
    const weight = window.weight(slot);
    conversations += weight;
    if (weight !== 1) sampled = true;
    variance.add({ account: hash53(member.account), weight });
  }
  return sampled ? { estimate: { conversations, error: variance.error } } : {};
}
