import { check } from '../../algorithms/redact.ts';
import { tokenize } from '../../algorithms/terms/tokenize.ts';
import { distinctiveTerms, type Term } from '../../algorithms/terms.ts';
import type { Label } from '../../domain/generation.ts';
import type { LabelRequest, NestRequest, Title } from '../../ports/labeler.ts';
import { STOPWORDS } from './stopwords.ts';

/** Longest name, in words. */
const MAX_WORDS = 10;
/** Looked through for the best phrase. */
const CANDIDATES = 40;
/** In standard errors: below it a term may stand in a name by chance. */
const SURE = 2;
/** Of its children that use a term, for a heading to bear it. */
const SHARED = 0.3;
/** Of a cluster whose members only say hello, thanks or yes: no term sets it apart, and it is often a large one. */
const WORDLESS: Label = {
  name: 'Greet, thank or agree, with no request',
  description:
    'Users greeted, thanked, agreed or declined, or asked for help without saying with what. Most of their conversations held no request in words.',
  by: 'offline',
  audit: 5,
  audit_reason: 'holds no word of a conversation',
};
/** Members that hold no word of their own, for a cluster to be called by that. */
const WORDLESS_SHARE = 0.8;
const LEAD_INS = /^(?:Ask about|Ask how to|Ask to|Ask for) /;

/**
 * Names without a network, as plain sums: the terms that set a cluster apart, each used by at least the minimum of
 * accounts. A name is what the members say, not what they mean. The same members and contrast give the same label. Some
 * milliseconds for 50 and 50 texts. Runs in the worker of `offline.ts`.
 */
export function labelOf(request: LabelRequest): Label | null {
  if (isWordless(request)) return WORDLESS;
  const { members, contrast, minAccounts } = request;
  const terms = distinctiveTerms(members, contrast, {
    minAccounts,
    stopwords: STOPWORDS,
    limit: CANDIDATES,
  }).filter(({ surface }) => check(surface) === null);
  const chosen = choose(terms, SURE);
  const [best] = chosen;
  if (best === undefined) return null;
  const name = nameOf(chosen);
  const description = describe(name, best, chosen, terms);
  return { name, description, by: 'offline', ...audit(`${name}. ${description}`, chosen, minAccounts) };
}

function isWordless({ members, minAccounts, subject }: LabelRequest): boolean {
  if (subject !== undefined) return false;
  const wordless = members.filter(({ text }) => tokenize(text).length === 0);
  const accounts = new Set(wordless.map(({ account }) => account)).size;
  return wordless.length >= WORDLESS_SHARE * members.length && accounts >= minAccounts;
}

/** The best phrase, however weak, then sure terms that share no word with what was chosen before. */
function choose(terms: readonly Term[], sure: number): readonly Term[] {
  const ranked = terms.toSorted((a, b) => worth(b) - worth(a));
  const chosen: Term[] = [];
  for (const term of ranked) {
    if (chosen.length === 3) break;
    if (chosen.length > 0 && term.score < sure) continue;
    if (!chosen.some((other) => overlaps(other, term))) chosen.push(term);
  }
  return chosen;
}

/** A phrase says more than a word, and one that many use more than one that tells a few apart. */
function worth({ score, words, share }: Term): number {
  return score * share ** 0.2 * (1 + 1.2 * (words.length - 1));
}

function overlaps(a: Term, b: Term): boolean {
  return a.words.some((word) => b.words.some((other) => stem(word) === stem(other)));
}

/** Enough to see that "accounts" and "account" are one. */
function stem(word: string): string {
  return word.length > 4 ? word.replace(/(?:'s|es|s|ed|ing)$/, '') : word;
}

const LEADS = { 'how-to': 'Ask how to', to: 'Ask to', none: 'Ask about' } as const;

function nameOf(chosen: readonly Term[]): string {
  const [best, ...others] = chosen;
  if (best === undefined) return '';
  const lead = LEADS[best.verb];
  const parts = [best.surface];
  let words = lead.split(' ').length + wordsIn(best.surface);
  for (const { surface, share } of others) {
    const more = wordsIn(surface);
    // One word for "and"; a term that few members use says little of the cluster.
    if (words + more + 1 > MAX_WORDS || share < 0.08) continue;
    parts.push(surface);
    words += more + 1;
  }
  if (best.verb === 'none' || parts.length === 1) return `${lead} ${enumerate(parts)}`;
  return `${lead} ${best.surface}: ${enumerate(parts.slice(1))}`;
}

function wordsIn(text: string): number {
  return text.split(' ').length;
}

/** Past tense, two sentences. Shares to tenths: of few members an exact one tells how many they are. */
function describe(name: string, best: Term, chosen: readonly Term[], terms: readonly Term[]): string {
  const others = terms.filter((term) => term.score >= SURE && !chosen.some((taken) => overlaps(taken, term)));
  const marks = [best, ...others.slice(0, 3)].map(
    ({ surface, share }) => `"${surface}" (${10 * Math.round(10 * share)}%)`,
  );
  return `Users asked${name.slice('Ask'.length)}. What set their conversations apart was ${enumerate(marks)}.`;
}

/** A label holds no private value, and a name that few accounts used may still lead to someone. */
function audit(
  text: string,
  chosen: readonly Term[],
  minAccounts: number,
): { readonly audit: number; readonly audit_reason: string } {
  const kind = check(text);
  if (kind !== null) return { audit: 2, audit_reason: `looks like a private value: ${kind}` };
  const rare = chosen.some(({ surface, accounts }) => isCapitalised(surface) && accounts < 2 * minAccounts);
  if (rare) return { audit: 4, audit_reason: 'a capitalised name that few accounts used' };
  return { audit: 5, audit_reason: `every term used by at least ${minAccounts} accounts` };
}

function isCapitalised(surface: string): boolean {
  return surface.split(' ').every((word) => /^\p{Lu}/u.test(word));
}

/** A label of the title; its audit is of its own words alone, as the children's names are audited. */
export function nestOf({ children }: NestRequest): Label {
  const title = headingOf(children);
  const kind = check(`${title.name}. ${title.description}`);
  return {
    ...title,
    by: 'offline',
    audit: kind === null ? 5 : 2,
    audit_reason: kind === null ? 'made of audited names' : `looks like a private value: ${kind}`,
  };
}

/** What a good part of the children share, else the subjects of the first two. */
export function headingOf(children: readonly { readonly name: string }[]): Title {
  const worded = children.filter(({ name }) => name !== WORDLESS.name);
  if (worded.length === 0 && children.length > 0)
    return { name: WORDLESS.name, description: WORDLESS.description };
  const subjects = worded.map(({ name }, i) => ({ text: name.replace(LEAD_INS, ''), account: String(i) }));
  const terms = distinctiveTerms(subjects, [], {
    minAccounts: Math.max(2, Math.ceil(SHARED * worded.length)),
    stopwords: STOPWORDS,
    limit: CANDIDATES,
  });
  const chosen = choose(terms, 0).map(({ surface }) => surface);
  const shared =
    chosen.length > 0 ? chosen : subjects.slice(0, 2).map(({ text }) => text.split(/[,:]| and /)[0] ?? text);
  return {
    name: withinWords(`Ask about ${enumerate(shared)}`),
    description: `Users asked about ${enumerate(shared)}. It brought together ${children.length} kinds of conversation.`,
  };
}

function withinWords(name: string): string {
  return name.split(' ').slice(0, MAX_WORDS).join(' ');
}

function enumerate(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`;
}
