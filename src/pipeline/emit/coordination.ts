/** Coordination as the aggregate plane may see it. */
import type { Coordination, CoordinationPart } from '../../domain/generation.ts';
import type { CoordinationView } from '../../domain/view.ts';

/** Of shares and the score: a step of several accounts in all but the smallest clusters. */
const STEP = 0.05;
/** Of figures that single accounts make. */
const COARSE = 0.1;

const inSteps = (x: number, step: number): number => Number((Math.round(x / step) * step).toFixed(2));

/**
 * Rounded; what the busiest 1% do more so, while these are fewer accounts than a cluster must have to be shown. null: made of fewer
 * accounts than that, though the cluster has more beyond the sample.
 */
export function coordinationView(coordination: Coordination, minAccounts: number): CoordinationView | null {
  const { score, signature, accounts, parts } = coordination;
  if (accounts < minAccounts) return null;
  const stepOf = (part: CoordinationPart['part']): number => {
    if (part === 'conversations_per_account' || part === 'synchrony') return COARSE;
    return part === 'top1_share' && Math.ceil(accounts / 100) < minAccounts ? COARSE : STEP;
  };
  return {
    score: inSteps(score, STEP),
    signature,
    parts: parts.map(({ part, value, usual, contribution }) => ({
      part,
      value: inSteps(value, stepOf(part)),
      usual: usual === null ? null : inSteps(usual, stepOf(part)),
      contribution: inSteps(contribution, STEP),
    })),
  };
}
