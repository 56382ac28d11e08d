/**
 * What comes of a cluster in some time. Of a watch nothing of few, as whoever chooses two that differ in a name must not see who bears it; of a
 * cluster near the thresholds in steps, as it is told itself; else to the digit.
 */
import { coarseFlow, flooredCount, noFewer, steppedCount } from '../../algorithms/disclosure.ts';
import type { TimelinePoint } from '../../domain/view.ts';
import type { Growth } from './cluster-state.ts';
import type { Thresholds } from './told.ts';

export function toldFlow(
  n: number,
  { narrow, near, minAccounts, minConversations }: Thresholds,
  of: 'conversations' | 'accounts' = 'conversations',
): number {
  const minimum = of === 'accounts' ? minAccounts : minConversations;
  if (narrow === true) return coarseFlow(n, minimum);
  return near === true ? steppedCount(n, minimum).count : n;
}

/** Conversations of accounts that are told: no fewer than these. */
export function toldFlowOf(conversations: number, accounts: number | null, thresholds: Thresholds): number {
  const told = toldFlow(conversations, thresholds);
  const { narrow, near, minConversations } = thresholds;
  return narrow === true || near === true ? noFewer(told, accounts ?? 0, minConversations) : told;
}

/** What came in an hour, both figures as they are told together. Of a watch, few conversations are none, and so are their accounts. */
export function toldHour(
  { conversations, accounts }: Pick<TimelinePoint, 'conversations' | 'accounts'>,
  thresholds: Thresholds,
): Pick<TimelinePoint, 'conversations' | 'accounts'> {
  if (thresholds.narrow === true && toldFlow(conversations, thresholds) === 0)
    return { conversations: 0, accounts: 0 };
  const told = toldFlow(accounts, thresholds, 'accounts');
  return { conversations: toldFlowOf(conversations, told, thresholds), accounts: told };
}

/** Accounts that are new: rounded up, two of them would grow as four do. */
export function toldNew(n: number, { narrow, near, minAccounts }: Thresholds): number {
  if (narrow === true) return coarseFlow(n, minAccounts);
  return near === true ? flooredCount(n, minAccounts) : n;
}

/** What was expected of such counts: never less than it is, so that growth is told as no more than it is. */
export const toldExpected = (x: number, { narrow, near }: Thresholds): number =>
  narrow === true || near === true ? Math.ceil(x * 10) / 10 : x;

type Grown = { readonly observed: number; readonly expected: number };

const ratioOf = ({ observed, expected }: Grown): number => observed / Math.max(1e-6, expected);

/**
 * A lower bound of growth, as the same part of the ratio that is told, as to the digit it would tell the number it is made of. Never more than it is,
 * where the ratio is not; and what surely grows is told to.
 */
export function toldRatioLow(low: number, exact: Grown, told: Grown, { narrow, near }: Thresholds): number {
  if (narrow !== true && near !== true) return low;
  const ratio = ratioOf(exact);
  const part = ratio > 0 ? Math.min(1, Math.floor((10 * low) / ratio) / 10) : 0;
  const scaled = Math.floor(10 * ratioOf(told) * part) / 10;
  return low >= 1 ? Math.max(1, scaled) : scaled;
}

/** The score of growth, which rises with each account: in fives, never more than it is. */
export const toldScore = (score: number, { narrow, near }: Thresholds): number =>
  narrow === true || near === true ? 5 * Math.floor(score / 5) : score;

export function toldGrowth(growth: Growth, thresholds: Thresholds): Growth {
  const { accounts60, accounts24, expected60, ratioLow, score } = growth;
  const observed = toldNew(accounts60, thresholds);
  const expected = expected60 === null ? null : toldExpected(expected60, thresholds);
  const exact = { observed: accounts60, expected: expected60 ?? 0 };
  return {
    accounts60: observed,
    accounts24: toldFlow(accounts24, thresholds, 'accounts'),
    expected60: expected,
    ratioLow: toldRatioLow(ratioLow, exact, { observed, expected: expected ?? 0 }, thresholds),
    score: toldScore(score, thresholds),
  };
}

export function toldPoint(point: TimelinePoint, thresholds: Thresholds): TimelinePoint {
  return {
    ...point,
    ...toldHour(point, thresholds),
    expected: toldExpected(point.expected, thresholds),
  };
}
