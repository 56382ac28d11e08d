/** From rows of conversations to the figures that coordination is scored by. */
import type { CoordinationPart, Usual } from '../../domain/coordination.ts';
import { groupAlike } from '../likeness.ts';
import { coarseFigure, type Minima } from './coarse.ts';
import type { Figures } from './score.ts';
import { spreadOf, synchronyOf, type Together, togetherOf } from './spread.ts';

/** A conversation of the panel. */
export type Row = {
  readonly conversation: number;
  readonly account: string;
  readonly at: number;
  readonly likeness: string;
};

/** Cluster of an account's first conversation in the window; null: it was an outlier. */
export type FirstHome = (account: string) => string | null;

/** Two conversations so far apart at most are together, ms. */
const WITHIN = 5 * 60_000;
/** Rows between two pauses: about a millisecond. */
const PIECE = 2_000;

/** One of the times of an account in a cluster, drawn by hash, so that it follows the daily rhythm like any other. */
type Doings = { drawn: number; at: number };

/**
 * Figures of one cluster. O(rows · log rows), in pieces.
 * @param even conversations in which no account was looked at for longer than another: what each does is counted by them (even.ts)
 */
export function* figuresOf(
  id: string,
  rows: readonly Row[],
  even: Iterable<Pick<Row, 'account'>>,
  firstHome: FirstHome,
  together: Together,
): Generator<undefined, Figures> {
  const accounts = new Map<string, Doings>();
  for (const [i, row] of rows.entries()) {
    note(accounts, row.account, row);
    if (i % PIECE === PIECE - 1) yield;
  }
  const doings = [...accounts.values()];
  const times = doings.map(({ at }) => at).sort((a, b) => a - b);
  yield;
  const { nearDuplicateRate, templateShare } = yield* likenessOf(rows, accounts.size);
  let first = 0;
  for (const account of accounts.keys()) if (firstHome(account) === id) first++;
  return {
    conversations: rows.length,
    accounts: accounts.size,
    spread: spreadOf(Float64Array.from(countsOf(even).values())),
    nearDuplicateRate,
    templateShare,
    firstSeenShare: first / Math.max(1, accounts.size),
    synchrony: synchronyOf(times, WITHIN, together),
  };
}

function countsOf(rows: Iterable<Pick<Row, 'account'>>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { account } of rows) counts.set(account, (counts.get(account) ?? 0) + 1);
  return counts;
}

function* likenessOf(
  rows: readonly Row[],
  accounts: number,
): Generator<undefined, { nearDuplicateRate: number; templateShare: number }> {
  const groups = yield* groupAlike(rows.map(({ likeness }) => likeness));
  const members = new Map<number, { conversations: number; readonly accounts: Set<string> }>();
  for (const [i, { account }] of rows.entries()) {
    const group = groups[i] ?? -1;
    if (group < 0) continue;
    const held = members.get(group) ?? { conversations: 0, accounts: new Set() };
    held.conversations++;
    held.accounts.add(account);
    members.set(group, held);
  }
  let alike = 0;
  let template = 0;
  for (const { conversations, accounts: users } of members.values()) {
    if (conversations > 1) alike += conversations;
    template = Math.max(template, users.size);
  }
  return {
    nearDuplicateRate: alike / Math.max(1, rows.length),
    templateShare: template / Math.max(1, accounts),
  };
}

/**
 * How likely two come together in all traffic, of which each cluster and account is drawn once, like the accounts of a cluster.
 * O(rows + pairs · log pairs), in pieces.
 */
export function* togetherInAll(
  rows: Iterable<{ readonly row: Row; readonly cluster: string | null }>,
): Generator<undefined, Together> {
  const pairs = new Map<string | null, Map<string, Doings>>();
  let i = 0;
  for (const { row, cluster } of rows) {
    const accounts = pairs.get(cluster) ?? new Map<string, Doings>();
    pairs.set(cluster, accounts);
    note(accounts, row.account, row);
    if (++i % PIECE === 0) yield;
  }
  const times: number[] = [];
  for (const accounts of pairs.values()) {
    for (const { at } of accounts.values()) times.push(at);
    yield;
  }
  const sorted = Float64Array.from(times).sort();
  yield;
  return togetherOf(sorted, WITHIN);
}

/**
 * What is usual: the median over clusters, as one large wave would else be its own measure. Of figures as coarse as they are told, as a
 * median is the figure of some cluster. O(clusters · log clusters).
 */
export function usualOf(together: Together, clusters: readonly Figures[], minima: Minima): Usual {
  const usual = (part: CoordinationPart['part'], of: (figures: Figures) => number) =>
    median(clusters.map((figures) => coarseFigure(part, of(figures), figures, minima)));
  return {
    conversations_per_account: usual('conversations_per_account', ({ spread }) => spread.perAccount),
    near_duplicate_rate: usual('near_duplicate_rate', ({ nearDuplicateRate }) => nearDuplicateRate),
    template_share: usual('template_share', ({ templateShare }) => templateShare),
    first_seen_share: usual('first_seen_share', ({ firstSeenShare }) => firstSeenShare),
    together: together.chance,
    together_variance: together.variance,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}

function note(accounts: Map<string, Doings>, account: string, { conversation, at }: Row): void {
  const held = accounts.get(account);
  if (held === undefined) {
    accounts.set(account, { drawn: conversation, at });
    return;
  }
  if (conversation > held.drawn) return;
  held.drawn = conversation;
  held.at = at;
}
