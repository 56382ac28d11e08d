/** A conversation as a language model reads it: fenced, and within a budget of tokens. */
import { cut, element, escapeText } from './fence.ts';
import { textTokens, tokensReach } from './text-tokens.ts';
import type { Part, Turn } from './turns.ts';

/** Tokens that the tags of a turn take, so that thousands of tiny turns do not slip past the budget. */
const TURN_TOKENS = 10;
/** The request stands at the start, the outcome at the end; the start tells more of what was asked. */
const HEAD_SHARE = 0.6;
const METADATA = 1_000;

/**
 * A conversation as `<transcript>`: `<metadata>` first, then `<system>` and `<turn role="…">`, with `<tool_call name="…">`,
 * `<tool_result>`, `<image/>` and `<attachment type="…"/>` in them. Of `tokens` at most as `textTokens` counts them, and some 50
 * for what is always there and the marks of what is not. Start and end are kept, the middle is elided: `<elided turns="n"/>` for
 * whole turns, `<elided/>` inside one. O(length).
 * @param metadata of the conversation; null: none
 */
export function transcript(turns: readonly Turn[], metadata: unknown, tokens: number): string {
  const lines = metadataLine(metadata);
  const budget = Math.max(0, tokens - lines.reduce((sum, line) => sum + textTokens(line), 0));
  const fenced = turns.map(({ role, parts }) => ({ role, parts: parts.map(fencePart) }));
  let total = 0;
  for (const { parts } of fenced) total += parts.reduce((sum, part) => sum + sizeOf(part), TURN_TOKENS);
  const head = total <= budget ? total : budget * HEAD_SHARE;
  const keeper: Keeper = { at: 0, head, tail: total <= budget ? 0 : total - (budget - head) };
  let gone = 0;
  const flush = () => {
    if (gone > 0) lines.push(`<elided turns="${gone}"/>`);
    gone = 0;
  };
  for (const { role, parts } of fenced) {
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

/** With its text, escaped; `open` and `close` stand around what is kept of it. Sizes are in tokens. */
type FencedPart = {
  readonly open: string;
  readonly text: string;
  readonly close: string;
  readonly tags: number;
  readonly said: number;
};

function fencePart(part: Part): FencedPart {
  if (part.kind === 'image') return fenced('<image/>', '', '');
  if (part.kind === 'attachment') return fenced(`<attachment type="${escapeText(part.type)}"/>`, '', '');
  const text = escapeText(part.text);
  if (part.kind === 'text') return fenced('', text, '');
  if (part.kind === 'tool_call') {
    return fenced(`<tool_call name="${escapeText(part.name)}">`, text, '</tool_call>');
  }
  return fenced('<tool_result>', text, `${'<image/>'.repeat(part.images ?? 0)}</tool_result>`);
}

function fenced(open: string, text: string, close: string): FencedPart {
  // With the line break that parts are joined by.
  return { open, text, close, tags: textTokens(`${open}${close}\n`), said: textTokens(text) };
}

const sizeOf = ({ tags, said }: FencedPart): number => tags + said;

/** Goes along a conversation, in tokens: [0, head) and [tail, end) are kept. */
type Keeper = { at: number; readonly head: number; readonly tail: number };

/** What is left of a turn; null: nothing. */
function keepTurn(keeper: Keeper, parts: readonly FencedPart[]): string | null {
  const kept: string[] = [];
  let any = parts.length === 0 && (keeper.at < keeper.head || keeper.at >= keeper.tail);
  let elided = false;
  for (const part of parts) {
    const text = keep(part, keeper);
    keeper.at += sizeOf(part);
    if (text !== null) {
      any = true;
      kept.push(elided ? '<elided/>' : '', `${part.open}${text}${part.close}`);
    }
    elided = text === null;
  }
  keeper.at += TURN_TOKENS;
  if (!any) return null;
  if (elided) kept.push('<elided/>');
  return kept.filter((line) => line !== '').join('\n');
}

/** What is left of the text of a part that begins where the keeper is; null: nothing of the part. Its tags are paid for first. */
function keep(part: FencedPart, keeper: Keeper): string | null {
  const { text, tags, said } = part;
  const head = keeper.head - keeper.at - tags;
  const tail = keeper.at + said - keeper.tail;
  if (head >= said || tail >= said) return text;
  const before = head > 0 ? text.slice(0, cut(text, tokensReach(text, head))) : '';
  const after = tail > 0 ? text.slice(cut(text, tokensReach(text, said - tail))) : '';
  return before === '' && after === '' ? null : `${before}<elided/>${after}`;
}
