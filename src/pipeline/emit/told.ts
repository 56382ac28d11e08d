import { atLeast, coarseCount, coarseMean, isNear } from '../../algorithms/disclosure.ts';
import type { ClusterRecord, Manifest, Profile } from '../../domain/generation.ts';
import { toldCoordination } from './coordination.ts';

export type Thresholds = {
  readonly minAccounts: number;
  readonly minConversations: number;
  readonly minAudit: number;
  /** Of a watch: its conversations are chosen by what people say, so that nothing of few is told, and nothing to the digit. */
  readonly narrow?: boolean;
  /** Of a cluster that is told in steps: so is what came to it, or the one would tell the other. */
  readonly near?: boolean;
};

/** For the figures of one cluster. */
export function thresholdsOf(
  { accounts, conversations }: Pick<ClusterRecord, 'accounts' | 'conversations'>,
  thresholds: Thresholds,
): Thresholds {
  const { minAccounts, minConversations } = thresholds;
  return { ...thresholds, near: isNear(accounts, minAccounts) || isNear(conversations, minConversations) };
}

/** As many as `taken`, told in steps where they are few, stand for: the estimate of so many to the digit would tell how many they are. */
export function toldTotal(
  taken: number,
  estimate: number | undefined,
  minimum: number,
  narrow?: boolean,
): number {
  const told = coarseCount(taken, minimum, narrow);
  return estimate === undefined ? told : Math.round(estimate * (told / Math.max(1, taken)));
}

/** The same of its error. */
const toldError = (error: number, taken: number, told: number): number =>
  error * Math.sqrt(told / Math.max(1, taken));

/** A cluster that is shown, as the aggregate plane tells it: no figure finer than half the minimum of members. O(values). */
export function told(record: ClusterRecord, thresholds: Thresholds): ClusterRecord {
  const { minAccounts, minConversations, narrow } = thresholds;
  return {
    ...record,
    ...toldProfile(record, basisOf(record, record), thresholds),
    conversations: toldTotal(record.conversations, record.estimate?.conversations, minConversations, narrow),
    accounts: toldTotal(record.accounts, record.estimate?.accounts, minAccounts, narrow),
    ...toldErrors(record, thresholds),
    mean_similarity: coarseMean(
      record.mean_similarity,
      coarseCount(record.conversations, minConversations, narrow),
      minConversations,
    ),
    coordination: toldCoordination(record.coordination, thresholds),
  };
}

function toldErrors(
  { accounts, conversations, estimate }: ClusterRecord,
  { minAccounts, minConversations, narrow }: Thresholds,
): Pick<ClusterRecord, 'estimate'> {
  if (estimate === undefined) return {};
  const told = {
    conversations: coarseCount(conversations, minConversations, narrow),
    accounts: coarseCount(accounts, minAccounts, narrow),
  };
  return {
    estimate: {
      ...estimate,
      error: toldError(estimate.error, conversations, told.conversations),
      ...(estimate.accounts_error === undefined
        ? {}
        : { accounts_error: toldError(estimate.accounts_error, accounts, told.accounts) }),
    },
  };
}

/** What everybody has in common, as coarse: in a space of few, one who comes would be told by all that they have. O(values). */
export function toldOverall({ overall, samples }: Manifest, thresholds: Thresholds): Manifest['overall'] {
  if (overall === null) return null;
  const basis = basisOf(overall, { conversations: samples, accounts: overall.accounts });
  return {
    ...overall,
    ...toldProfile(overall, basis, thresholds),
    accounts: coarseCount(overall.accounts, thresholds.minAccounts, thresholds.narrow),
  };
}

/** What shares are of. Records of before it was said: of all members, each account as one. */
export function basisOf(
  { basis }: Pick<Profile, 'basis'>,
  { conversations, accounts }: Pick<ClusterRecord, 'conversations' | 'accounts'>,
): NonNullable<Profile['basis']> {
  return basis ?? { conversations, units: accounts };
}

function toldProfile(
  profile: Profile,
  { conversations, units }: NonNullable<Profile['basis']>,
  { minAccounts, minConversations, narrow }: Thresholds,
): Omit<Profile, 'concern_sd'> {
  // Of as many as are told: a share in parts of the exact number would tell that number.
  const counted = coarseCount(conversations, minConversations, narrow);
  const coarse = (mean: number): number => coarseMean(mean, counted, minConversations);
  const share = (exact: number): number => Math.min(1, coarse(exact));
  const shares = (of: Readonly<Record<string, number>>): Record<string, number> =>
    Object.fromEntries(Object.entries(of).map(([value, exact]) => [value, share(exact)]));
  return {
    concern: coarse(profile.concern),
    flagged: share(profile.flagged),
    languages: shares(profile.languages),
    surfaces: shares(profile.surfaces),
    flags: shares(profile.flags),
    values: Object.fromEntries(Object.entries(profile.values).map(([facet, of]) => [facet, shares(of)])),
    basis: {
      conversations: counted,
      units: atLeast(units, minAccounts),
    },
  };
}
