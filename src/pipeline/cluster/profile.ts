/** What the members of a cluster have in common, and what everybody has. */
import { inPieces, inSteps } from '../../algorithms/give-way.ts';
import { unitsOf } from '../../algorithms/lift.ts';
import type { Manifest, Profile } from '../../domain/generation.ts';
import type { Thresholds } from './label.ts';
import type { Samples } from './window.ts';

/** What a reader can take in, and a bound on the record. */
export const VALUES = 12;
/** Of everybody: every value that is among the largest of some cluster should be here. */
const VALUES_OVERALL = 200;

/**
 * Of the panel, each by how many it stands for, as every outlier is in the window and only some of the others: where accounts are sampled,
 * outliers, and long conversations by `outputs`, would count for more than they are. A cluster with too few of the panel, such as one
 * just born of outliers, speaks for all its members. O(members), giving way.
 */
export function profileOf(
  window: Samples,
  slots: readonly number[],
  thresholds: Thresholds,
  values: number,
): Promise<Profile> {
  return inSteps(profiling(window, slots, thresholds, values));
}

/** Members looked at between two pauses: about a millisecond. */
const PIECE = 250;
/** And looked at in brief. */
const BRIEFS = 4_000;

function* profiling(
  window: Samples,
  slots: readonly number[],
  thresholds: Thresholds,
  values: number,
): Generator<undefined, Profile> {
  const tallies = { languages: new Tally(), surfaces: new Tally(), flags: new Tally(), flagged: new Tally() };
  const others = new Map<string, Tally>();
  const perAccount = new Map<string, number>();
  let n = 0;
  let all = 0;
  let sum = 0;
  let squares = 0;
  const panel: number[] = [];
  for (const [i, slot] of slots.entries()) {
    if (window.brief(slot)?.panel === true) panel.push(slot);
    if (i % BRIEFS === BRIEFS - 1) yield;
  }
  const byPanel = panel.length >= thresholds.minConversations;
  for (const slot of byPanel ? panel : slots) {
    const member = window.member(slot);
    if (member === undefined) continue;
    const { account, concern } = member;
    const one = { account, weight: byPanel ? window.weight(slot) : 1 };
    n++;
    if (n % PIECE === 0) yield;
    perAccount.set(account, (perAccount.get(account) ?? 0) + one.weight);
    all += one.weight;
    sum += one.weight * concern;
    squares += one.weight * concern * concern;
    for (const language of member.languages) tallies.languages.count(language, one);
    if (member.surface !== null) tallies.surfaces.count(member.surface, one);
    for (const flag of member.flags) tallies.flags.count(flag, one);
    if (member.flags.length > 0) tallies.flagged.count(ANY, one);
    countOthers(others, member.values, one);
  }
  all = Math.max(Number.EPSILON, all);
  const concern = sum / all;
  return {
    concern,
    concern_sd: Math.sqrt(Math.max(0, squares / all - concern * concern)),
    flagged: tallies.flagged.shares(all, thresholds, 1)[ANY] ?? 0,
    classified: {
      any: tallies.flagged.shares(all, NONE, 1)[ANY] ?? 0,
      by: tallies.flags.shares(all, NONE, FLAGS),
    },
    languages: tallies.languages.shares(all, thresholds, values),
    surfaces: tallies.surfaces.shares(all, thresholds, values),
    flags: tallies.flags.shares(all, thresholds, values),
    values: Object.fromEntries(
      [...others].map(([facet, tally]) => [facet, tally.shares(all, thresholds, values)]),
    ),
    basis: { conversations: n, units: Math.round(unitsOf(perAccount.values()) * 10) / 10 },
  };
}

/** The same of everybody in the window. O(slots), in pieces. */
export async function overallOf(
  window: Samples,
  slots: readonly number[],
  thresholds: Thresholds,
): Promise<NonNullable<Manifest['overall']>> {
  const profile = await inSteps(profiling(window, slots, thresholds, VALUES_OVERALL));
  const accounts = new Set<string>();
  for await (const piece of inPieces(slots, BRIEFS))
    for (const slot of piece) {
      const member = window.brief(slot);
      if (member !== undefined) accounts.add(member.account);
    }
  return { ...profile, accounts: accounts.size };
}

function countOthers(
  others: Map<string, Tally>,
  values: Readonly<Record<string, readonly string[]>>,
  one: Counted,
): void {
  for (const [facet, words] of Object.entries(values)) {
    const tally = others.get(facet) ?? new Tally();
    others.set(facet, tally);
    for (const word of words) tally.count(word, one);
  }
}

const ANY = 'any';
const NONE = { minAccounts: 0, minConversations: 0 };
/** Flags of a cluster whose shares the check of classifiers may ask for. */
const FLAGS = 32;

type Counted = { readonly account: string; readonly weight: number };
type Sum = { conversations: number; weight: number; readonly accounts: Set<string> };

/** Conversations, what they stand for, and accounts by value of a facet. */
class Tally {
  readonly #values = new Map<string, Sum>();

  count(value: string, { account, weight }: Counted): void {
    const held = this.#values.get(value) ?? { conversations: 0, weight: 0, accounts: new Set() };
    held.conversations++;
    held.weight += weight;
    held.accounts.add(account);
    this.#values.set(value, held);
  }

  /** The largest shares of `all`. A value that fewer use than a cluster needs could single somebody out: it leaves no further. */
  shares(
    all: number,
    { minAccounts, minConversations }: Pick<Thresholds, 'minAccounts' | 'minConversations'>,
    atMost: number,
  ): Record<string, number> {
    const large = [...this.#values].filter(
      ([, { conversations, accounts }]) => conversations >= minConversations && accounts.size >= minAccounts,
    );
    large.sort((a, b) => b[1].weight - a[1].weight || (a[0] < b[0] ? -1 : 1));
    const shares = large
      .slice(0, atMost)
      .map(([value, { weight }]) => [value, Math.round((weight / all) * 1e4) / 1e4]);
    return Object.fromEntries(shares);
  }
}
