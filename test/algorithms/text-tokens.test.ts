import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TOKEN_BAND, textTokens, tokensReach } from '../../src/algorithms/text-tokens.ts';

describe('the estimate of tokens', () => {
  it('takes 4 characters of ASCII a token, and 1.5 of other scripts', () => {
    expect(textTokens('')).toBe(0);
    expect(textTokens('abcd'.repeat(10))).toBe(10);
    expect(textTokens('退款退款退款')).toBe(4);
    expect(textTokens('abcd退款退')).toBe(3);
  });

  it('is the sum of its parts, never negative, and at least that of its length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(textTokens(a + b)).toBeCloseTo(textTokens(a) + textTokens(b), 9);
        expect(textTokens(a)).toBeGreaterThanOrEqual(a.length / 4);
      }),
    );
  });

  it('tells how far so many tokens reach', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 0, max: 40 }), (text, tokens) => {
        const reach = tokensReach(text, tokens);
        expect(textTokens(text.slice(0, reach))).toBeLessThanOrEqual(tokens + 1e-9);
        if (reach < text.length) expect(textTokens(text.slice(0, reach + 1))).toBeGreaterThan(tokens - 1e-9);
      }),
    );
  });

  it('has a band around it', () => {
    expect(TOKEN_BAND.low).toBeLessThan(1);
    expect(TOKEN_BAND.high).toBeGreaterThan(1);
  });
});
