import { accountToken, conversationToken } from '../../domain/ids.ts';
import type { IdTokens } from '../../ports/id-tokens.ts';
import { createLikeness, deriveHmacKey, fingerprintOf, mac, templateOf } from './derive.ts';

/** One-way tokens: HMAC-SHA256 under a key of its own for each kind. `key`: 32 bytes. */
export function createHmacTokens(key: Uint8Array): IdTokens {
  const conversations = deriveHmacKey(key, 'conversation');
  const accounts = deriveHmacKey(key, 'account');
  const sketches = deriveHmacKey(key, 'sketch');
  const likeness = createLikeness(key);
  return {
    conversation: (raw) => conversationToken(mac(conversations, raw)),
    account: (raw) => accountToken(mac(accounts, raw)),
    sketch: (text) => mac(sketches, templateOf(text)),
    likeness,
    fingerprint: fingerprintOf(key, 'hmac'),
    open: () => null,
  };
}
