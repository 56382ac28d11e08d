import { coarseCount, coarseMean } from '../../algorithms/disclosure.ts';
import type { ClusterRecord } from '../../domain/generation.ts';
import { toldCoordination } from './coordination.ts';

export type Thresholds = {
  readonly minAccounts: number;
  readonly minConversations: number;
  readonly minAudit: number;
};

/** A cluster that is shown, as the aggregate plane tells it: no figure finer than half the minimum of members. O(values). */
export function told(record: ClusterRecord, thresholds: Thresholds): ClusterRecord {
  const { minAccounts, minConversations } = thresholds;
  const coarse = (mean: number): number => coarseMean(mean, record.conversations, minConversations);
  const share = (exact: number): number => Math.min(1, coarse(exact));
  const shares = (of: Readonly<Record<string, number>>): Record<string, number> =>
    Object.fromEntries(Object.entries(of).map(([value, exact]) => [value, share(exact)]));
  return {
    ...record,
    conversations: coarseCount(record.conversations, minConversations),
    accounts: coarseCount(record.accounts, minAccounts),
    concern: coarse(record.concern),
    flagged: share(record.flagged),
    languages: shares(record.languages),
    surfaces: shares(record.surfaces),
    flags: shares(record.flags),
    values: Object.fromEntries(Object.entries(record.values).map(([facet, of]) => [facet, shares(of)])),
    coordination: toldCoordination(record.coordination, thresholds),
  };
}
