import { createCipheriv, createHmac, createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { minima, shingles } from '../../algorithms/likeness.ts';
import { redact } from '../../algorithms/redact.ts';

/**
 * The beginning of a text that tells templates apart, in UTF-16 code units. Longer, it would reach what is filled in: a wave of one template
 * with twenty keywords would look like twenty wordings. On the demo's topics pairs of its waves begin alike in 33 to 100 of 100 cases
 * and those of any other topic in 7 at most; at 48 and more the waves look like the others.
 */
const SKETCH_LENGTH = 40;
/** Of the text looked at, as white space and quotations shrink. */
const LOOKED_AT = 400;

/** A key of its own for every purpose, so that no token of one kind is ever equal to one of another. RFC 5869. */
export function deriveKey(key: Uint8Array, purpose: string, bytes: number): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', key, new Uint8Array(0), `cliowatch/v1/${purpose}`, bytes));
}

export function deriveHmacKey(key: Uint8Array, purpose: string): KeyObject {
  return createSecretKey(deriveKey(key, purpose, 32));
}

/** HMAC-SHA256 as 22 URL-safe characters (132 bits). About 4 µs. */
export function mac(key: KeyObject, text: string): string {
  return createHmac('sha256', key).update(text).digest('base64url').slice(0, 22);
}

/** The mode is part of it: tokens of two modes differ as much as tokens of two keys. */
export function fingerprintOf(key: Uint8Array, mode: 'hmac' | 'siv'): string {
  return Buffer.from(deriveKey(key, `fingerprint/${mode}`, 6)).toString('base64url');
}

/** A text without what differs between uses of one template: case, numbers, white space, quotations, and what follows. */
export function templateOf(text: string): string {
  return plainOf(text.slice(0, LOOKED_AT)).slice(0, SKETCH_LENGTH);
}

/** Cyrillic and Greek letters that look like Latin ones. Of a text in those scripts each still stands for one sound. */
const LOOKALIKES = new Map(
  [...'аеорсухіјѕԁһԛԝӏѵοανρικτυχ'].map((letter, i) => [letter, 'aeopcyxijsdhqwlvoavpiktux'[i] ?? letter]),
);
const UNUSUAL = /[^\t-~]/;

/** What is seen of a text, however it is written: who sends one template a thousand times has reason to write it in a thousand ways. */
function seenOf(text: string): string {
  if (!UNUSUAL.test(text)) return text;
  return text
    .normalize('NFKD')
    .replace(/\p{Cf}|[\u0300-\u036f]|[\u115f\u1160\u3164]|[\ufe00-\ufe0f]/gu, '')
    .normalize('NFC')
    .toLowerCase()
    .replace(/[\u0370-\u052f]/g, (letter) => LOOKALIKES.get(letter) ?? letter);
}

function plainOf(text: string): string {
  return seenOf(text)
    .trim()
    .toLowerCase()
    .replace(/\p{Nd}+/gu, '0')
    .replace(/"[^"]*"|“[^”]*”|«[^»]*»/gu, '""')
    .replace(/\s+/gu, ' ');
}

/**
 * Makes keyed MinHash sketches: of a text without what is private or differs between uses of one template, as 32 URL-safe characters; ''
 * when it is too short. AES-128 makes a keyed random number of each shingle, all in one call; ECB, as only the least of the blocks leave, a
 * byte each. One cipher for all, as making one takes longer than the rest. About 8 µs for 100 characters.
 */
export function createLikeness(key: Uint8Array): (text: string) => string {
  const cipher = createCipheriv('aes-128-ecb', deriveKey(key, 'likeness', 16), null).setAutoPadding(false);
  return function likeness(text) {
    const blocks = shingles(plainOf(redact(text.slice(0, LOOKED_AT)).text));
    return blocks === null ? '' : Buffer.from(minima(cipher.update(blocks))).toString('base64url');
  };
}
