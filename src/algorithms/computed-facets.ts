/** Facets that a conversation tells by itself: nobody is asked, and nothing of it is kept but a word. */
import type { Conversation, Message } from '../domain/conversation.ts';
import { messageText } from '../domain/conversation.ts';
import type { FacetDefinition, FacetDefinitions } from '../domain/facet-definition.ts';
import type { FacetValues } from '../domain/facets.ts';
import { toolName } from './tool-names.ts';

/** Lower bounds of ranges, each about three times the last. */
const TURNS = [1, 2, 4, 10, 30, 100];
const TOKENS = [0, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000];
/** Characters a token of English, about. */
const PER_TOKEN = 4;

const TOOLS = 16;

/** Read of the last answer: a refusal says so at its beginning. */
const REFUSAL_READ = 240;
const REFUSALS: readonly RegExp[] = [
  /\bI(?:'m| am) (?:sorry|afraid)[^.!?]{0,60}\b(?:can(?:'t|not)|won't|unable|not able)\b/i,
  /\bI (?:can(?:'t|not)|won't|will not|(?:'m|am) (?:not able|unable)) (?:to )?(?:help|assist|provide|comply|do that|create|write|give|support|engage|continue|discuss)/i,
  /\b(?:lo siento|perdón|disculpa)[^.!?]{0,60}\bno puedo\b/i,
  /\bje (?:suis désolé|regrette)[^.!?]{0,80}\bje ne peux pas\b/i,
  /\b(?:es tut mir leid|leider)[^.!?]{0,80}\bkann ich\b[^.!?]{0,60}\bnicht\b/i,
  /(?:抱歉|对不起)[^。！？]{0,40}(?:不能|无法)/,
];

/**
 * In the words by which they are counted. `refusal` is by rules over six languages: a hint, no verdict. O(blocks).
 * @param ownTools names of tools that are told though they are not made of common words
 */
export function computedFacets({ messages }: Conversation, ownTools: ReadonlySet<string>): FacetValues {
  let characters = 0;
  const tools = new Set<string>();
  for (const message of messages) {
    characters += messageText(message).length;
    for (const name of toolsOf(message, ownTools)) if (tools.size < TOOLS) tools.add(name);
  }
  return {
    turns: [rangeOf(messages.length, TURNS)],
    tokens: [rangeOf(Math.round(characters / PER_TOKEN), TOKENS)],
    refusal: [isRefused(messages) ? 'yes' : 'no'],
    ...(tools.size === 0 ? {} : { tools: [...tools] }),
  };
}

function* toolsOf({ content }: Message, own: ReadonlySet<string>): Generator<string> {
  if (typeof content === 'string') return;
  for (const block of content) {
    if (block.type !== 'tool_use' || !('name' in block)) continue;
    if (typeof block.name === 'string') yield toolName(block.name, own);
  }
}

function isRefused(messages: readonly Message[]): boolean {
  const last = messages.findLast(({ role }) => role === 'assistant');
  if (last === undefined) return false;
  const beginning = messageText(last).slice(0, REFUSAL_READ).replaceAll('’', "'");
  return REFUSALS.some((refusal) => refusal.test(beginning));
}

/** The range that `n` falls into, such as `4–9`; `bounds` ascend. */
export function rangeOf(n: number, bounds: readonly number[]): string {
  const at = bounds.findLastIndex((bound) => n >= bound);
  const from = bounds[Math.max(0, at)] ?? 0;
  const next = bounds[Math.max(0, at) + 1];
  if (next === undefined) return `${from}+`;
  return next - 1 <= from ? String(from) : `${from}–${next - 1}`;
}

/** Ranges that a number facet is counted by at most. */
const RANGES = 10;

/** An answer in the words by which it is counted; nothing when it is not one that was asked for. */
export function wordsOf(definition: FacetDefinition, answer: unknown): string[] {
  switch (definition.kind) {
    case 'category':
      return typeof answer === 'string' && definition.values.includes(answer) ? [answer] : [];
    case 'boolean':
      return answer === 'yes' || answer === 'no' ? [answer] : [];
    case 'number':
      return typeof answer === 'number' && Number.isFinite(answer) ? [numberWord(definition, answer)] : [];
    case 'languages':
    case 'text':
      return [];
  }
}

/** Small whole ranges by their numbers, others in ten parts. */
function numberWord({ from, to }: { readonly from: number; readonly to: number }, answer: number): string {
  const n = Math.min(to, Math.max(from, answer));
  if (Number.isInteger(from) && Number.isInteger(to) && to - from < RANGES) return String(Math.round(n));
  const width = (to - from) / RANGES;
  const part = Math.min(RANGES - 1, Math.floor((n - from) / width));
  const short = (x: number) => String(Number(x.toPrecision(6)));
  return `${short(from + part * width)}–${short(from + (part + 1) * width)}`;
}

/** All of them that answers tell, languages aside. */
export function countedAnswers(
  definitions: FacetDefinitions,
  answers: Readonly<Record<string, unknown>>,
): FacetValues {
  const values: FacetValues = {};
  for (const [id, answer] of Object.entries(answers)) {
    const definition = definitions[id];
    const words = definition === undefined ? [] : wordsOf(definition, answer);
    if (words.length > 0) values[id] = words;
  }
  return values;
}
