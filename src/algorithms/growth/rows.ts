import { type BookState, liveSlots, type OpenMinute } from './book-state.ts';
import { newbornScore } from './newborn.ts';
import { growthRatio, type RatioBound } from './ratio.ts';
import { surgeScore, uncertainty } from './surge.ts';
import { type Bars, judge, type Verdict } from './verdicts.ts';
import { anyNew, observe } from './windows.ts';

/** One cluster in one closed minute. `a`, `n60` and the expectations `mu` are of accounts new to the cluster within 24 h. */
export type TickRow = {
  readonly cluster: string;
  /** Conversations of the minute. */
  readonly n: number;
  readonly a: number;
  readonly mu: number;
  readonly n60: number;
  readonly mu60: number;
  readonly ratio60: number;
  /** 95% lower bound of `ratio60`. */
  readonly ratioLow60: number;
  /** log e-value of the surge test. */
  readonly score: number;
  /** log e-value of the test for new topics; null: no newborn. */
  readonly newScore: number | null;
  readonly surge: Verdict;
  readonly newborn: Verdict;
};

/** What rows are made with. */
export type Desk = {
  readonly state: BookState;
  readonly counts: OpenMinute;
  readonly bars: Bars;
  readonly minAccounts: number;
  readonly bound: RatioBound;
};

/** Rows of the clusters that had any conversation in the minute or a new account in 60, whose score has reached a bar, or that are newborn. */
export function livelyRows(desk: Desk, minute: number): TickRow[] {
  const { state, counts, bars } = desk;
  const alarming = Math.exp(bars.surge.watch);
  const rows: TickRow[] = [];
  for (const slot of liveSlots(state)) {
    const lively =
      counts.n[slot] ||
      counts.a[slot] ||
      (state.surge.sum[slot] ?? 0) >= alarming ||
      state.newborns.has(slot) ||
      anyNew(state.baseline, slot, minute, 60);
    if (lively) rows.push(rowOf(desk, state.ids[slot] ?? '', slot, minute));
  }
  return rows;
}

export function alarmingClusters(state: BookState, bar: number): string[] {
  const alarming = Math.exp(bar);
  return [...state.slots].filter(([, slot]) => (state.surge.sum[slot] ?? 0) >= alarming).map(([id]) => id);
}

export function rowOf(desk: Desk, cluster: string, slot: number, minute: number): TickRow {
  const { state, counts, bound } = desk;
  const hour = observe(state.baseline, state.told, slot, minute, 60);
  const newborn = state.newborns.get(slot);
  const score = surgeScore(state.surge, slot);
  const newScore =
    newborn === undefined ? null : newbornScore(newborn.proof, newborn.traffic * state.priors.smallestShare);
  return {
    cluster,
    n: Math.max(0, counts.n[slot] ?? 0),
    a: Math.max(0, counts.a[slot] ?? 0),
    mu: (state.baseline.share[slot] ?? 0) * state.traffic.at(minute),
    n60: hour.n,
    mu60: hour.expected,
    ratio60: growthRatio(hour.n, hour.expected),
    ratioLow60: bound(hour.n, hour.expected, uncertainty(state.baseline, slot, minute)),
    score,
    newScore,
    surge: judgeSurge(desk, slot, minute, score),
    newborn: judgeNewborn(desk, slot, minute, newScore),
  };
}

function judgeSurge(desk: Desk, slot: number, minute: number, score: number): Verdict {
  const { state, bars, minAccounts } = desk;
  if (coldAt(state, minute)) return { severity: 'quiet', because: 'warming-up' };
  if (minute < (state.surge.from[slot] ?? 0)) return { severity: 'quiet', because: 'young-cluster' };
  // Accounts are counted only when it matters: 320 steps.
  const accounts = score < bars.surge.watch ? 0 : observe(state.baseline, state.told, slot, minute, 320).n;
  return judge(score, bars.surge, accounts, minAccounts, 'surge');
}

function judgeNewborn(desk: Desk, slot: number, minute: number, score: number | null): Verdict {
  const newborn = desk.state.newborns.get(slot);
  if (newborn === undefined || score === null) return { severity: 'quiet', because: 'not-newborn' };
  if (coldAt(desk.state, minute)) return { severity: 'quiet', because: 'warming-up' };
  return judge(score, desk.bars.newborn, newborn.accounts, desk.minAccounts, 'new');
}

function coldAt(state: BookState, minute: number): boolean {
  return minute < (state.first ?? minute) + state.warmup;
}
