import { hkdfSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createHmacTokens } from '../../../src/adapters/id-tokens/hmac.ts';
import { createSivTokens } from '../../../src/adapters/id-tokens/siv.ts';

const key = new Uint8Array(32).fill(7);
const otherKey = new Uint8Array(32).fill(8);
const modes = [
  { mode: 'hmac', create: createHmacTokens },
  { mode: 'siv', create: createSivTokens },
];

describe.each(modes)('tokens by $mode', ({ create }) => {
  const tokens = create(key);

  it('gives the same token for the same id and key, also after a restart', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 256 }), (raw) => {
        expect(create(key).conversation(raw)).toBe(tokens.conversation(raw));
        expect(create(key).account(raw)).toBe(tokens.account(raw));
      }),
      { numRuns: 50 },
    );
  });

  it('gives different tokens for different ids', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: 'grapheme', minLength: 1 }), { minLength: 2, maxLength: 5 }),
        (raw) => {
          expect(new Set(raw.map((id) => tokens.account(id))).size).toBe(raw.length);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('keeps conversations, accounts and sketches apart though the text is equal', () => {
    expect(new Set([tokens.conversation('x'), tokens.account('x'), tokens.sketch('x')]).size).toBe(3);
  });

  it('gives other tokens, sketches and another fingerprint under another key', () => {
    const other = create(otherKey);
    expect(other.account('x')).not.toBe(tokens.account('x'));
    expect(other.sketch('x')).not.toBe(tokens.sketch('x'));
    expect(other.fingerprint).not.toBe(tokens.fingerprint);
  });

  it('writes tokens in URL-safe characters, at least 22 of them', () => {
    for (const token of [tokens.conversation('a'), tokens.account('日本'), tokens.sketch('')]) {
      expect(token).toMatch(/^[A-Za-z0-9_-]{22,}$/);
    }
    expect(tokens.fingerprint).toMatch(/^[A-Za-z0-9_-]{8}$/);
  });

  it('sketches texts of one template alike: case, numbers and white space do not tell', () => {
    const sketch = tokens.sketch('Write  a review of order 1234\nfor my shop');
    expect(tokens.sketch('write a Review of order 98 for my shop ')).toBe(sketch);
    expect(tokens.sketch('write a review of order 98 for our shop')).not.toBe(sketch);
  });

  it('sketches by how a text begins: what is filled in later, or quoted, does not tell', () => {
    const article = (keyword: string) =>
      tokens.sketch(`Write a 1200 word SEO article for the keyword "${keyword}".`);
    expect(article('cheap car insurance')).toBe(article('keto gummies'));
    const review = (product: string) => tokens.sketch(`Review "${product}" for my shop, in two lines`);
    expect(review('HeatSock')).toBe(review('PawClean mat'));
    expect(tokens.sketch('Review my shop, in two lines')).not.toBe(review('HeatSock'));
  });

  it('sketches likeness as 32 URL-safe characters, the same after a restart and other ones under another key', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 40, maxLength: 600 }), (text) => {
        const likeness = tokens.likeness(text);
        fc.pre(likeness !== '');
        expect(likeness).toMatch(/^[A-Za-z0-9_-]{32}$/);
        expect(create(key).likeness(text)).toBe(likeness);
        expect(create(otherKey).likeness(text)).not.toBe(likeness);
      }),
      { numRuns: 50 },
    );
    expect(tokens.likeness('hello')).toBe('');
  });

  it('shows nothing of the key in the fingerprint', () => {
    const hmacKey = hkdfSync('sha256', key, new Uint8Array(0), 'cliowatch/v1/account', 32);
    expect(Buffer.from(hmacKey).toString('base64url')).not.toContain(tokens.fingerprint);
    expect(Buffer.from(key).toString('base64url')).not.toContain(tokens.fingerprint);
  });
});

describe('one-way tokens', () => {
  it('cannot be opened', () => {
    const tokens = createHmacTokens(key);
    expect(tokens.open(tokens.account('alice'))).toBeNull();
  });

  it('have another fingerprint than tokens that open, for the tokens differ', () => {
    expect(createHmacTokens(key).fingerprint).not.toBe(createSivTokens(key).fingerprint);
  });
});

describe('tokens that open', () => {
  const tokens = createSivTokens(key);

  it('open to the id they were made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 256 }), (raw) => {
        expect(tokens.open(tokens.conversation(raw))).toEqual({ kind: 'conversation', id: raw });
        expect(tokens.open(tokens.account(raw))).toEqual({ kind: 'account', id: raw });
      }),
      { numRuns: 50 },
    );
  });

  it('open to nothing under another key', () => {
    expect(createSivTokens(otherKey).open(tokens.account('alice'))).toBeNull();
  });

  it('open to nothing when one bit was changed', () => {
    const bytes = Buffer.from(tokens.account('alice'), 'base64url');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const forged = Buffer.from(bytes);
      forged.writeUInt8(forged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(tokens.open(forged.toString('base64url'))).toBeNull();
    }
  });

  it('open to nothing when they are no tokens at all', () => {
    for (const text of ['', 'x', 'not a token', 'ä'.repeat(40)]) expect(tokens.open(text)).toBeNull();
  });
});
