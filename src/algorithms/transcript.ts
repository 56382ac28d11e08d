/**
 * Fencing: strange text becomes the content of an XML-like element for a language model to read as data. Every
 * delimiter inside is escaped, so no content can open or close a tag; what is cut is marked.
 */

import type { Message } from '../domain/conversation.ts';

/** Invisible characters (the Unicode tag block) can carry orders that no reviewer sees. */
const INVISIBLE = /[\u{E0000}-\u{E007F}]/gu;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const LONGEST_ENTITY = 6;
/** What the tags of a turn take, so that thousands of tiny turns do not slip past the budget. */
const TURN_COST = 40;
/** The request stands at the start, the outcome at the end; the start tells more of what was asked. */
const HEAD_SHARE = 0.6;

/** Characters of what one tool gave back: a page that was fetched must not crowd out who asked for it. */
const TOOL_TEXT = 2_000;
const TOOL_NAME = 64;

export type Turn = { readonly role: Message['role']; readonly text: string };

type Block = Exclude<Message['content'], string>[number];

/**
 * A message as a turn: its text, what tools gave back, and in brackets what is no text: `[tool_use: name]`, `[image]`. Not
 * escaped yet. O(length).
 */
export function turnOf({ role, content }: Message): Turn {
  if (typeof content === 'string') return { role, text: content };
  return { role, text: content.map(blockText).join('\n') };
}

function blockText(block: Block): string {
  if (block.type === 'text' && typeof block.text === 'string') return block.text;
  if (block.type === 'tool_use') {
    const name = 'name' in block && typeof block.name === 'string' ? block.name : 'unnamed';
    return `[tool_use: ${clip(name, TOOL_NAME)}]`;
  }
  if (block.type === 'tool_result') {
    const text = 'content' in block ? nestedText(block.content) : '';
    return text.length <= TOOL_TEXT ? `[tool_result] ${text}` : `[tool_result] ${clip(text, TOOL_TEXT)} …`;
  }
  return `[${block.type}]`;
}

/** Text of what a tool gave back: a string, or blocks as in the Messages API; one level, and of text alone. */
function nestedText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  const parts: string[] = [];
  for (const inner of content) {
    if (typeof inner !== 'object' || inner === null || !('text' in inner)) continue;
    if (typeof inner.text === 'string') parts.push(inner.text);
  }
  return parts.join('\n');
}

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

/**
 * A conversation as `<transcript>` of `<turn role="…">`, about `budget` characters at most (after escaping). Start and
 * end are kept, the middle is elided: `<elided turns="n"/>` for whole turns, `<elided/>` inside one. O(length).
 */
export function transcript(turns: readonly Turn[], budget: number): string {
  const escaped = turns.map((turn) => ({ role: turn.role, text: escapeText(turn.text) }));
  const total = escaped.reduce((sum, turn) => sum + turn.text.length + TURN_COST, 0);
  const head = total <= budget ? total : Math.floor(budget * HEAD_SHARE);
  const tail = total <= budget ? 0 : total - (budget - head);
  const lines: string[] = [];
  let gone = 0;
  let at = 0;
  const flush = () => {
    if (gone > 0) lines.push(`<elided turns="${gone}"/>`);
    gone = 0;
  };
  for (const { role, text } of escaped) {
    const kept = total <= budget ? text : keep(text, head - at, tail - at);
    at += text.length + TURN_COST;
    if (kept === null) {
      gone++;
      continue;
    }
    flush();
    lines.push(`<turn role="${role}">${kept}</turn>`);
  }
  flush();
  return `<transcript>\n${lines.join('\n')}\n</transcript>`;
}

/** What is left of one turn when only [0, head) and [tail, end) of it are kept; null: nothing. */
function keep(text: string, head: number, tail: number): string | null {
  if (head >= text.length || tail <= 0) return text;
  const before = head > 0 ? text.slice(0, cut(text, head)) : '';
  const after = tail < text.length ? text.slice(cut(text, tail)) : '';
  return before === '' && after === '' ? null : `${before}<elided/>${after}`;
}

/** The nearest place at or before `at` that splits neither an entity nor a surrogate pair. */
function cut(escaped: string, at: number): number {
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
