import { type Token, tokenize } from './terms/tokenize.ts';

/** A text and whose it is. */
export type Utterance = { readonly text: string; readonly account: string };

/** How a phrase is led into: what it may be called in a sentence depends on it. */
export type LeadIn = 'how-to' | 'to' | 'none';

export type Term = {
  /** Words in lower case. */
  readonly words: readonly string[];
  /** As it is most often written by the members. */
  readonly surface: string;
  /** Distinct accounts of the members that used it; never below the minimum. */
  readonly accounts: number;
  /** Share of the members' texts that hold it. */
  readonly share: number;
  /** z-score of the log-odds against the contrast. */
  readonly score: number;
  /** Whether it mostly follows "how do I" or "I want to", or begins the text: then it says what to do. */
  readonly leadIn: LeadIn;
};

export type TermOptions = {
  readonly minAccounts: number;
  /** Words that say nothing by themselves: no term begins or ends with one. Lower case. */
  readonly stopwords: ReadonlySet<string>;
  readonly limit: number;
};

/** Longest phrase, in words. */
const MAX_WORDS = 4;
/** Weight of the prior against the evidence, in accounts. */
const PRIOR = 2;
/** A fifth more members must use it than non-members, or it does not set the cluster apart. */
const MIN_SCORE = 1;

type Tally = {
  words: readonly string[];
  readonly accounts: Set<string>;
  readonly surfaces: Map<string, number>;
  texts: number;
  lastText: number;
  howTo: number;
  to: number;
  first: number;
};

/**
 * The words and phrases that set the members' texts apart from the contrast, most telling first. Counted by account,
 * not by use, so that one account that repeats itself weighs as one; a term that fewer than `minAccounts` of the members'
 * accounts used is never among them. Log-odds with an informative prior (Monroe, Colaresi and Quinn 2008).
 * O(words of all texts). Deterministic.
 */
export function distinctiveTerms(
  members: readonly Utterance[],
  contrast: readonly Utterance[],
  { minAccounts, stopwords, limit }: TermOptions,
): readonly Term[] {
  const inside = tally(members, stopwords);
  const outside = tally(contrast, stopwords);
  const total = accountsOf(members);
  const totalOutside = accountsOf(contrast);
  const terms: Term[] = [];
  for (const [key, found] of inside) {
    if (found.accounts.size < minAccounts) continue;
    const score = logOdds(found.accounts.size, total, outside.get(key)?.accounts.size ?? 0, totalOutside);
    if (score < MIN_SCORE) continue;
    terms.push({
      words: found.words,
      surface: mostUsed(found.surfaces),
      accounts: found.accounts.size,
      share: found.texts / members.length,
      score,
      leadIn: leadInOf(found),
    });
  }
  terms.sort((a, b) => b.score - a.score || b.accounts - a.accounts || (a.surface < b.surface ? -1 : 1));
  return withoutFragments(terms).slice(0, limit);
}

function accountsOf(texts: readonly Utterance[]): number {
  return new Set(texts.map(({ account }) => account)).size;
}

function tally(texts: readonly Utterance[], stopwords: ReadonlySet<string>): Map<string, Tally> {
  const terms = new Map<string, Tally>();
  for (const [index, { text, account }] of texts.entries()) {
    const tokens = tokenize(text);
    for (let start = 0; start < tokens.length; start++) {
      countFrom(terms, tokens, start, { text, account, index }, stopwords);
    }
  }
  return terms;
}

type Place = { readonly text: string; readonly account: string; readonly index: number };

/** Counts every phrase that begins with the token at `start`. */
function countFrom(
  terms: Map<string, Tally>,
  tokens: readonly Token[],
  start: number,
  { text, account, index }: Place,
  stopwords: ReadonlySet<string>,
): void {
  const first = tokens[start];
  if (first === undefined || !carries(first, stopwords)) return;
  const leadIn = leadInAt(tokens, start);
  const words: string[] = [];
  for (let end = start; end < tokens.length && words.length < MAX_WORDS; end++) {
    const token = tokens[end];
    if (token === undefined || (end > start && token.apart)) return;
    words.push(token.word);
    if (!carries(token, stopwords)) continue;
    const key = words.join(' ');
    let found = terms.get(key);
    if (found === undefined) {
      found = { words: [...words], accounts: new Set(), surfaces: new Map(), texts: 0, lastText: -1, howTo: 0, to: 0, first: 0 };
      terms.set(key, found);
    }
    if (found.lastText === index) continue;
    found.lastText = index;
    found.texts++;
    found.accounts.add(account);
    if (leadIn === 'how-to') found.howTo++;
    else if (leadIn === 'to') found.to++;
    if (start === 0) found.first++;
    const surface = text.slice(first.start, token.end);
    found.surfaces.set(surface, (found.surfaces.get(surface) ?? 0) + 1);
  }
}

/** Whether a term may begin or end with it. */
function carries({ word }: Token, stopwords: ReadonlySet<string>): boolean {
  return !stopwords.has(word) && /\p{L}/u.test(word) && (word.length > 1 || !/^[a-z]$/.test(word));
}

const HOW = new Set(['do i', 'can i', 'should i', 'could i', 'would i', 'do you', 'can you', 'how to']);
const WANT = new Set(['want to', 'need to', 'like to', 'trying to', 'try to', 'able to', 'me to', 'can you', 'could you', 'can i', 'you to']);

/** What stands before a phrase in English; other languages give 'none'. */
function leadInAt(tokens: readonly Token[], start: number): LeadIn {
  const before = tokens[start - 1];
  if (before === undefined) return 'none';
  const pair = `${tokens[start - 2]?.word ?? ''} ${before.word}`;
  if (HOW.has(pair) && (pair === 'how to' || tokens[start - 3]?.word === 'how')) return 'how-to';
  return WANT.has(pair) || before.word === 'please' ? 'to' : 'none';
}

/** Beginning the text counts, as orders do; but some must say "to" before it, for subjects begin texts as well. */
function leadInOf({ howTo, to, first, texts }: Tally): LeadIn {
  if ((howTo + to + first) * 2 <= texts || (howTo + to) * 8 < texts) return 'none';
  return howTo > to ? 'how-to' : 'to';
}

function mostUsed(surfaces: ReadonlyMap<string, number>): string {
  let best = '';
  let uses = 0;
  for (const [surface, count] of surfaces) {
    if (count > uses || (count === uses && surface < best)) {
      best = surface;
      uses = count;
    }
  }
  return best;
}

/** z-score of the difference in log-odds between `a` of `n` and `b` of `m`, shrunk towards their common rate. */
function logOdds(a: number, n: number, b: number, m: number): number {
  const common = (a + b) / (n + m);
  const prior = PRIOR * common;
  const counter = PRIOR * (1 - common);
  const odds = (hits: number, all: number): number => Math.log((hits + prior) / (all - hits + counter));
  const variance = 1 / (a + prior) + 1 / (b + prior);
  return (odds(a, n) - odds(b, m)) / Math.sqrt(variance);
}

/** Drops a term that hardly ever comes without one longer term that holds it. */
function withoutFragments(terms: readonly Term[]): readonly Term[] {
  return terms.filter(
    (term) =>
      !terms.some(
        (other) =>
          other.words.length > term.words.length &&
          other.accounts >= 0.75 * term.accounts &&
          ` ${other.words.join(' ')} `.includes(` ${term.words.join(' ')} `),
      ),
  );
}
