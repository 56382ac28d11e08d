import { eld } from 'eld/small';
import { weigh } from '../../algorithms/concern.ts';
import { extract, shorten } from '../../algorithms/extract.ts';
import { redact } from '../../algorithms/redact.ts';
import type { Conversation } from '../../domain/conversation.ts';
import { messageText } from '../../domain/conversation.ts';
import type { Facets } from '../../domain/facets.ts';
import type { Summarizer } from '../../ports/summarizer.ts';

/** Longest request and task, in UTF-16 code units; a placeholder put in at the cut may make it a little longer. */
const MAX_EXTRACT = 200;
/** Read for concern: so much of one message, and of all. */
const CONCERN_MESSAGE = 1_500;
const CONCERN_TOTAL = 4_000;

type OfflineSummarizerOptions = {
  /** Told of private values taken out of what is kept. */
  readonly onRedacted: (kind: string, count: number) => void;
};

/**
 * Facets without a network: what the user said first and last that says something, redacted; language by n-grams;
 * concern by rules. An extract, not a summary: it keeps the user's words, and a name that no rule knows stays in it.
 */
export function createOfflineSummarizer({ onRedacted }: OfflineSummarizerOptions): Summarizer {
  return {
    kind: 'offline',
    summarize: async (conversation) => ({
      facets: facetsOf(conversation, onRedacted),
      source: { by: 'offline', fallback: false },
    }),
    stop: async () => {},
  };
}

function facetsOf(conversation: Conversation, onRedacted: OfflineSummarizerOptions['onRedacted']): Facets {
  const said: string[] = [];
  for (const message of conversation.messages) {
    if (message.role !== 'user') continue;
    const text = messageText(message);
    if (text.trim() !== '') said.push(text);
  }
  const keep = (text: string): string => {
    const clean = redact(text);
    for (const [kind, count] of Object.entries(clean.found)) onRedacted(kind, count);
    const short = shorten(clean.text, MAX_EXTRACT);
    // What is left of a value cut in two may be a value of its own.
    return short === clean.text ? short : redact(short).text;
  };
  const first = firstRequest(said);
  const last = lastRequest(said) ?? first;
  const request = keep(first);
  const { concern, reason } = weigh(beginnings(said), conversation.flags ?? []);
  return {
    request,
    task: last === first ? request : keep(last),
    languages: languagesOf(request),
    concern,
    concern_reason: reason,
  };
}

/** Of the first message that says something; if none does, of the first that is not empty. */
function firstRequest(said: readonly string[]): string {
  let fallback = '';
  for (const text of said) {
    const { text: extracted, informative } = extract(text);
    if (informative) return extracted;
    if (fallback === '') fallback = extracted;
  }
  return fallback;
}

/** Of the last message after the first that says something. */
function lastRequest(said: readonly string[]): string | null {
  for (let i = said.length - 1; i > 0; i--) {
    const { text, informative } = extract(said[i] ?? '');
    if (informative) return text;
  }
  return null;
}

/** The beginning of every message, up to a total. */
function beginnings(said: readonly string[]): string {
  let text = '';
  for (const message of said) {
    if (text.length >= CONCERN_TOTAL) break;
    text += `${message.slice(0, CONCERN_MESSAGE)}\n`;
  }
  return text;
}

/**
 * As a BCP 47 primary tag; nothing when the detector is not sure, as with short texts and languages it does not know.
 * Of the kept extract, not the whole message: its time grows with length (about 25 µs for 100 characters).
 */
function languagesOf(request: string): string[] {
  const detected = eld.detect(request.replaceAll(/\[[a-z]+\]/g, ' '));
  return detected.isReliable() ? [detected.language] : [];
}
