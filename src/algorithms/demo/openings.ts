import { extract } from '../extract.ts';
import { hash53 } from '../hash.ts';
import { seededRandom } from '../random.ts';
import { answerTo } from './answers.ts';
import { fill, pick, type Topic } from './topic.ts';
import { voiced } from './voice.ts';

/** One way to begin a conversation, ready to send. */
export type Opening = {
  readonly text: string;
  /** The sentences a summary would be made of. */
  readonly lead: string;
  /** Template of the assistant's answer. */
  readonly answer: string;
  /** What the slots were filled with, for the answers. */
  readonly filled: ReadonlyMap<string, string>;
  /** More may be added to the message without changing its lead. */
  readonly extendable: boolean;
};

const PROBE = '\n\nThree more words here, and some others.';
const MAX_ATTEMPTS = 4;

/**
 * Writes up to `count` different openings of a topic, each template in its turn. Made once and drawn from later: every
 * distinct lead costs an embedding (5 ms), so there must not be one per conversation.
 */
export function writeOpenings(topic: Topic, count: number, seed: number): readonly Opening[] {
  const random = seededRandom(hash53(`${seed}/${topic.key}`));
  const openings = new Map<string, Opening>();
  for (let n = 0; n < count * MAX_ATTEMPTS && openings.size < count; n++) {
    const template = topic.openers[n % topic.openers.length];
    if (template === undefined) break;
    const filled = new Map<string, string>();
    const plain = fill(template, topic.slots, filled, random);
    const text = topic.template ? plain : voiced(plain, topic.language, random);
    const lead = extract(text).text;
    if (openings.has(lead)) continue;
    const answer = answerTo(topic, template, random);
    openings.set(lead, { text, lead, answer, filled, extendable: extract(text + PROBE).text === lead });
  }
  return [...openings.values()];
}

/** Openings of all topics. */
type Library = {
  topic(key: string): Topic;
  draw(topic: Topic, random: () => number): Opening;
  readonly distinctLeads: number;
};

/** More than enough of a common language, less of a rare one: variety costs embeddings. */
const OPENINGS_EN = 40;
const OPENINGS_OTHER = 24;

/** Writes the openings of all topics, about 50 ms. */
export function createLibrary(topics: readonly Topic[], seed: number): Library {
  const shelves = new Map<string, { topic: Topic; openings: readonly Opening[] }>();
  const leads = new Set<string>();
  for (const topic of topics) {
    const count = topic.language === 'en' ? OPENINGS_EN : OPENINGS_OTHER;
    const openings = writeOpenings(topic, count, seed);
    shelves.set(topic.key, { topic, openings });
    for (const { lead } of openings) leads.add(lead);
  }
  const shelf = (key: string) => {
    const found = shelves.get(key);
    if (found === undefined) throw new RangeError(`no such topic: ${key}`);
    return found;
  };
  return {
    topic: (key) => shelf(key).topic,
    draw: ({ key }, random) => pick(shelf(key).openings, random),
    distinctLeads: leads.size,
  };
}
