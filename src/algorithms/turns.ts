/** What a message is made of, whatever blocks it comes in: text, tools that were called, what they gave back, and the rest. */
import type { Message } from '../domain/conversation.ts';
import { clip } from './fence.ts';

/** Characters of what one tool was given or gave back: a page that was fetched must not crowd out who asked for it. */
const TOOL_TEXT = 2_000;
const TOOL_NAME = 64;
/** Of one result: more say nothing more. */
const IMAGES = 20;

/** A piece of a turn: its text, or an element of its own. Not escaped yet. */
export type Part =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'tool_result'; readonly text: string; readonly images?: number }
  | { readonly kind: 'tool_call'; readonly name: string; readonly text: string }
  | { readonly kind: 'image' }
  | { readonly kind: 'attachment'; readonly type: string };
export type Turn = { readonly role: Message['role']; readonly parts: readonly Part[] };

export type Block = Exclude<Message['content'], string>[number];

/** A message as a turn: text, tool calls and their results, and what is no text by its type alone. O(length). */
export function turnOf({ role, content }: Message): Turn {
  const blocks = typeof content === 'string' ? [{ type: 'text' as const, text: content }] : content;
  return { role, parts: blocks.map((block) => partOf(role, block)) };
}

function partOf(role: Message['role'], block: Block): Part {
  if (block.type === 'text' && typeof block.text === 'string') {
    // All that a tool says is what it gave back.
    return role === 'tool'
      ? { kind: 'tool_result', text: brief(block.text) }
      : { kind: 'text', text: block.text };
  }
  const name = toolCalled(block);
  if (name !== null) return { kind: 'tool_call', name: clip(name, TOOL_NAME), text: brief(toolInput(block)) };
  if (isToolResult(block)) {
    const { texts, images } = givenBack(block);
    const shown = images === 0 ? {} : { images: Math.min(images, IMAGES) };
    return { kind: 'tool_result', text: brief(texts.join('\n')), ...shown };
  }
  return block.type === 'image' ? { kind: 'image' } : { kind: 'attachment', type: block.type };
}

const brief = (text: string): string => (text.length <= TOOL_TEXT ? text : `${clip(text, TOOL_TEXT)} …`);

/** The tool's name, if the block calls one: `tool_use`, or `server_tool_use`, `mcp_tool_use` and the like. */
export function toolCalled(block: Block): string | null {
  if (!isKind(block, 'tool_use')) return null;
  return 'name' in block && typeof block.name === 'string' ? block.name : 'unnamed';
}

/** `tool_result`, or `web_search_tool_result`, `mcp_tool_result` and the like. */
export const isToolResult = (block: Block): boolean => isKind(block, 'tool_result');

const isKind = ({ type }: Block, kind: string): boolean => type === kind || type.endsWith(`_${kind}`);

function toolInput(block: Block): string {
  return ('input' in block ? JSON.stringify(block.input) : undefined) ?? '';
}

/** Every text of a message in full, in order: said, given to tools, and given back by them. O(length). */
export function textsOf({ content }: Message): readonly string[] {
  if (typeof content === 'string') return [content];
  return content.flatMap((block) => {
    if (block.type === 'text' && typeof block.text === 'string') return [block.text];
    if (toolCalled(block) !== null) return [toolInput(block)];
    if (isToolResult(block)) return givenBack(block).texts;
    return 'thinking' in block && typeof block.thinking === 'string' ? [block.thinking] : [];
  });
}

type GivenBack = { readonly texts: string[]; images: number };

/** Fields of what tools give back that hold words; the others hold types, ids, bytes and what is encrypted. */
const WORDS = new Set(['text', 'title', 'url', 'stdout', 'stderr', 'error_code']);
const HOLD_MORE = new Set(['content', 'source']);

function givenBack(block: Block): GivenBack {
  const given: GivenBack = { texts: [], images: 0 };
  if ('content' in block) gather(block.content, given);
  return given;
}

/** Of a string, or of blocks in one another, whose depth the schema of conversations bounds. O(size). */
function gather(value: unknown, into: GivenBack): void {
  if (typeof value === 'string') into.texts.push(value);
  else if (Array.isArray(value)) for (const inner of value) gather(inner, into);
  else if (typeof value === 'object' && value !== null) gatherFields(value, into);
}

function gatherFields(value: object, into: GivenBack): void {
  const type = 'type' in value ? value.type : undefined;
  if (type === 'image') {
    into.images++;
    return;
  }
  const fields: [string, unknown][] = Object.entries(value);
  for (const [field, inner] of fields) {
    // Of a document: in bytes unless it is of type text.
    const isWords = WORDS.has(field) || (field === 'data' && type === 'text');
    if (HOLD_MORE.has(field)) gather(inner, into);
    else if (isWords && typeof inner === 'string') into.texts.push(inner);
  }
}
