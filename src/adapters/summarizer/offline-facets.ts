/** Facets without a network, as plain sums over what the user said. Runs in the worker of `offline.ts`. */
import { eld } from 'eld/small';
import { weigh } from '../../algorithms/concern.ts';
import { extract, shorten } from '../../algorithms/extract.ts';
import { redact } from '../../algorithms/redact.ts';
import type { Facets } from '../../domain/facets.ts';

/** Longest request and task, in UTF-16 code units; a placeholder put in at the cut may make it a little longer. */
const MAX_EXTRACT = 200;
/** Read for concern: so much of one message, and of all. */
const CONCERN_MESSAGE = 1_500;
const CONCERN_TOTAL = 4_000;

/** What the user said, message by message, and the classifiers' flags. */
export type Said = { readonly texts: readonly string[]; readonly flags: readonly string[] };

export type OfflineFacets = {
  readonly facets: Facets;
  /** Private values taken out of what is kept, by kind. */
  readonly found: Readonly<Record<string, number>>;
};

/** O(length); about 40 µs for a short conversation. */
export function offlineFacets({ texts: said, flags }: Said): OfflineFacets {
  const found: Record<string, number> = {};
  const keep = (text: string): string => {
    const clean = redact(text);
    for (const [kind, count] of Object.entries(clean.found)) found[kind] = (found[kind] ?? 0) + count;
    const short = shorten(clean.text, MAX_EXTRACT);
    // What is left of a value cut in two may be a value of its own.
    return short === clean.text ? short : redact(short).text;
  };
  const first = firstRequest(said);
  const last = lastRequest(said) ?? first;
  const request = keep(first);
  const { concern, reason } = weigh(beginnings(said), flags);
  const facets: Facets = {
    request,
    task: last === first ? request : keep(last),
    languages: languagesOf(request),
    concern,
    concern_reason: reason,
  };
  return { facets, found };
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
