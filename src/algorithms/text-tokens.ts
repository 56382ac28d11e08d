/** Tokens of a text, from its characters: no tokenizer of the models is public, and asking the service for each text would take a call. */

/**
 * Characters a token, about: of ASCII text, and of other scripts. By the tokenizer of Claude Opus 4.7 and later models, which makes some 30%
 * more tokens of the same text than those before it (Anthropic's documentation of token counting), where 4 and 1.5 are usual.
 */
export const ASCII_PER_TOKEN = 3;
export const OTHER_PER_TOKEN = 1.15;

/** What the estimate may be wrong by, as factors: were it 4 characters a token (long plain words, an older model), or 2.3 (code, numbers). */
export const TOKEN_BAND = { low: 3 / 4, high: 3 / 2.3 } as const;

/** Not whole: sums of many texts are rounded once. O(length). */
export function textTokens(text: string): number {
  return charactersToTokens(text.length, countOther(text));
}

/** Characters (UTF-16 code units) that are no ASCII. O(length), a tenth of it for text that has none. */
export function countOther(text: string): number {
  if (Buffer.byteLength(text) === text.length) return 0;
  let other = 0;
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) other++;
  return other;
}

/** How many characters from the start take `tokens` at most. O(length). */
export function tokensReach(text: string, tokens: number): number {
  let used = 0;
  for (let i = 0; i < text.length; i++) {
    used += 1 / (text.charCodeAt(i) > 127 ? OTHER_PER_TOKEN : ASCII_PER_TOKEN);
    if (used > tokens) return i;
  }
  return text.length;
}

export function charactersToTokens(characters: number, other: number): number {
  return (characters - other) / ASCII_PER_TOKEN + other / OTHER_PER_TOKEN;
}
