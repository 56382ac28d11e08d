/**
 * Fencing: strange text becomes the content of an XML-like element for a language model to read as data. Every
 * delimiter inside is escaped, so no content can open or close a tag; what is cut is marked.
 */

import type { Message } from '../domain/conversation.ts';
import { ASCII_PER_TOKEN, charactersToTokens, countOther } from './text-tokens.ts';

/** Invisible characters (the Unicode tag block) can carry orders that no reviewer sees. */
const INVISIBLE = /[\u{E0000}-\u{E007F}]/gu;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const LONGEST_ENTITY = 6;
/** What tags take, so that thousands of tiny turns do not slip past the budget. */
const TURN_COST = 40;
const PART_COST = 30;
/** The request stands at the start, the outcome at the end; the start tells more of what was asked. */
const HEAD_SHARE = 0.6;

/** Characters of what one tool was given or gave back: a page that was fetched must not crowd out who asked for it. */
const TOOL_TEXT = 2_000;
const TOOL_NAME = 64;
const METADATA = 1_000;

/** A piece of a turn: its text, or an element of its own. Not escaped yet. */
export type Part =
  | { readonly kind: 'text' | 'tool_result'; readonly text: string }
  | { readonly kind: 'tool_call'; readonly name: string; readonly text: string }
  | { readonly kind: 'image' }
  | { readonly kind: 'attachment'; readonly type: string };
export type Turn = { readonly role: Message['role']; readonly parts: readonly Part[] };

type Block = Exclude<Message['content'], string>[number];

/** A message as a turn: text, tool calls and their results, and what is no text by its type alone. O(length). */
export function turnOf({ role, content }: Message): Turn {
  if (typeof content === 'string') return { role, parts: [{ kind: 'text', text: content }] };
  return { role, parts: content.map(partOf) };
}

function partOf(block: Block): Part {
  if (block.type === 'text' && typeof block.text === 'string') return { kind: 'text', text: block.text };
  if (block.type === 'tool_use') {
    const name = 'name' in block && typeof block.name === 'string' ? block.name : 'unnamed';
    const input = 'input' in block ? JSON.stringify(block.input) : '';
    return { kind: 'tool_call', name: clip(name, TOOL_NAME), text: brief(input ?? '') };
  }
  if (block.type === 'tool_result') {
    return { kind: 'tool_result', text: brief('content' in block ? nestedText(block.content) : '') };
  }
  return block.type === 'image' ? { kind: 'image' } : { kind: 'attachment', type: block.type };
}

const brief = (text: string): string => (text.length <= TOOL_TEXT ? text : `${clip(text, TOOL_TEXT)} …`);

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
 * A conversation as `<transcript>`: `<metadata>` first, then `<system>` and `<turn role="…">`, with `<tool_call name="…">`,
 * `<tool_result>`, `<image/>` and `<attachment type="…"/>` in them. About `tokens` at most, by an estimate from its characters.
 * Start and end are kept, the middle is elided: `<elided turns="n"/>` for whole turns, `<elided/>` inside one. O(length).
 * @param metadata of the conversation; null: none
 */
export function transcript(turns: readonly Turn[], metadata: unknown, tokens: number): string {
  const lines = [...metadataLine(metadata)];
  const escaped = turns.map(({ role, parts }) => ({ role, parts: parts.map(escapePart) }));
  let total = 0;
  for (const { parts } of escaped) total += TURN_COST + parts.reduce((sum, part) => sum + costOf(part), 0);
  const budget = Math.floor(tokens * charactersPerToken(escaped));
  const head = total <= budget ? total : Math.floor(budget * HEAD_SHARE);
  const keeper: Keeper = { at: 0, head, tail: total <= budget ? 0 : total - (budget - head) };
  let gone = 0;
  const flush = () => {
    if (gone > 0) lines.push(`<elided turns="${gone}"/>`);
    gone = 0;
  };
  for (const { role, parts } of escaped) {
    const kept = keepTurn(keeper, parts);
    if (kept === null) {
      gone++;
      continue;
    }
    flush();
    lines.push(role === 'system' ? `<system>${kept}</system>` : `<turn role="${role}">${kept}</turn>`);
  }
  flush();
  return `<transcript>\n${lines.join('\n')}\n</transcript>`;
}

function metadataLine(metadata: unknown): string[] {
  if (metadata === null || metadata === undefined) return [];
  const text = JSON.stringify(metadata) ?? '';
  return text === '' || text === '{}' ? [] : [element('metadata', text, METADATA)];
}

/** With its text, escaped; `open` and `close` stand around what is kept of it. */
type EscapedPart = { readonly open: string; readonly text: string | null; readonly close: string };

function escapePart(part: Part): EscapedPart {
  if (part.kind === 'image') return { open: '<image/>', text: null, close: '' };
  if (part.kind === 'attachment') {
    return { open: `<attachment type="${escapeText(part.type)}"/>`, text: null, close: '' };
  }
  const text = escapeText(part.text);
  if (part.kind === 'text') return { open: '', text, close: '' };
  const name = part.kind === 'tool_call' ? ` name="${escapeText(part.name)}"` : '';
  return { open: `<${part.kind}${name}>`, text, close: `</${part.kind}>` };
}

const costOf = ({ open, text }: EscapedPart): number =>
  (text?.length ?? 0) + (open === '' ? 0 : PART_COST + open.length);

/** What one character is worth depends on the script: an estimate for the conversation as a whole. */
function charactersPerToken(turns: readonly { readonly parts: readonly EscapedPart[] }[]): number {
  let characters = 0;
  let other = 0;
  for (const { parts } of turns) {
    for (const { text } of parts) {
      characters += text?.length ?? 0;
      other += countOther(text ?? '');
    }
  }
  if (characters === 0) return ASCII_PER_TOKEN;
  return characters / charactersToTokens(characters, other);
}

/** Goes along a conversation: [0, head) and [tail, end) are kept. */
type Keeper = { at: number; readonly head: number; readonly tail: number };

/** What is left of a turn; null: nothing. */
function keepTurn(keeper: Keeper, parts: readonly EscapedPart[]): string | null {
  const kept: string[] = [];
  let any = parts.length === 0 && keep('', keeper) !== null;
  let elided = false;
  for (const part of parts) {
    const text = keep(part.text ?? '', keeper);
    keeper.at += costOf(part);
    if (text !== null) {
      any = true;
      kept.push(elided ? '<elided/>' : '', `${part.open}${text}${part.close}`);
    }
    elided = text === null;
  }
  keeper.at += TURN_COST;
  if (!any) return null;
  if (elided) kept.push('<elided/>');
  return kept.filter((line) => line !== '').join('\n');
}

/** What is left of a text that begins where the keeper is; null: nothing. */
function keep(text: string, keeper: Keeper): string | null {
  const head = keeper.head - keeper.at;
  const tail = keeper.tail - keeper.at;
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
