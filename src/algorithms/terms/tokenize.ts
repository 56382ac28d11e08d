export type Token = {
  /** In lower case. */
  readonly word: string;
  /** Where it stands in the text. */
  readonly start: number;
  readonly end: number;
  /** Something other than white space or a hyphen stands before it: no phrase goes over that. */
  readonly apart: boolean;
};

const WORD = /\[[a-z]+\]|[\p{L}\p{N}][\p{L}\p{M}\p{N}'’+#]*/gu;
/** Scripts that put no space between words. */
const SPACELESS = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]/;
const segmenter = new Intl.Segmenter('und', { granularity: 'word' });

/**
 * Words of a text in any script, with their places. Placeholders such as `[email]` are no words and part phrases.
 * O(length). Word breaks of scripts without spaces: Unicode UAX 29 with ICU dictionaries.
 */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let from = 0;
  const add = (word: string, start: number): void => {
    const apart = /[^\s-]/u.test(text.slice(from, start));
    from = start + word.length;
    tokens.push({ word: word.toLowerCase().replaceAll('’', "'"), start, end: from, apart });
  };
  for (const { 0: word, index } of text.matchAll(WORD)) {
    if (word.startsWith('[')) continue;
    if (!SPACELESS.test(word)) add(word.replace(/['’]s?$/, ''), index);
    else for (const { segment, index: inner } of segmenter.segment(word)) add(segment, index + inner);
  }
  return tokens;
}
