import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHmacTokens } from '../../src/adapters/id-tokens/hmac.ts';
import { groupAlike, LIKENESS_BINS } from '../../src/algorithms/likeness.ts';
import { seededRandom } from '../../src/algorithms/random.ts';
import { finish } from '../support/finish.ts';

const { likeness } = createHmacTokens(Buffer.alloc(32, 7));
const groups = (texts: readonly string[]): number[] => finish(groupAlike(texts.map(likeness)));
const words = fc.array(fc.stringMatching(/^[a-z]{3,9}$/), { minLength: 12, maxLength: 30 });

describe('near-duplicates', () => {
  it('are one template with a word or two exchanged', () => {
    const review = (what: string, where: string) =>
      `Write a friendly five star review of the ${what} that I bought at ${where}, and say that it came early`;
    const [a, b, c, other] = groups([
      review('toaster', 'HomeShop'),
      review('night lamp', 'HomeShop'),
      review('toaster', 'Lumio'),
      'Explain to me how a toaster works, and why the wires in it glow when I switch it on',
    ]);
    expect([b, c]).toEqual([a, a]);
    expect(other).not.toBe(a);
  });

  it('may differ in numbers, quotations, case, white space and private values', () => {
    const [a, b] = groups([
      'Answer the mail of anna@example.org about order 1234: "Where is it?" Be polite',
      'answer the  mail of bob.smith@example.com about order 98765: "I want my money back!" be polite',
    ]);
    expect(b).toBe(a);
  });

  it('are what looks the same, whatever it is written in', () => {
    const plain = 'Write 300 words promoting red casino chips and add the customer link for all my readers';
    const lookalike: Readonly<Record<string, string>> = { a: 'а', e: 'е', o: 'о', c: 'с', p: 'р', i: 'і' };
    const written = fc.constantFrom(
      (letter: string) => `${letter}\u200b`,
      (letter: string) => `${letter}\u2060\ufe0f`,
      (letter: string) => `${letter}\u0301`,
      (letter: string) => lookalike[letter] ?? letter,
      (letter: string) =>
        /[!-~]/.test(letter) ? String.fromCharCode(letter.charCodeAt(0) + 0xfee0) : letter,
      (letter: string) =>
        /[a-z]/.test(letter) ? String.fromCodePoint(0x1d41a + letter.charCodeAt(0) - 97) : letter,
    );
    fc.assert(
      fc.property(
        fc.array(fc.option(written), { minLength: plain.length, maxLength: plain.length }),
        (how) => {
          const text = [...plain].map((letter, i) => how[i]?.(letter) ?? letter).join('');
          expect(likeness(text)).toBe(likeness(plain));
        },
      ),
    );
  });

  it('are told of short texts in scripts that say more with fewer characters', () => {
    const spam = (length: string, goods: string) => `请写${length}字推荐${goods}并附上客户链接谢谢大家支持`;
    const [a, b, other] = groups([
      spam('三百', '红色赌场筹码'),
      spam('五百', '红色赌场筹码'),
      '为什么春天的时候花园里的玫瑰需要多浇水呢请解释一下',
    ]);
    expect(a).not.toBe(-1);
    expect(b).toBe(a);
    expect(other).not.toBe(a);
    expect(groups(['你好', '继续', '请继续写下去谢谢'])).toEqual([-1, -1, -1]);
  });

  it('are not told of what is too short to be anybody’s own', () => {
    expect(groups(['hello', 'hello', 'go on please', ''])).toEqual([-1, -1, -1, -1]);
  });

  it('are not random texts of the same words', () => {
    fc.assert(
      fc.property(words, words, (a, b) => {
        const shared = a.filter((word) => b.includes(word)).length;
        fc.pre(shared < 2);
        const [first, second] = groups([a.join(' '), b.join(' ')]);
        expect(second).not.toBe(first);
      }),
    );
  });

  it('are grouped alike in any order', () => {
    const texts = fc.array(
      fc.constantFrom('a', 'b', 'c', 'd').chain((key) => words.map((w) => `${key.repeat(40)} ${w[0]}`)),
      {
        minLength: 2,
        maxLength: 40,
      },
    );
    const partition = (of: readonly string[]) =>
      [
        ...Map.groupBy(
          groups(of).map((group, i) => ({ group, text: of[i] })),
          ({ group }) => group,
        ).values(),
      ]
        .map((members) =>
          members
            .map(({ text }) => text)
            .sort()
            .join('|'),
        )
        .sort();
    fc.assert(
      fc.property(texts, (of) => {
        expect(partition([...of].reverse())).toEqual(partition(of));
      }),
    );
  });

  it('share as many bins as their texts share of shingles, on average and within the error of 24 draws', () => {
    const random = seededRandom(5);
    const letters = (n: number) =>
      Array.from({ length: n }, () => String.fromCharCode(97 + random() * 26)).join('');
    for (const kept of [0, 100, 200, 300]) {
      let shared = 0;
      const pairs = 300;
      for (let i = 0; i < pairs; i++) {
        const head = letters(kept);
        const [a, b] = [head + letters(300 - kept), head + letters(300 - kept)].map((text) =>
          Buffer.from(likeness(text), 'base64url'),
        );
        for (let bin = 0; bin < LIKENESS_BINS; bin++) if (a?.[bin] === b?.[bin]) shared++;
      }
      const common = Math.max(0, kept - 5);
      const jaccard = common / (2 * 295 - common);
      const expected = jaccard + (1 - jaccard) / 256;
      const error = Math.sqrt(Math.max(0.004, expected * (1 - expected)) / (LIKENESS_BINS * pairs));
      expect(Math.abs(shared / (LIKENESS_BINS * pairs) - expected), String(kept)).toBeLessThan(5 * error);
    }
  });
});
