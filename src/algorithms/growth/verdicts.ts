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

export function setBars(
  seriesCount: number,
  birthsPerWeek: number,
  watchPerDay: number,
  pagePerDay: number,
): Bars {
  return {
    surge: { watch: threshold(seriesCount, watchPerDay), page: threshold(seriesCount, pagePerDay) },
    newborn: {
      watch: newbornThreshold(birthsPerWeek, watchPerDay),
      page: newbornThreshold(birthsPerWeek, pagePerDay),
    },
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
