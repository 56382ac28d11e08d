import type { Conversation } from '../../domain/conversation.ts';
import { messageText } from '../../domain/conversation.ts';
import type { Summarizer } from '../../ports/summarizer.ts';
import { batched } from '../thread/batched.ts';
import { createThread, workerScript } from '../thread/thread.ts';
import type { OfflineFacets, Said } from './offline-facets.ts';

/** So much of one message goes to the thread: all that extracts and concern look at. */
const READ = 2_000;

type OfflineSummarizerOptions = {
  /** Told of private values taken out of what is kept. */
  readonly onRedacted: (kind: string, count: number) => void;
};

/**
 * Facets without a network, in a worker thread: what the user said first and last that says something, redacted; language
 * by n-grams; concern by rules. An extract, not a summary: it keeps the user's words, and a name that no rule knows stays
 * in it. Conversations asked about in one turn go as one message.
 */
export function createOfflineSummarizer({ onRedacted }: OfflineSummarizerOptions): Summarizer {
  const thread = createThread<readonly Said[], OfflineFacets[]>(
    workerScript(import.meta.url, './offline-worker'),
    null,
  );
  const ask = batched((said: readonly Said[]) => thread.call(said));
  return {
    kind: 'offline',
    async summarize(conversation) {
      const { facets, found } = await ask(saidIn(conversation));
      for (const [kind, count] of Object.entries(found)) onRedacted(kind, count);
      const source = { by: 'offline' as const, fallback: false };
      return { facets, texts: {}, values: {}, screened: null, source };
    },
    stop: () => thread.stop(),
  };
}

function saidIn({ messages, flags }: Conversation): Said {
  const texts: string[] = [];
  for (const message of messages) {
    if (message.role !== 'user') continue;
    const text = messageText(message);
    if (text.trim() !== '') texts.push(text.length > READ ? text.slice(0, READ) : text);
  }
  return { texts, flags: flags ?? [] };
}
