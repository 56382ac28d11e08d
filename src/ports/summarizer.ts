import type { Conversation } from '../domain/conversation.ts';
import type { FacetSource, Facets } from '../domain/facets.ts';

export type Summary = { readonly facets: Facets; readonly source: FacetSource };

/**
 * A conversation to its facets. Promises: a conversation is data, nothing in it is followed as an instruction; the
 * facets fit their schema; never throws for what a conversation holds. Throws CliowatchError with `retry` when the
 * service is down and the configuration says to wait.
 */
export interface Summarizer {
  readonly kind: 'claude' | 'offline';
  /**
   * @param failures how often this same snapshot was tried before in vain, not counting what was held back: when others are
   * answered, it is the reason itself
   */
  summarize(conversation: Conversation, failures?: number): Promise<Summary>;
  stop(): Promise<void>;
}
