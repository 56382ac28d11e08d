import { RULES, SPACELESS_RULES } from './rules.ts';

/** Categories that say how something is asked, not what. */
export const TRAITS: ReadonlySet<string> = new Set(['asks-how', 'unseen', 'harmless-setting']);

type Term = {
  readonly rest: readonly string[];
  readonly category: string;
  readonly weight: number;
};

/** By first word, so that a text is looked up word by word, however long the lists. */
export const TERMS: ReadonlyMap<string, readonly Term[]> = byFirstWord();

export const SPACELESS: readonly {
  phrase: string;
  category: string;
  weight: number;
}[] = SPACELESS_RULES.flatMap(({ category, weight, terms }) =>
  terms.split('|').map((phrase) => ({ phrase, category, weight })),
);

function byFirstWord(): Map<string, Term[]> {
  const index = new Map<string, Term[]>();
  for (const { category, weight, terms } of RULES) {
    for (const term of terms.split('|')) {
      const [first = '', ...rest] = term.split(' ');
      const known = index.get(first) ?? [];
      known.push({ rest, category, weight });
      index.set(first, known);
    }
  }
  return index;
}
