import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip, element } from '../../src/algorithms/fence.ts';
import { BROKEN_ENTITY, hostile } from '../support/hostile-text.ts';

describe('element', () => {
  it('holds nothing that could be read as a tag', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 0, max: 50 }), (text, limit) => {
        expect(element('member', text, limit)).toMatch(/^<member>[^<>]*(?:<elided\/>)?<\/member>$/u);
        expect(element('member', text, limit)).not.toMatch(BROKEN_ENTITY);
      }),
    );
  });

  it('drops invisible characters that could carry hidden orders', () => {
    expect(element('member', 'plain\u{E0073}\u{E0065}')).toBe('<member>plain</member>');
  });
});

describe('clip', () => {
  it('never leaves half a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, limit) => {
        const clipped = clip(text, limit);
        expect(clipped.isWellFormed()).toBe(true);
        expect(clipped.length).toBeLessThanOrEqual(limit);
        expect(text.startsWith(clipped)).toBe(true);
      }),
    );
  });
});
