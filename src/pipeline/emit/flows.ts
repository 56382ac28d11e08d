/** What comes of a cluster in some time. To the digit, but of a watch: whoever chooses two that differ in a name must not see who bears it. */
import { coarseFlow } from '../../algorithms/disclosure.ts';
import type { TimelinePoint } from '../../domain/view.ts';
import type { Thresholds } from './told.ts';

export function toldFlow(
  n: number,
  { narrow, minAccounts, minConversations }: Thresholds,
  of: 'conversations' | 'accounts' = 'conversations',
): number {
  return narrow === true ? coarseFlow(n, of === 'accounts' ? minAccounts : minConversations) : n;
}

/** A figure made of such counts. */
export const toldFigure = (x: number, { narrow }: Thresholds): number =>
  narrow === true ? Math.floor(x * 10) / 10 : x;

export function toldPoint(point: TimelinePoint, thresholds: Thresholds): TimelinePoint {
  const { conversations, accounts, expected } = point;
  return {
    ...point,
    conversations: toldFlow(conversations, thresholds),
    accounts: toldFlow(accounts, thresholds, 'accounts'),
    expected: toldFigure(expected, thresholds),
  };
}
