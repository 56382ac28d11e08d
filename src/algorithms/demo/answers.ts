import { fill, pick, type Topic } from './topic.ts';

/** Fit any request; used where no answer of the topic speaks of what was asked. */
const NEUTRAL = [
  'Sure. Here is a first version; I noted below what I had to assume, so tell me what to change.',
  'Happy to help. The short answer first, then the reasons, and at the end what I would do in your place.',
  'Let me take that in two parts: what is certain, and what depends on your situation.',
  'Yes, that can be done. Here are the steps in order; stop me where something looks different for you.',
  'Here you go. I kept it simple and left out what you can look up later.',
] as const;
const WORD = /\p{L}{4,}/gu;
const SLOT = /\{[a-zA-Z]+\}/g;
const STEM = 5;
/** An answer that names what nobody named loses so many shared words. */
const UNASKED = 2;

/** The answer of the topic that shares most words and slots with what was asked; a neutral one when none shares any. */
export function answerTo(topic: Topic, template: string, random: () => number): string {
  const asked = traces(template);
  let best: string[] = [];
  let most = 0;
  for (const answer of topic.answers) {
    let shared = 0;
    for (const trace of traces(answer)) {
      if (asked.has(trace)) shared++;
      else if (trace.startsWith('{')) shared -= UNASKED;
    }
    if (shared > most) best = [];
    if (shared >= most && shared > 0) best.push(answer);
    most = Math.max(most, shared);
  }
  if (best.length > 0) return pick(best, random);
  // "Happy to help" is no answer to what should not be helped with.
  const neutral = topic.language === 'en' && topic.flag === undefined;
  return pick(neutral ? NEUTRAL : topic.answers, random);
}

function traces(text: string): Set<string> {
  const plain = text.replace(SLOT, ' ').toLowerCase();
  const words = (plain.match(WORD) ?? []).map((word) => word.slice(0, STEM));
  return new Set([...words, ...(text.match(SLOT) ?? [])]);
}

/** The assistant says it: "my cat" becomes "your cat", and a sentence begins with a capital. */
export function spoken(
  template: string,
  topic: Topic,
  filled: Map<string, string>,
  random: () => number,
): string {
  const text = fill(template, topic.slots, filled, random);
  return topic.language === 'en'
    ? text.replace(/^\p{Ll}|(?<=[a-z]{2}[.?!] )\p{Ll}/gu, (letter) => letter.toUpperCase())
    : text;
}

/** What was said, from the listener's side. */
export function heard(filled: ReadonlyMap<string, string>): Map<string, string> {
  return new Map([...filled].map(([slot, value]) => [slot, turnAround(value)]));
}

const turnAround = (value: string): string =>
  value
    .replace(/\b(?:my|our)\b/g, 'your')
    .replace(/\bI am\b/g, 'you are')
    .replace(/\b(?:I|we)\b/g, 'you')
    .replace(/\bus\b/g, 'you');
