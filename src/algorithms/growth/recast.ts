import { AccountWindow } from './account-window.ts';
import { GrowthBook, type GrowthOptions } from './book.ts';
import type { LearnedState } from './priors.ts';

/** Rows of history under the new clusters, columnar, in any order; times in ms. A cluster of null: an outlier. */
export type HistoryChunk = {
  readonly cluster: readonly (string | null)[];
  readonly account: readonly string[];
  /** Of the wording each begins with; empty where it is not known. */
  readonly sketch: readonly string[];
  readonly at: ArrayLike<number>;
};

export type RecastRequest = {
  readonly options: GrowthOptions;
  readonly clusters: readonly {
    readonly id: string;
    readonly bornMinute: number;
    readonly origin: 'rebuild' | 'newborn';
  }[];
  readonly history: readonly HistoryChunk[];
  /** Last minute to close; later rows stay open. */
  readonly until: number;
  readonly accountsCap: number;
  /** A surge of the past is over once growth is no longer surely above this. */
  readonly ratioOpen: number;
  /** Births as the book before knew them. */
  readonly learned: LearnedState | null;
};

export type Recast = { readonly book: GrowthBook; readonly accounts: AccountWindow };

const HISTORY = 28 * 1_440; // minutes; older says nothing of baselines with half-lives of days
const PAUSE = 120;
const MINUTE_MS = 60_000;
/** Key of outliers in the account window; no cluster has it. */
export const OUTLIERS = '';

/**
 * Baselines for new clusters: replays history under them, in silence. A generator, so that the caller may do other work in between: yields the share
 * done every two hours of event time. 28 days of 1,000 clusters take some seconds, in steps of 10 ms.
 */
export function* recastGrowth(request: RecastRequest): Generator<number, Recast> {
  const book = new GrowthBook(request.options);
  const accounts = new AccountWindow(request.accountsCap);
  const rows = sortByMinute(request.history, request.until - HISTORY);
  const first = Math.min(rows.minutes[0] ?? request.until, request.until);
  // A newborn's series begins a day before its birth at most, as it does when it is born live.
  const waiting = [...request.clusters].sort((a, b) => beginning(a) - beginning(b)).reverse();
  let at = 0;
  for (let minute = first; minute <= request.until; minute++) {
    for (let next = waiting.at(-1); next && beginning(next) <= minute; next = waiting.at(-1)) {
      book.add(next.id, next.bornMinute, next.origin);
      waiting.pop();
    }
    at = observeUntil(book, accounts, rows, at, minute);
    book.advance(minute);
    accounts.advance(minute);
    if (minute % 60 === 0) settle(book, request.ratioOpen);
    if ((minute - first) % PAUSE === PAUSE - 1) yield (minute - first) / (request.until - first);
  }
  for (const next of waiting) book.add(next.id, next.bornMinute, next.origin);
  observeUntil(book, accounts, rows, at, Number.POSITIVE_INFINITY);
  if (request.learned !== null) book.inheritBirths(request.learned);
  return { book, accounts };
}

function beginning(cluster: RecastRequest['clusters'][number]): number {
  return cluster.origin === 'rebuild' ? Number.NEGATIVE_INFINITY : cluster.bornMinute - 1_440;
}

/** Ends surges of the past as their alerts would have ended, or they would speak again. */
function settle(book: GrowthBook, ratioOpen: number): void {
  for (const cluster of book.alarming()) {
    const row = book.row(cluster);
    if (row !== null && row.ratioLow60 <= ratioOpen) book.reset(cluster);
  }
}

type SortedRows = {
  readonly minutes: Int32Array;
  readonly clusters: readonly (string | null)[];
  readonly accounts: readonly string[];
};

function observeUntil(
  book: GrowthBook,
  accounts: AccountWindow,
  rows: SortedRows,
  from: number,
  minute: number,
): number {
  let at = from;
  for (; at < rows.minutes.length && (rows.minutes[at] ?? 0) <= minute; at++) {
    const cluster = rows.clusters[at] ?? null;
    const time = rows.minutes[at] ?? 0;
    const a = accounts.sight(cluster ?? OUTLIERS, rows.accounts[at] ?? '', time) ? 1 : 0;
    // Before its series begins, a newborn's rows are traffic as outliers are.
    if (book.observe(cluster, time, 1, a) === 'unknown-cluster') book.observe(null, time, 1, a);
  }
  return at;
}

/** Rows after `after` by minute, those of one minute in their order. O(n log n). */
function sortByMinute(history: readonly HistoryChunk[], after: number): SortedRows {
  const order: { minute: number; chunk: HistoryChunk; row: number }[] = [];
  for (const chunk of history) {
    for (let row = 0; row < chunk.at.length; row++) {
      const minute = Math.floor((chunk.at[row] ?? 0) / MINUTE_MS);
      if (minute > after) order.push({ minute, chunk, row });
    }
  }
  order.sort((a, b) => a.minute - b.minute);
  return {
    minutes: Int32Array.from(order, (o) => o.minute),
    clusters: order.map((o) => o.chunk.cluster[o.row] ?? null),
    accounts: order.map((o) => o.chunk.account[o.row] ?? ''),
  };
}
