import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extract, shorten } from '../../src/algorithms/extract.ts';

describe('extract', () => {
  it.each([
    ['Hello! How do I bake bread without an oven?', 'How do I bake bread without an oven?'],
    [
      'Hi there, thanks!\nPlease write a poem about autumn leaves.',
      'Please write a poem about autumn leaves.',
    ],
    ['你好！请帮我写一首关于秋天的诗。谢谢。', '请帮我写一首关于秋天的诗。'],
    ['こんにちは。東京の天気を教えてください。', '東京の天気を教えてください。'],
    ['Привет! Как испечь хлеб без духовки?', 'Как испечь хлеб без духовки?'],
    [
      'Fix this:\n```js\nconst secret = 1;\n```\nIt throws an error on start.',
      'Fix this: It throws an error on start.',
    ],
    ['> someone wrote this long before me\n\nWhat does that sentence mean?', 'What does that sentence mean?'],
    ['Version 3.14 of app.config.ts fails to load here', 'Version 3.14 of app.config.ts fails to load here'],
    [
      '# Title of mine\n<b>Explain</b>   the\t\tcauses of **inflation**',
      'Title of mine Explain the causes of inflation',
    ],
  ])('takes from %j what it says', (message, wanted) => {
    const { text, informative } = extract(message);
    expect(text).toBe(wanted);
    expect(informative).toBe(true);
  });

  it.each(['hi', 'Thank you so much!', '谢谢', '', '   ', '???', 'Hello, can you help me?'])(
    'sees that %j says nothing',
    (message) => {
      expect(extract(message).informative).toBe(false);
    },
  );

  it('takes two short sentences, and one that is long enough alone', () => {
    expect(extract('My cat is ill. She does not eat. Her name is long.').text).toBe(
      'My cat is ill. She does not eat.',
    );
    const long = `${'word '.repeat(30)}end.`;
    expect(extract(`${long} And more is said here.`).text).toBe(long);
  });

  it('gives something of a message that is nothing but code', () => {
    expect(extract('```\nprint("hello world again")\n```').text).toContain('print');
  });

  it('is one line, and bounded, whatever comes in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.nat(60), (piece, times) => {
        const { text } = extract(piece.repeat(times));
        expect(text.length).toBeLessThanOrEqual(640);
        expect(text).not.toMatch(/[\n\t]| {2}/);
        expect(text.isWellFormed() || !piece.isWellFormed()).toBe(true);
      }),
    );
  });

  it('drops the end where it cut, for a private value cut in two is not known for one', () => {
    const text = extract(`${'and '.repeat(158)}4111 1111 1111 1111 and so on`).text;
    expect(text).not.toContain('4111');
  });

  it.each(['hi ', 'a', '. ', '`', '<a ', '> ', '。', '\n', '# ', '**', 'thanks '])(
    'takes work in proportion to its length: %j over and over',
    (piece) => {
      expect(extract(piece.repeat(50_000)).text.length).toBeLessThanOrEqual(640);
    },
  );
});

describe('shorten', () => {
  it('leaves what is short enough', () => {
    expect(shorten('as it is', 8)).toBe('as it is');
  });

  it('cuts between words and never within a placeholder', () => {
    expect(shorten('one two three four', 12)).toBe('one two…');
    expect(shorten('write to me at [address] today', 20)).toBe('write to me at…');
  });

  it('is never longer than asked for, nor cuts a character in two', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 80 }),
        fc.integer({ min: 2, max: 60 }),
        (text, limit) => {
          const short = shorten(text, limit);
          expect(short.length).toBeLessThanOrEqual(limit);
          expect(short.isWellFormed()).toBe(true);
        },
      ),
    );
  });
});
