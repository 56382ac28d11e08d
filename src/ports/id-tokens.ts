import type { AccountToken, ConversationToken } from '../domain/ids.ts';

/** Replaces raw ids by keyed tokens at the border. The same id and key give the same token. */
export interface IdTokens {
  conversation(raw: string): ConversationToken;
  account(raw: string): AccountToken;
  /** Keyed sketch of a text, for telling equal templates without keeping them. */
  sketch(text: string): string;
  /** Keyed sketch of a text, for telling near-duplicates (`algorithms/likeness.ts`); empty: too short to say. */
  likeness(text: string): string;
  /** First 8 characters of a hash of the key; travels so that two keys are never mixed. */
  readonly fingerprint: string;
  /** Opens a token for an authorised reader; null when tokens are one-way, or this is none of ours. */
  open(token: string): OpenedToken | null;
}

export type OpenedToken = { readonly kind: 'conversation' | 'account'; readonly id: string };
