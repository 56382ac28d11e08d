import { type Phrase, phrasesOf, type Verb } from './terms/phrases.ts';

/** A text and whose it is. */
export type Utterance = { readonly text: string; readonly account: string };

export type Term = {
  /** Words that carry meaning, in lower case, in order. */
  readonly words: readonly string[];
  /** As it is most often written. */
  readonly surface: string;
  /** Distinct accounts of the members that used it; never below the minimum. */
  readonly accounts: number;
  /** Share of the members' texts that hold it. */
  readonly share: number;
  /** How surely the members use it more than the contrast, in standard errors. */
  readonly score: number;
  /** How it is mostly led into. */
  readonly verb: Verb;
};

type TermOptions = {
  readonly minAccounts: number;
  /** Words that say nothing by themselves: no term is made of them. Lower case. */
  readonly stopwords: ReadonlySet<string>;
  readonly limit: number;
};

type Tally = {
  readonly words: readonly string[];
  readonly accounts: Set<string>;
  readonly surfaces: Map<string, Set<string>>;
  texts: number;
  lastText: number;
  readonly led: Record<Verb | 'first', number>;
};

/**
 * The words and phrases that set the members' texts apart from the contrast, most telling first. Counted by account,
 * not by use, so that one account that repeats itself weighs as one. A term that fewer than `minAccounts` of the
 * members' accounts used is never among them, nor is a way of writing it that fewer used.
 * Without a contrast the share of accounts is the score. O(words of all texts). Deterministic.
 */
export function distinctiveTerms(
  members: readonly Utterance[],
  contrast: readonly Utterance[],
  { minAccounts, stopwords, limit }: TermOptions,
): readonly Term[] {
  const inside = tally(members, stopwords);
  const outside = tally(contrast, stopwords);
  const total = countAccounts(members);
  const totalOutside = countAccounts(contrast);
  const terms: Term[] = [];
  for (const [key, found] of inside) {
    if (found.accounts.size < minAccounts) continue;
    const used = found.accounts.size;
    const score =
      totalOutside === 0
        ? used / total
        : surprise(used, total, outside.get(key)?.accounts.size ?? 0, totalOutside);
    if (score <= 0) continue;
    // Small words between the others are only known to be no one's own when enough accounts wrote them just so.
    const surface = mostUsed(found.surfaces, minAccounts) ?? (found.words.length === 1 ? key : null);
    if (surface === null) continue;
    const share = found.texts / members.length;
    terms.push({ words: found.words, surface, accounts: used, share, score, verb: verbOf(found) });
  }
  terms.sort((a, b) => b.score - a.score || b.accounts - a.accounts || (a.surface < b.surface ? -1 : 1));
  return terms.slice(0, limit);
}

function countAccounts(texts: readonly Utterance[]): number {
  return new Set(texts.map(({ account }) => account)).size;
}

function tally(texts: readonly Utterance[], stopwords: ReadonlySet<string>): Map<string, Tally> {
  const terms = new Map<string, Tally>();
  for (const [index, { text, account }] of texts.entries()) {
    for (const phrase of phrasesOf(text, stopwords)) count(terms, phrase, account, index);
  }
  return terms;
}

function count(terms: Map<string, Tally>, phrase: Phrase, account: string, text: number): void {
  const key = phrase.words.join(' ');
  let found = terms.get(key);
  if (found === undefined) {
    const led = { 'how-to': 0, to: 0, none: 0, first: 0 };
    found = { words: phrase.words, accounts: new Set(), surfaces: new Map(), texts: 0, lastText: -1, led };
    terms.set(key, found);
  }
  if (found.lastText === text) return;
  found.lastText = text;
  found.texts++;
  found.accounts.add(account);
  found.led[phrase.first ? 'first' : phrase.verb]++;
  const users = found.surfaces.get(phrase.surface);
  if (users === undefined) found.surfaces.set(phrase.surface, new Set([account]));
  else users.add(account);
}

/** Beginning the text counts, as orders do; but some must say "to" before it, for subjects begin texts as well. */
function verbOf({ led, texts }: Tally): Verb {
  const asked = led['how-to'] + led.to;
  if ((asked + led.first) * 2 <= texts || asked * 8 < texts) return 'none';
  return led['how-to'] > led.to ? 'how-to' : 'to';
}

/** null: no one way of writing it was used by enough accounts. */
function mostUsed(surfaces: ReadonlyMap<string, ReadonlySet<string>>, minAccounts: number): string | null {
  let best: string | null = null;
  let most = minAccounts - 1;
  for (const [surface, accounts] of surfaces) {
    if (accounts.size < most || (accounts.size === most && (best === null || surface > best))) continue;
    best = surface;
    most = accounts.size;
  }
  return best;
}

/**
 * How surely `a` of `n` is more than `b` of `m`, in standard errors: the signed root of the log-likelihood ratio, which
 * stays true where one of them is zero. Dunning 1993.
 */
function surprise(a: number, n: number, b: number, m: number): number {
  const common = (a + b) / (n + m);
  const more = m === 0 || a / n > b / m ? 1 : -1;
  const part = (seen: number, expected: number): number =>
    seen === 0 ? 0 : seen * Math.log(seen / expected);
  const ratio =
    part(a, n * common) + part(n - a, n * (1 - common)) + part(b, m * common) + part(m - b, m * (1 - common));
  return more * Math.sqrt(Math.max(0, 2 * ratio));
}
