/**
 * Fencing: strange text becomes the content of an XML-like element for a language model to read as data. Every
 * delimiter inside is escaped, so no content can open or close a tag; what is cut is marked.
 */

/** Invisible characters (the Unicode tag block) can carry orders that no reviewer sees. */
const INVISIBLE = /[\u{E0000}-\u{E007F}]/gu;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const LONGEST_ENTITY = 6;

/** Text that holds no delimiter and no invisible characters, well-formed. O(length). */
export function escapeText(text: string): string {
  return text
    .toWellFormed()
    .replace(INVISIBLE, '')
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
}

/** One element with escaped content; longer content (after escaping) is cut to `limit` characters and marked. O(length). */
export function element(tag: string, text: string, limit = Number.POSITIVE_INFINITY): string {
  const escaped = escapeText(text);
  const kept = escaped.length <= limit ? escaped : `${escaped.slice(0, cut(escaped, limit))}<elided/>`;
  return `<${tag}>${kept}</${tag}>`;
}

/** The first `limit` characters at most, never half a surrogate pair. O(limit). */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return text.slice(0, splitsPair(text, limit) ? limit - 1 : limit);
}

/** The nearest place at or before `at` that splits neither an entity nor a surrogate pair. O(length). */
export function cut(escaped: string, at: number): number {
  if (at <= 0) return 0;
  if (at >= escaped.length) return escaped.length;
  const start = escaped.lastIndexOf('&', at - 1);
  // Every & left after escaping starts an entity, so a ; at or after the cut means the cut is inside it.
  if (start >= 0 && at - start < LONGEST_ENTITY && escaped.indexOf(';', start) >= at) return start;
  return splitsPair(escaped, at) ? at - 1 : at;
}

function splitsPair(text: string, at: number): boolean {
  const before = text.charCodeAt(at - 1);
  return before >= 0xd800 && before <= 0xdbff;
}
