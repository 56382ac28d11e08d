/** Facets that a conversation tells by itself: nobody is asked, and nothing of it is kept but a word. */
import type { Conversation, Message } from '../domain/conversation.ts';
import { messageText } from '../domain/conversation.ts';
import type { FacetDefinition, FacetDefinitions } from '../domain/facet-definition.ts';
import type { FacetValues } from '../domain/facets.ts';
import { textTokens } from './text-tokens.ts';
import { toolName } from './tool-names.ts';
import { isToolResult, textsOf, toolCalled } from './turns.ts';

/** Lower bounds of ranges, each about three times the last. */
const TURNS = [1, 2, 4, 10, 30, 100];
const TOKENS = [0, 100, 300, 1_000, 3_000, 10_000, 30_000, 100_000];

const TOOLS = 16;

/** Read of the last answer: a refusal says so at its beginning. */
const REFUSAL_READ = 240;
const CANNOT = "(?: can(?:'t|not| not)| won't| will not|(?:'m| am) (?:unable|not able))";
const DO =
  '(?:help(?! but)|assist|provide|comply|do that|create|write|give(?! up)|support|engage|continue|discuss|fulfil)';
/** What follows "I", in one pattern, as looking for "I" is what takes time. */
const ENGLISH = [
  // Who is sorry must be who cannot: "I'm sorry you can't log in" goes on to help.
  `(?:'m| am) (?:sorry|afraid)[^.!?]{0,60}\\b(?:I|we)${CANNOT}\\b`,
  `${CANNOT} (?:to )?${DO}`,
  // A request or a task: letters are full of offers that their writers must decline.
  `(?: must| have to| need to|'ll have to)? (?:respectfully |politely )?(?:decline|refuse) (?:(?:this|that|your|the|such a)(?: \\w{1,12})? (?:request|task)|to ${DO})`,
];
const REFUSALS: readonly RegExp[] = [
  new RegExp(`\\bI(?:${ENGLISH.join('|')})`, 'i'),
  /\b(?:lo siento|perdón|disculpa)[^.!?]{0,60}\bno puedo\b/i,
  /\bje (?:suis désolé|regrette)[^.!?]{0,80}\bje ne peux pas\b/i,
  /\b(?:es tut mir leid|leider)[^.!?]{0,80}\bkann ich\b[^.!?]{0,60}\bnicht\b/i,
  /(?:抱歉|对不起)[^。！？]{0,40}(?:不能|无法)/,
];

/**
 * In the words by which they are counted: turns of who asks and who answers, tokens of all that was said, given to tools and given
 * back by them. `refusal` is by rules over five languages: a hint, no verdict. O(length), some 2 µs for 500 characters.
 * @param ownTools names of tools that are told though they are not made of common words
 */
export function computedFacets({ messages }: Conversation, ownTools: ReadonlySet<string>): FacetValues {
  let tokens = 0;
  const tools = new Set<string>();
  for (const message of messages) {
    for (const text of textsOf(message)) tokens += textTokens(text);
    for (const name of toolsOf(message, ownTools)) if (tools.size < TOOLS) tools.add(name);
  }
  return {
    turns: [rangeOf(countTurns(messages), TURNS)],
    tokens: [rangeOf(Math.round(tokens), TOKENS)],
    refusal: [isRefused(messages) ? 'yes' : 'no'],
    ...(tools.size === 0 ? {} : { tools: [...tools] }),
  };
}

/** Messages of the user and the assistant: what tools give back is none, though in the Messages API it comes in the user's name. */
export const countTurns = (messages: readonly Message[]): number => messages.filter(isTurn).length;

function isTurn({ role, content }: Message): boolean {
  if (role !== 'user') return role === 'assistant';
  return typeof content === 'string' || content.length === 0 || !content.every(isToolResult);
}

function* toolsOf({ content }: Message, own: ReadonlySet<string>): Generator<string> {
  if (typeof content === 'string') return;
  for (const block of content) {
    const name = toolCalled(block);
    if (name !== null) yield toolName(name, own);
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
