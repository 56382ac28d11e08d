import { atLeast, coarseCount, coarseMean, coarseMembers, isNear } from '../../algorithms/disclosure.ts';
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
export function toldConversations(
  members: Pick<ClusterRecord, 'conversations' | 'accounts'>,
  estimate: number | undefined,
  thresholds: Thresholds,
): number {
  return scaled(coarseMembers(members, thresholds).conversations, members.conversations, estimate);
}

function scaled(told: number, taken: number, estimate: number | undefined): number {
  return estimate === undefined ? told : Math.round(estimate * (told / Math.max(1, taken)));
}

/** The same of its error. */
const toldError = (error: number, taken: number, told: number): number =>
  error * Math.sqrt(told / Math.max(1, taken));

/** A cluster that is shown, as the aggregate plane tells it: no figure finer than half the minimum of members. O(values). */
export function told(record: ClusterRecord, thresholds: Thresholds): ClusterRecord {
  const { accounts, estimate } = record;
  const members = coarseMembers(record, thresholds);
  const all = toldConversations(record, estimate?.conversations, thresholds);
  return {
    ...record,
    ...toldProfile(record, { ...basisOf(record, record), accounts }, thresholds),
    conversations: all,
    // Each is an estimate of its own: both together are to be of something that can be.
    accounts: Math.min(all, scaled(members.accounts, accounts, estimate?.accounts)),
    ...toldErrors(record, members),
    mean_similarity: coarseMean(record.mean_similarity, members.conversations, thresholds.minConversations),
    coordination: toldCoordination(record.coordination, thresholds),
  };
}

function toldErrors(
  { accounts, conversations, estimate }: ClusterRecord,
  told: Pick<ClusterRecord, 'conversations' | 'accounts'>,
): Pick<ClusterRecord, 'estimate'> {
  if (estimate === undefined) return {};
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
    ...toldProfile(overall, { ...basis, accounts: overall.accounts }, thresholds),
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
  basis: NonNullable<Profile['basis']> & { readonly accounts: number },
  thresholds: Thresholds,
): Omit<Profile, 'concern_sd'> {
  // Of as many as are told: a share in parts of the exact number would tell that number.
  const { minAccounts, minConversations } = thresholds;
  const counted = coarseMembers(basis, thresholds).conversations;
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
      units: atLeast(basis.units, minAccounts),
    },
  };
}
