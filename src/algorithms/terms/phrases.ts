import { type Token, tokenize } from './tokenize.ts';

/** What a phrase is led into by: "how do I ...", "I want to ...", or neither. English only. */
export type Verb = 'how-to' | 'to' | 'none';

export type Phrase = {
  /** Words that carry meaning, in lower case; small words between them are left out. */
  readonly words: readonly string[];
  /** As it stands in the text, small words and all. */
  readonly surface: string;
  readonly verb: Verb;
  /** It begins the text. */
  readonly first: boolean;
};

/** Longest phrase, in words that carry meaning. */
const MAX_WORDS = 3;
/** So many small words may stand between two of them: "change my pin" and "change the pin" are one phrase. */
const MAX_GAP = 2;

/** Every phrase of a text, shorter ones first from each beginning. O(length). */
export function* phrasesOf(text: string, stopwords: ReadonlySet<string>): Generator<Phrase> {
  const tokens = tokenize(text);
  for (const [start, first] of tokens.entries()) {
    if (!carries(first, stopwords)) continue;
    const verb = verbAt(tokens, start);
    const words: string[] = [];
    let gap = 0;
    for (let end = start; end < tokens.length && words.length < MAX_WORDS && gap <= MAX_GAP; end++) {
      const token = tokens[end];
      if (token === undefined || (end > start && token.apart)) break;
      if (!carries(token, stopwords)) {
        gap++;
        continue;
      }
      gap = 0;
      words.push(token.word);
      const surface = text.slice(first.start, token.end).replace(/\s+/gu, ' ');
      yield { words: [...words], surface, verb, first: start === 0 };
    }
  }
}

/** Single signs, numbers and codes, and Japanese grammar carry nothing by themselves. */
function carries({ word }: Token, stopwords: ReadonlySet<string>): boolean {
  if (word.length < 2 || stopwords.has(word)) return false;
  return /\p{L}/u.test(word) && !/\d{3}/.test(word) && !/^\p{Script=Hiragana}{1,3}$/u.test(word);
}

const AFTER_HOW = new Set(['do i', 'can i', 'should i', 'could i', 'would i', 'do you', 'can you']);
const BEFORE_VERB = new Set([
  ...['want to', 'need to', 'like to', 'trying to', 'try to', 'able to', 'me to', 'you to'],
  ...['can you', 'could you', 'would you', 'can i', 'help me'],
]);

function verbAt(tokens: readonly Token[], start: number): Verb {
  const word = (back: number): string => tokens[start - back]?.word ?? '';
  const pair = `${word(2)} ${word(1)}`;
  if (pair === 'how to' || (word(3) === 'how' && AFTER_HOW.has(pair))) return 'how-to';
  return BEFORE_VERB.has(pair) || word(1) === 'please' ? 'to' : 'none';
}
