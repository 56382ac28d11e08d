import { liftOf } from '../../algorithms/lift.ts';
import type { ClusterRecord, Manifest } from '../../domain/generation.ts';
import type { ClusterDetail, ValueShare } from '../../domain/view.ts';

type Shares = Readonly<Record<string, number>>;

/** What members have in common, and how much more of it they have than everybody. O(values). */
export function sharesOf(
  record: ClusterRecord,
  overall: Manifest['overall'],
): Pick<ClusterDetail, 'languages' | 'surfaces' | 'flags' | 'values'> {
  const of = (shares: Shares, all: Shares | undefined): ValueShare[] =>
    Object.entries(shares).map(([value, share]) => ({
      value,
      share,
      lift: overall === null ? null : liftOf(share, record.accounts, all?.[value] ?? 0, overall.accounts),
    }));
  return {
    languages: of(record.languages, overall?.languages),
    surfaces: of(record.surfaces, overall?.surfaces),
    flags: of(record.flags, overall?.flags),
    values: Object.fromEntries(
      Object.entries(record.values).map(([facet, shares]) => [facet, of(shares, overall?.values[facet])]),
    ),
  };
}
