import type { Conversation, Message } from '../../domain/conversation.ts';
import { heard, spoken } from './answers.ts';
import { COMMON_TURNS } from './common-turns.ts';
import type { Opening } from './openings.ts';
import { privateTail } from './private-data.ts';
import { fill, pick, type Topic } from './topic.ts';

const PRIVATE_SHARE = 0.25;
const PASTED_SHARE = 0.6;
/** Speaks of a text that one would now show. */
const SHOWS =
  /\b(?:this|these|correct|proofread|rewrite|paraphrase|grammar|shorten|my (?:essay|resume|e?mail|notes|intro|conclusion|duties|blood|docker\w*|join)|bullet points|sql query|slow)\b/i;
const BLOCKS_SHARE = 0.25;
const SYSTEM_SHARE = 0.4;
/** Chance that a user goes on after an answer. */
const GOES_ON = 0.52;

const SYSTEM_PROMPTS = [
  'You are a helpful assistant.',
  'You are a careful assistant inside an internal tool. Answer briefly.',
  'Answer in the language of the user. If you are unsure, say so.',
] as const;

/**
 * The messages of a conversation with `further` exchanges beyond those it had by chance. Same random row and more
 * exchanges: the shorter transcript is a beginning of the longer one.
 */
export function writeMessages(
  topic: Topic,
  opening: Opening,
  surface: string,
  further: number,
  random: () => number,
): Message[] {
  const asked = new Map(opening.filled);
  const echoed = heard(opening.filled);
  const ask = (template: string): string => fill(template, topic.slots, asked, random);
  const answer = (template: string): string => spoken(template, topic, echoed, random);
  const messages: Message[] = [];
  const api = surface === 'api' && !topic.template;
  if (api && random() < SYSTEM_SHARE)
    messages.push({ role: 'system', content: pick(SYSTEM_PROMPTS, random) });
  const asBlocks = api && random() < BLOCKS_SHARE;
  const first = opening.text + pasted(topic, opening, random);
  messages.push({ role: 'user', content: asBlocks ? [{ type: 'text', text: first }] : first });
  messages.push({ role: 'assistant', content: answer(opening.answer) });
  const turns = shuffled([...topic.turns], random);
  turns.push(...shuffled([...(COMMON_TURNS[topic.language] ?? [])], random).slice(0, 2));
  let exchanges = 0;
  while (exchanges < turns.length && random() < GOES_ON) exchanges++;
  for (const [next, reply] of turns.slice(0, exchanges + further)) {
    messages.push({ role: 'user', content: ask(next) }, { role: 'assistant', content: answer(reply) });
  }
  return messages;
}

/** What hangs below the question: a text to work on, or who asks. It never changes the lead of the message. */
function pasted(topic: Topic, opening: Opening, random: () => number): string {
  const [paste, sign] = [random(), random()];
  const { text, extendable } = opening;
  if (topic.pastes !== undefined && paste < PASTED_SHARE && SHOWS.test(text) && !/["`:]/.test(text)) {
    const shown = pick(topic.pastes, random);
    // A summary passes over quotations, not over a text that stands there by itself.
    return `\n\n${extendable ? shown : shown.replace(/^/gm, '> ')}`;
  }
  const signs = (topic.habit === 'office' || topic.habit === 'any') && topic.surface !== 'ide';
  return extendable && signs && !topic.template && sign < PRIVATE_SHARE ? privateTail(random) : '';
}

/** Flags of a conversation of this topic; absent when a classifier found nothing. */
export function flagsOf(topic: Topic, random: () => number): Pick<Conversation, 'flags'> {
  const { flag } = topic;
  return flag !== undefined && random() < flag.share ? { flags: [flag.name] } : {};
}

/** In place, Fisher and Yates. */
function shuffled<T>(list: T[], random: () => number): T[] {
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const [a, b] = [list[i], list[j]];
    if (a !== undefined && b !== undefined) [list[i], list[j]] = [b, a];
  }
  return list;
}
