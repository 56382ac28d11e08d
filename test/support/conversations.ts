/**
 * Thirty hours of made-up traffic, the same at every run: twenty topics, a surge of one of them and a new topic near the
 * end. Few distinct texts, so that embedding takes seconds.
 */
import { seededRandom } from '../../src/algorithms/random.ts';
import type { Conversation } from '../../src/domain/conversation.ts';
import { HOUR, MINUTE } from '../../src/domain/ids.ts';

const TRAFFIC_START = Date.parse('2026-03-02T00:00:00Z');
const TRAFFIC_HOURS = 30;
export const TRAFFIC_END = TRAFFIC_START + TRAFFIC_HOURS * HOUR;
/** Event time at which the surge and the new topic begin. */
const SURGE_START = TRAFFIC_END - 100 * MINUTE;
export const NEW_TOPIC_START = TRAFFIC_END - 160 * MINUTE;

/** What users ask, in several wordings a topic. */
const TOPICS: readonly (readonly string[])[] = [
  [
    'Write a cover letter for a job as a nurse',
    'Help me improve my nursing cover letter',
    'My application letter for a hospital job',
  ],
  [
    'Explain photosynthesis to a ten year old',
    'How do plants make food from sunlight?',
    'What does chlorophyll do in leaves?',
  ],
  [
    'Fix a segmentation fault in my C program',
    'Why does this pointer crash in C?',
    'Debug a null pointer dereference in C code',
  ],
  [
    'Plan a week of vegetarian dinners',
    'Give me vegetarian recipes for the week',
    'A meal plan without meat for a family',
  ],
  [
    'Translate this paragraph from German to English',
    'Translate a German letter into English',
    'What does this German sentence mean in English?',
  ],
  [
    'Summarize a research paper about climate change',
    'Summarize this study on global warming',
    'Main findings of a climate paper, please',
  ],
  [
    'Write an SQL query that joins two tables',
    'How do I left join tables in SQL?',
    'Optimize a slow SQL query with joins',
  ],
  [
    'Suggest exercises for lower back pain',
    'Which stretches help a sore lower back?',
    'A workout that is gentle on my back',
  ],
  [
    'Plan a weekend trip to Lisbon',
    'What should I see in Lisbon in two days?',
    'An itinerary for a short holiday in Lisbon',
  ],
  [
    'Solve a quadratic equation step by step',
    'How do I factor this quadratic polynomial?',
    'Help with algebra homework on quadratics',
  ],
  [
    'Write a bedtime story about a dragon',
    'Tell a short tale of a friendly dragon',
    'A story for my child with a dragon in it',
  ],
  [
    'How do I train a puppy not to bite?',
    'My new puppy bites everything, what to do?',
    'Puppy training tips for the first month',
  ],
  [
    'Explain how a mortgage with fixed interest works',
    'Should I choose a fixed or variable mortgage?',
    'Compare mortgage offers of two banks',
  ],
  [
    'Compose a haiku about autumn rain',
    'Write a short poem about rain in autumn',
    'A haiku on falling leaves and rain',
  ],
  [
    'Configure nginx as a reverse proxy',
    'My nginx proxy returns a bad gateway',
    'An nginx configuration with TLS for two sites',
  ],
  [
    'What causes a fever in small children?',
    'My toddler has a high fever, what should I do?',
    'When to see a doctor for a child with fever',
  ],
  [
    'Draft an email declining a meeting politely',
    'How do I say no to a meeting invitation?',
    'A polite email to postpone a meeting',
  ],
  [
    'Repair a leaking kitchen tap',
    'My faucet drips all night, how do I fix it?',
    'Replace the washer of a dripping tap',
  ],
  [
    'Practise a job interview for a sales role',
    'Typical interview questions for sales people',
    'How do I answer weakness questions in an interview?',
  ],
  [
    'Explain the rules of chess openings',
    'A good chess opening for beginners',
    'How do I play against the Sicilian defence?',
  ],
];
const SURGING = TOPICS.length - 1;
const NEW_TOPIC = [
  'The airline cancelled my flight, how do I get a refund?',
  'Flight cancelled by the airline, can I claim compensation?',
  'My flight was cancelled, which money do I get back?',
];

/** Per hour over all topics, before surge and new topic. */
const HOURLY = 100;
const ACCOUNTS = 2_400;

/** About 3,300 conversations in order of time, the last at most a minute before `TRAFFIC_END`. */
export function makeTraffic(seed = 1): Conversation[] {
  const random = seededRandom(seed);
  const pick = (size: number) => Math.floor(random() * size);
  const made: Conversation[] = [];
  const add = (texts: readonly string[], minute: number) => {
    const at = minute + pick(MINUTE);
    made.push(conversation(made.length, `account-${pick(ACCOUNTS)}`, at, texts[pick(texts.length)] ?? ''));
  };
  for (let minute = TRAFFIC_START; minute < TRAFFIC_END; minute += MINUTE) {
    for (let n = poisson(HOURLY / 60, random); n > 0; n--) add(TOPICS[pick(TOPICS.length)] ?? [], minute);
    if (minute >= SURGE_START)
      for (let n = poisson(1.5, random); n > 0; n--) add(TOPICS[SURGING] ?? [], minute);
    if (minute >= NEW_TOPIC_START) for (let n = poisson(0.7, random); n > 0; n--) add(NEW_TOPIC, minute);
  }
  return made.sort((a, b) => (a.at < b.at ? -1 : 1));
}

/** One conversation of the traffic's kind; every twentieth names an e-mail address, which must be taken out. */
function conversation(i: number, account: string, at: number, text: string): Conversation {
  const said = i % 20 === 0 ? `${text} (write to anna.${i}@example.org)` : text;
  return {
    conversation_id: `conversation-${i}`,
    account_id: account,
    at: new Date(at).toISOString(),
    messages: [
      { role: 'user', content: said },
      { role: 'assistant', content: 'Certainly. Here is what I suggest.' },
    ],
    surface: i % 3 === 0 ? 'api' : 'web',
    model: 'claude-haiku-5-5',
  };
}

/** Knuth, The Art of Computer Programming 2, 3.4.1: exact, O(mean). */
function poisson(mean: number, random: () => number): number {
  const limit = Math.exp(-mean);
  let n = 0;
  for (let product = random(); product > limit; product *= random()) n++;
  return n;
}
