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
    /** First minute of a newborn's series, as the book before has it; absent: it is not known there. */
    readonly start?: number | undefined;
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
const DAY = 1_440; // minutes
const PAUSE = 15;
/** Rows met at one go: some 2 ms. */
const PIECE = 2_000;
const MINUTE_MS = 60_000;
/** Key of outliers in the account window; no cluster has it. */
export const OUTLIERS = '';

/**
 * Baselines for new clusters: replays history under them, in silence. A generator, so that the caller may do other work in between: yields the share
 * done every quarter of an hour of event time. 28 days of 1,000 clusters take some seconds, in steps of about 1 ms.
 */
export function* recastGrowth(request: RecastRequest): Generator<number, Recast> {
  const book = new GrowthBook(request.options);
  const accounts = new AccountWindow(request.accountsCap);
  const rows = yield* sortByMinute(request.history, request.until - HISTORY);
  const first = Math.min(rows.minutes[0] ?? request.until, request.until);
  const waiting = (yield* beginnings(request.clusters, rows)).sort((a, b) => a.start - b.start).reverse();
  let at = 0;
  for (let minute = first; minute <= request.until; minute++) {
    for (let next = waiting.at(-1); next && next.start <= minute; next = waiting.at(-1)) {
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

/** Accounts met in the last 24 h of a history, whatever panel they belong to. O(rows). */
export function* meetAccounts({
  history,
  until,
  accountsCap,
}: Pick<RecastRequest, 'history' | 'until' | 'accountsCap'>): Generator<number, AccountWindow> {
  const accounts = new AccountWindow(accountsCap);
  const { minutes, clusters, accounts: met } = yield* sortByMinute(history, until - DAY);
  for (const [row, minute] of minutes.entries()) {
    accounts.sight(clusters[row] ?? OUTLIERS, met[row] ?? '', minute);
    if (row % PIECE === PIECE - 1) yield row / minutes.length;
  }
  accounts.advance(until);
  return accounts;
}

type Beginning = Omit<RecastRequest['clusters'][number], 'start'> & { readonly start: number };

/**
 * When each series begins. A newborn's where the book before has it, else with the first that belongs to it, a day before its birth at most, as when it is
 * born live: begun earlier, what it was born of is a surge over nothing, and told a second time. O(rows).
 */
function* beginnings(
  clusters: RecastRequest['clusters'],
  { minutes, clusters: of }: SortedRows,
): Generator<number, Beginning[]> {
  const asked = new Map<string, number>();
  for (const { id, origin, bornMinute, start } of clusters)
    if (origin === 'newborn' && start === undefined) asked.set(id, bornMinute);
  const firsts = new Map<string, number>();
  for (const [row, minute] of minutes.entries()) {
    const id = of[row] ?? OUTLIERS;
    const born = firsts.has(id) ? undefined : asked.get(id);
    if (born !== undefined && minute > born - DAY) firsts.set(id, Math.min(minute, born));
    if (row % PIECE === PIECE - 1) yield 0;
  }
  return clusters.map(({ start, ...cluster }) => {
    const { id, origin, bornMinute } = cluster;
    const begun = start ?? firsts.get(id) ?? bornMinute;
    return { ...cluster, start: origin === 'rebuild' ? Number.NEGATIVE_INFINITY : begun };
  });
}

/** Ends surges of the past as their alerts would have ended, or they would speak again. O(series). */
export function settle(book: GrowthBook, ratioOpen: number): void {
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

/** Rows after `after` by minute, those of one minute in their order: a counting sort. Yields after each pass. O(n + minutes). */
function* sortByMinute(history: readonly HistoryChunk[], after: number): Generator<number, SortedRows> {
  const chunks = history.map((chunk) => Int32Array.from(chunk.at, (at) => Math.floor(at / MINUTE_MS)));
  yield 0;
  const starts = startsOf(chunks, after);
  yield 0;
  const size = starts.at(-1) ?? 0;
  const sorted = {
    minutes: new Int32Array(size),
    clusters: new Array<string | null>(size),
    accounts: new Array<string>(size),
  };
  for (const [i, minutes] of chunks.entries()) {
    for (const [row, minute] of minutes.entries()) {
      if (minute <= after) continue;
      const at = starts[minute - after] ?? 0;
      starts[minute - after] = at + 1;
      sorted.minutes[at] = minute;
      sorted.clusters[at] = history[i]?.cluster[row] ?? null;
      sorted.accounts[at] = history[i]?.account[row] ?? '';
    }
    yield 0;
  }
  return sorted;
}

/** How many rows stand before each minute after `after`; the last one says how many there are. */
function startsOf(chunks: readonly Int32Array[], after: number): Int32Array {
  let last = after;
  for (const minutes of chunks) for (const minute of minutes) if (minute > last) last = minute;
  const starts = new Int32Array(last - after + 2);
  for (const minutes of chunks) {
    for (const minute of minutes)
      if (minute > after) starts[minute - after + 1] = (starts[minute - after + 1] ?? 0) + 1;
  }
  for (let i = 1; i < starts.length; i++) starts[i] = (starts[i] ?? 0) + (starts[i - 1] ?? 0);
  return starts;
}
