import { newbornThreshold } from './newborn.ts';
import { threshold } from './surge.ts';

export type Severity = 'quiet' | 'watch' | 'page';

/** A decision with its reason by name. */
export type Verdict = {
  readonly severity: Severity;
  readonly because:
    | 'warming-up' // the whole stream is too young
    | 'young-cluster' // the cluster is
    | 'not-newborn'
    | 'below-threshold'
    | 'too-few-accounts'
    | 'surge'
    | 'new';
};

/** Scores from which a test speaks. */
export type Bar = { readonly watch: number; readonly page: number };
export type Bars = { readonly surge: Bar; readonly newborn: Bar };

/** @param seriesCount all series that are tested, for surges or as newborns, in all spaces: each is a chance for a false alarm */
export function setBars(
  seriesCount: number,
  birthsPerWeek: number,
  watchPerDay: number,
  pagePerDay: number,
): Bars {
  // A birth has one bar: at births a week where pages are promised once a week. What is a new topic is worth a page, or nothing.
  const born = newbornThreshold(birthsPerWeek, pagePerDay);
  return {
    surge: { watch: threshold(seriesCount, watchPerDay), page: threshold(seriesCount, pagePerDay) },
    newborn: { watch: born, page: born },
  };
}

export function judge(
  score: number,
  bar: Bar,
  accounts: number,
  minAccounts: number,
  found: 'surge' | 'new',
): Verdict {
  if (score < bar.watch) return { severity: 'quiet', because: 'below-threshold' };
  if (accounts < minAccounts) return { severity: 'quiet', because: 'too-few-accounts' };
  return { severity: score >= bar.page ? 'page' : 'watch', because: found };
}
