/** Coordination as the aggregate plane may see it. */
import { coarseFigure, type Minima, ofAccounts } from '../../algorithms/coordination/coarse.ts';
import { SURE } from '../../algorithms/coordination/score.ts';
import { coarseMembers } from '../../algorithms/disclosure.ts';
import type { Coordination, CoordinationPart } from '../../domain/coordination.ts';
import type { CoordinationView } from '../../domain/view.ts';

/** The finest that is told: the figures are of a sample, and nobody decides by less. */
const STEP = 0.05;
/** The same of figures that are no shares, and of what fewer accounts do than a cluster must have to be shown. */
const COARSE = 0.1;

const inSteps = (x: number, step: number): number => Number((Math.round(x / step) * step).toFixed(2));

/** null: made of fewer than the minimum, though the cluster has more beyond the sample. */
export function toldCoordination(coordination: Coordination | null, minima: Minima): Coordination | null {
  if (coordination === null) return null;
  const { accounts, conversations } = coordination;
  if (accounts < minima.minAccounts || conversations < minima.minConversations) return null;
  const stepOf = (part: CoordinationPart['part']): number => {
    if (part === 'conversations_per_account' || part === 'synchrony') return COARSE;
    return part === 'top1_share' && Math.ceil(accounts / 100) < minima.minAccounts ? COARSE : STEP;
  };
  const score = inSteps(ofAccounts(coordination.score, coordination, minima), STEP);
  return {
    score,
    // By what is told of the score: else it would tell more of it.
    signature: score >= SURE ? coordination.signature : null,
    ...coarseMembers(coordination, minima),
    parts: coordination.parts.map(({ part, value, usual, contribution }) => ({
      part,
      value: inSteps(coarseFigure(part, value, coordination, minima), stepOf(part)),
      // Made of coarse figures already.
      usual: usual === null ? null : inSteps(usual, stepOf(part)),
      contribution: inSteps(ofAccounts(contribution, coordination, minima), STEP),
    })),
  };
}

export function coordinationView(coordination: Coordination | null): CoordinationView | null {
  if (coordination === null) return null;
  const { score, signature, parts } = coordination;
  return { score, signature, parts };
}
