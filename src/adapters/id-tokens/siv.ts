import { aessiv } from '@noble/ciphers/aes.js';
import { accountToken, conversationToken } from '../../domain/ids.ts';
import type { IdTokens } from '../../ports/id-tokens.ts';
import { createLikeness, deriveHmacKey, deriveKey, fingerprintOf, mac, templateOf } from './derive.ts';

const CONVERSATION = new TextEncoder().encode('conversation');
const ACCOUNT = new TextEncoder().encode('account');

/**
 * Tokens that a holder of the key can open: AES-256-SIV (RFC 5297), deterministic authenticated encryption; the kind is
 * authenticated with it. A token shows how long the id was. `key`: 32 bytes. About 30 µs a token.
 */
export function createSivTokens(key: Uint8Array): IdTokens {
  const secret = deriveKey(key, 'siv', 64);
  const sketches = deriveHmacKey(key, 'sketch');
  const likeness = createLikeness(key);
  const seal = (raw: string, kind: Uint8Array): string =>
    Buffer.from(aessiv(secret, kind).encrypt(Buffer.from(raw, 'utf8'))).toString('base64url');
  return {
    conversation: (raw) => conversationToken(seal(raw, CONVERSATION)),
    account: (raw) => accountToken(seal(raw, ACCOUNT)),
    sketch: (text) => mac(sketches, templateOf(text)),
    likeness,
    fingerprint: fingerprintOf(key, 'siv'),
    open(token) {
      const conversation = unseal(secret, token, CONVERSATION);
      if (conversation !== null) return { kind: 'conversation', id: conversation };
      const account = unseal(secret, token, ACCOUNT);
      return account === null ? null : { kind: 'account', id: account };
    },
  };
}

function unseal(secret: Uint8Array, token: string, kind: Uint8Array): string | null {
  try {
    return Buffer.from(aessiv(secret, kind).decrypt(Buffer.from(token, 'base64url'))).toString('utf8');
  } catch {
    // Not sealed by this key as this kind: the library says so by throwing.
    return null;
  }
}
