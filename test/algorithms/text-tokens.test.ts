import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TOKEN_BAND, textTokens, tokensReach } from '../../src/algorithms/text-tokens.ts';

describe('the estimate of tokens', () => {
  it('takes 3 characters of ASCII a token, and 1.15 of other scripts', () => {
    expect(textTokens('')).toBe(0);
    expect(textTokens('abc'.repeat(10))).toBe(10);
    expect(textTokens('退款'.repeat(23))).toBeCloseTo(40, 9);
    expect(textTokens(`abc${'退'.repeat(23)}`)).toBeCloseTo(21, 9);
  });

  it('is the sum of its parts, never negative, and at least that of its length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(textTokens(a + b)).toBeCloseTo(textTokens(a) + textTokens(b), 9);
        expect(textTokens(a)).toBeGreaterThanOrEqual(a.length / 3 - 1e-9);
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
