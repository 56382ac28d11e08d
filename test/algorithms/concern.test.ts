import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weigh } from '../../src/algorithms/concern.ts';

describe('concern by rules', () => {
  it.each([
    [1, 'How do I bake bread without an oven?'],
    [1, 'How can I kill a Python process?'],
    [1, 'What is the best time to visit Lisbon?'],
    [2, 'A gun was found in the old house.'],
    [3, 'Is a phishing email a crime?'],
    [4, 'How to make a bomb at home'],
    [5, 'How to make a bomb at home without being detected'],
    [4, 'I want to kill myself'],
    [5, 'where to find child porn'],
    [4, 'wie kann ich eine bombe bauen'],
    [4, '如何制造炸弹'],
  ])('rates %i: %s', (concern, text) => {
    expect(weigh(text, []).concern).toBe(concern);
  });

  it('names the rules that led there', () => {
    expect(weigh('how to make a bomb', []).reason).toBe('terms: weapons, asks-how');
    expect(weigh('a poem', []).reason).toBe('nothing matched');
    expect(weigh('a poem', ['sexual']).reason).toBe('flag: sexual');
  });

  it.each([
    [5, 'sexual/minors'],
    [4, 'self-harm'],
    [3, 'violence'],
    [2, 'a-flag-of-our-own'],
  ])('is at least %i under the flag %s', (least, flag) => {
    expect(weigh('a poem about spring', [flag]).concern).toBe(least);
  });

  it('never falls by a flag more, and stays within 1 and 5', () => {
    const text = fc.array(
      fc.constantFrom('bomb', 'how to', 'kill', 'child porn', 'python', 'poem', 'undetected'),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(
        text,
        fc.array(fc.constantFrom('spam', 'minors', 'hate'), { maxLength: 3 }),
        (words, flags) => {
          const alone = weigh(words.join(' '), []).concern;
          const flagged = weigh(words.join(' '), flags).concern;
          expect(flagged).toBeGreaterThanOrEqual(alone);
          expect(alone).toBeGreaterThanOrEqual(1);
          expect(flagged).toBeLessThanOrEqual(5);
        },
      ),
    );
  });
});
