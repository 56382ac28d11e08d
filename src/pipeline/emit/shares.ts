import { coarseMeanOff } from '../../algorithms/disclosure.ts';
import { liftOf, type Told } from '../../algorithms/lift.ts';
import type { ClusterRecord, Manifest } from '../../domain/generation.ts';
import type { ClusterDetail, ValueShare } from '../../domain/view.ts';
import { basisOf } from './told.ts';

type Shares = Readonly<Record<string, number>>;

/**
 * What members have in common, and how much more of it they have than everybody. O(values).
 * @param overall of the window that the last full generation was made of
 * @param apart whether the record is of after that
 * @param minimum of conversations, by which both were told coarsely; null: they are exact
 */
export function sharesOf(
  record: ClusterRecord,
  overall: Manifest['overall'],
  minimum: number | null,
  apart: boolean,
): Pick<ClusterDetail, 'languages' | 'surfaces' | 'flags' | 'values'> {
  const told = (share: number, of: ReturnType<typeof basisOf>): Told => ({
    share,
    off: minimum === null ? 0 : coarseMeanOff(of.conversations, minimum),
    ...of,
  });
  const group = basisOf(record, record);
  const everybody =
    overall === null ? null : basisOf(overall, { ...overall, conversations: Number.POSITIVE_INFINITY });
  const of = (shares: Shares, all: Shares | undefined): ValueShare[] =>
    Object.entries(shares).map(([value, share]) => ({
      value,
      share,
      lift: everybody === null ? null : liftOf(told(share, group), told(all?.[value] ?? 0, everybody), apart),
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
