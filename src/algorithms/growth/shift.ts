import type { Shift } from '../../domain/alert.ts';
import { steppedCount } from '../disclosure.ts';
import { doubtOf, ratioInterval, type Share } from './share-ratio.ts';

/** Accounts that carry a value, of those since an onset and of those they are compared with. */
export type ValueVotes = {
  readonly facet: string;
  readonly value: string;
  readonly since: number;
  readonly before: number;
};
export type Compared = {
  readonly since: number;
  readonly before: number;
  readonly values: readonly ValueVotes[];
};
export type Minimum = { readonly minAccounts: number; readonly minConversations: number };

const MISS = 0.05;
/** What somebody takes in who was just woken up. */
const TOLD = 5;
/** A share less different than this, however surely, explains no growth. */
const WORTH = 1.25;

/**
 * What is different about a growth: values whose share among its accounts is surely another than among those before, the strongest first.
 *
 * An account is one vote, whatever it sends. Every value that enough accounts carry to be found at all is tested, and Benjamini and
 * Hochberg's step-up (1995), of at most `TOLD`, chooses: where nothing has shifted, anything at all is told in one case of twenty at
 * most, and else one in twenty of what is told has not shifted, on average. Intervals are as wide as Benjamini and Yekutieli (2005) make those
 * of what was chosen: one in twenty of those told misses, on average. Both are proved where tests are independent or depend positively; shares of
 * one facet depend negatively, and there it is the simulation in the tests that says so.
 *
 * A share that is nearly the same is not told, however surely it is another. A value that fewer accounts carry since the onset than a cluster needs of accounts or of conversations is not told, and no figure is finer than half the
 * minimum of accounts: counts are told in such steps, and an interval, by which also is chosen, is of all counts that may stand behind them. O(values log values).
 */
export function shiftsOf(compared: Compared, minimum: Minimum): Shift[] {
  const least = Math.max(minimum.minAccounts, minimum.minConversations);
  if (compared.since < least || compared.before < minimum.minAccounts) return [];
  // By both counts together: where nothing has shifted they say nothing of either, so that leaving values out changes no chance.
  const tested = compared.values.filter(({ since, before }) => since + before >= least);
  const candidates = tested
    .filter(({ since }) => since >= least)
    .map((votes) => candidateOf(votes, compared, minimum.minAccounts))
    .filter(({ since, before }) => isWorth(shareOf(since.told), shareOf(before.told)))
    .sort((a, b) => a.doubt - b.doubt || (a.order < b.order ? -1 : 1));
  let chosen = 0;
  for (const [i, { doubt }] of candidates.slice(0, TOLD).entries())
    if (doubt <= (MISS * (i + 1)) / tested.length) chosen = i + 1;
  const miss = (MISS * chosen) / Math.max(1, tested.length);
  return candidates
    .slice(0, chosen)
    .map((candidate) => told(candidate, miss))
    .sort((a, b) => strength(b) - strength(a));
}

/** The counts behind a value as they are told, and those that make it look largest and smallest. */
type Candidate = {
  readonly votes: ValueVotes;
  readonly order: string;
  readonly doubt: number;
  readonly since: Range;
  readonly before: Range;
};
type Range = { readonly least: Share; readonly told: Share; readonly most: Share };

function candidateOf(votes: ValueVotes, { since, before }: Compared, minAccounts: number): Candidate {
  const [now, past] = [rangeOf(votes.since, since, minAccounts), rangeOf(votes.before, before, minAccounts)];
  const doubt = Math.max(
    shareOf(now.told) >= shareOf(past.told) ? 0 : doubtBeyond(past.least, now.most),
    shareOf(now.told) <= shareOf(past.told) ? 0 : doubtBeyond(now.least, past.most),
    shareOf(now.told) === shareOf(past.told) ? 1 : 0,
  );
  return { votes, order: `${votes.facet} ${votes.value}`, doubt, since: now, before: past };
}

const isWorth = (now: number, past: number): boolean => now >= WORTH * past || past >= WORTH * now;

const shareOf = ({ carried, of }: Share): number => carried / of;

function doubtBeyond(larger: Share, smaller: Share): number {
  return shareOf(larger) > shareOf(smaller) ? doubtOf(larger, smaller) : 1;
}

function rangeOf(carried: number, of: number, minAccounts: number): Range {
  const { count, off } = steppedCount(carried, minAccounts);
  const share = (n: number): Share => ({ carried: Math.min(of, Math.max(0, n)), of });
  return { least: share(count - off), told: share(count), most: share(count + off) };
}

function told({ votes, since, before }: Candidate, miss: number): Shift {
  const [share, was] = [shareOf(since.told), shareOf(before.told)];
  return {
    facet: votes.facet,
    value: votes.value,
    share,
    before: was,
    ratio: was === 0 ? null : share / was,
    low: ratioInterval(since.least, before.most, miss).low,
    high: ratioInterval(since.most, before.least, miss).high,
  };
}

/** How far from 1 it is at least, on the logarithm. */
function strength({ low, high }: Shift): number {
  return low > 1 ? Math.log(low) : -Math.log(high ?? 1);
}
