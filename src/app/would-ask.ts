/** Which conversations of a stream the summarizer would be asked about, and what. */
import { loadPrompt } from '../adapters/anthropic/prompts.ts';
import type { FacetsOptions } from '../adapters/summarizer/claude.ts';
import { chanceOf, isTaken } from '../algorithms/sampling/chance.ts';
import { SeenVersions } from '../algorithms/seen.ts';
import { type Conversation, retained } from '../domain/conversation.ts';
import { clusteredFacets } from '../domain/facet-definition.ts';
import { outputsOf } from '../pipeline/admit/sampling.ts';
import { candidates, questionsFor } from '../pipeline/admit/screen.ts';
import { saysSomething } from '../pipeline/admit/select.ts';
import { createWatchBook } from '../pipeline/watches.ts';
import type { Screening } from '../ports/summarizer.ts';
import type { Config } from './config.ts';

/** summarized and snapshots are asked about; the others never. */
export type Verdict =
  | 'summarized'
  | 'snapshots'
  | 'duplicates'
  | 'zeroRetention'
  | 'noUserText'
  | 'outOfTime';

type Selecting = Pick<
  Config['intake'],
  'seen_cap' | 'zero_retention_accounts' | 'earliest' | 'max_future_seconds'
>;

/**
 * As admit selects, but that snapshots of one batch are all taken: which come together is not known.
 * @param now when they would come, ms: admit buries what is far ahead of its clock
 */
export function createVerdicts(intake: Selecting, now: number): (conversation: Conversation) => Verdict {
  const seen = new SeenVersions(intake.seen_cap);
  const zeroRetention = new Set(intake.zero_retention_accounts);
  const earliest = Date.parse(intake.earliest);
  const latest = now + intake.max_future_seconds * 1_000;
  return function verdictOn(conversation) {
    const at = Date.parse(conversation.at);
    if (at < earliest || at > latest) return 'outOfTime';
    const { conversation_id: id, messages, retention } = retained(conversation, zeroRetention);
    if (retention === 'zero') return 'zeroRetention';
    if (!messages.some(saysSomething)) return 'noUserText';
    const known = seen.version(id);
    if (known >= messages.length) return 'duplicates';
    seen.put(id, messages.length);
    return known === 0 ? 'summarized' : 'snapshots';
  };
}

/**
 * Whether admit takes a conversation while the share is as set: what a budget leaves of it is known only when things cost.
 * @param tokenOf of an account, as admit makes it; by any other a sample is drawn that is as large
 */
export function createSampled(
  { sampling: { strategy, share } }: Pick<Config['intake'], 'sampling'>,
  tokenOf: (account: string) => string,
): (conversation: Conversation) => boolean {
  if (strategy === 'all') return () => true;
  return (conversation) =>
    isTaken(tokenOf(conversation.account_id), chanceOf(strategy, share, outputsOf(conversation)));
}

/** The watches' questions that ride along, of the watches in the settings: what operators have added is known to the log alone. */
export function createScreening({
  watches,
  facets,
}: Pick<Config, 'watches' | 'facets'>): (conversation: Conversation) => readonly Screening[] {
  const book = createWatchBook(watches, clusteredFacets(facets));
  return (conversation) =>
    questionsFor(candidates(book.watches(), conversation, Date.parse(conversation.at)));
}

/** As the summarizer asks under these settings. */
export function facetsOptions({ claude, facets }: Pick<Config, 'claude' | 'facets'>): FacetsOptions {
  return {
    model: claude.summarizer_model,
    prompt: loadPrompt('facets'),
    facets,
    transcriptTokens: claude.transcript_tokens,
  };
}
