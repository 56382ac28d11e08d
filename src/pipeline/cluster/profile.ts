/** What the members of a cluster have in common, and what everybody has. */
import { unitsOf } from '../../algorithms/lift.ts';
import type { Manifest, Profile } from '../../domain/generation.ts';
import { inSteps } from '../turns.ts';
import { countAccounts, type Thresholds } from './label.ts';
import type { SampleWindow } from './window.ts';

/** What a reader can take in, and a bound on the record. */
export const VALUES = 12;
/** Of everybody: every value that is among the largest of some cluster should be here. */
const VALUES_OVERALL = 200;

/**
 * Of the panel, as every outlier is in the window and only some of the others: where accounts are sampled, outliers would count for
 * more than they are. A cluster with too few of the panel, such as one just born of outliers, speaks for all its members. O(members).
 */
export function profileOf(
  window: SampleWindow,
  slots: readonly number[],
  thresholds: Thresholds,
  values: number,
): Profile {
  const steps = profiling(window, slots, thresholds, values);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Members looked at between two pauses: about a millisecond. */
const PIECE = 250;

function* profiling(
  window: SampleWindow,
  slots: readonly number[],
  thresholds: Thresholds,
  values: number,
): Generator<undefined, Profile> {
  const tallies = { languages: new Tally(), surfaces: new Tally(), flags: new Tally(), flagged: new Tally() };
  const others = new Map<string, Tally>();
  const counts = new Map<string, number>();
  let n = 0;
  let sum = 0;
  let squares = 0;
  const panel = slots.filter((slot) => window.brief(slot)?.panel === true);
  for (const slot of panel.length >= thresholds.minConversations ? panel : slots) {
    const member = window.member(slot);
    if (member === undefined) continue;
    const { account, concern } = member;
    n++;
    if (n % PIECE === 0) yield;
    counts.set(account, (counts.get(account) ?? 0) + 1);
    sum += concern;
    squares += concern * concern;
    for (const language of member.languages) tallies.languages.count(language, account);
    if (member.surface !== null) tallies.surfaces.count(member.surface, account);
    for (const flag of member.flags) tallies.flags.count(flag, account);
    if (member.flags.length > 0) tallies.flagged.count(ANY, account);
    for (const [facet, words] of Object.entries(member.values)) {
      const tally = others.get(facet) ?? new Tally();
      others.set(facet, tally);
      for (const word of words) tally.count(word, account);
    }
  }
  const all = Math.max(1, n);
  const concern = sum / all;
  return {
    concern,
    concern_sd: Math.sqrt(Math.max(0, squares / all - concern * concern)),
    flagged: tallies.flagged.shares(all, thresholds, 1)[ANY] ?? 0,
    languages: tallies.languages.shares(all, thresholds, values),
    surfaces: tallies.surfaces.shares(all, thresholds, values),
    flags: tallies.flags.shares(all, thresholds, values),
    values: Object.fromEntries(
      [...others].map(([facet, tally]) => [facet, tally.shares(all, thresholds, values)]),
    ),
    basis: { conversations: n, units: Math.round(unitsOf(counts.values()) * 10) / 10 },
  };
}

/** The same of everybody in the window. O(slots), in pieces. */
export async function overallOf(
  window: SampleWindow,
  slots: readonly number[],
  thresholds: Thresholds,
): Promise<NonNullable<Manifest['overall']>> {
  return {
    ...(await inSteps(profiling(window, slots, thresholds, VALUES_OVERALL))),
    accounts: countAccounts(window, slots),
  };
}

const ANY = 'any';

/** Conversations and accounts by value of a facet. */
class Tally {
  readonly #values = new Map<string, { conversations: number; readonly accounts: Set<string> }>();

  count(value: string, account: string): void {
    const held = this.#values.get(value) ?? { conversations: 0, accounts: new Set() };
    held.conversations++;
    held.accounts.add(account);
    this.#values.set(value, held);
  }

  /** The largest shares of `n`. A value that fewer use than a cluster needs could single somebody out: it leaves no further. */
  shares(n: number, { minAccounts, minConversations }: Thresholds, atMost: number): Record<string, number> {
    const large = [...this.#values].filter(
      ([, { conversations, accounts }]) => conversations >= minConversations && accounts.size >= minAccounts,
    );
    large.sort((a, b) => b[1].conversations - a[1].conversations || (a[0] < b[0] ? -1 : 1));
    const shares = large
      .slice(0, atMost)
      .map(([value, { conversations }]) => [value, Math.round((conversations / n) * 1e4) / 1e4]);
    return Object.fromEntries(shares);
  }
}
