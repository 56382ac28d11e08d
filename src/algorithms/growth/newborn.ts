/**
 * Test for new topics: a one-sided e-value since birth. Null: the cluster's share of all new accounts is at most that of the
 * smallest known cluster. By Ville's inequality a null cluster ever passes E with probability at most 1/E.
 */
const RATIOS = [2, 4, 8, 16, 32, 64, 128] as const;

/** What has been seen of a newborn since its first account. */
export type Newborn = {
  readonly bornMinute: number;
  /** First minute whose accounts prove anything. Founders do not: they were chosen for lying close together, as some do in any traffic. */
  readonly provenFrom: number;
  /** Minute of the founding account; null: none yet. */
  founded: number | null;
  /** Accounts after the founding one. */
  accounts: number;
  /** Those of them that prove something. */
  proof: number;
  /** New accounts of all traffic in the time of that proof. */
  traffic: number;
};

/** Newborns are tested for so many minutes. */
export const NEWBORN_MINUTES = 1_440;

/** One minute: `a` accounts new to the cluster out of `total` over all traffic. */
export function tickNewborn(newborn: Newborn, minute: number, a: number, total: number): void {
  let more = Math.max(0, a);
  if (newborn.founded === null) {
    if (a <= 0) return;
    newborn.founded = minute;
    more = a - 1;
  }
  newborn.accounts += more;
  if (minute < newborn.provenFrom) return;
  newborn.proof += more;
  newborn.traffic += total;
}

/** log e-value of `accounts` where `expected` were due, 0 at least. Ratios below 1 would fire when a cluster falls silent. */
export function newbornScore(accounts: number, expected: number): number {
  let highest = Number.NEGATIVE_INFINITY;
  for (const ratio of RATIOS) {
    highest = Math.max(highest, accounts * Math.log(ratio) - (ratio - 1) * expected);
  }
  let sum = 0;
  for (const ratio of RATIOS) {
    sum += Math.exp(accounts * Math.log(ratio) - (ratio - 1) * expected - highest);
  }
  return Math.max(0, highest + Math.log(sum / RATIOS.length));
}

/** Score that births exactly at the null pass at most so many times a day. */
export function newbornThreshold(birthsPerWeek: number, alarmsPerDay: number): number {
  return Math.log(Math.max(1, birthsPerWeek / 7 / alarmsPerDay));
}
