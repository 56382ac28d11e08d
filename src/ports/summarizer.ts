import type { Conversation } from '../domain/conversation.ts';
import type { FacetSource, Facets, FacetTexts, FacetValues } from '../domain/facets.ts';

export type Summary = {
  readonly facets: Facets;
  /** Text facets besides those. */
  readonly texts: FacetTexts;
  /** Answers that can be counted. */
  readonly values: FacetValues;
  /** Watches whose question was answered with yes; null: it could be asked of nobody. */
  readonly screened: readonly string[] | null;
  readonly source: FacetSource;
};

/** A question that says whether a conversation is one for a watch. */
export type Screening = { readonly id: string; readonly question: string };

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
   * @param screening questions that ride along
   */
  summarize(
    conversation: Conversation,
    failures?: number,
    screening?: readonly Screening[],
  ): Promise<Summary>;
  stop(): Promise<void>;
}
