/** What the benches feed: made-up conversations about a thousand topics, whose vectors are made beforehand as well. */
import { hash } from 'node:crypto';
import { openVectorFile } from '../../src/adapters/embedder/vector-file.ts';
import { offlineFacets } from '../../src/adapters/summarizer/offline-facets.ts';
import { createTraffic } from '../../src/algorithms/demo/index.ts';
import { seededRandom } from '../../src/algorithms/random.ts';
import { type Conversation, messageText } from '../../src/domain/conversation.ts';
import { DAY } from '../../src/domain/ids.ts';
import { toUnit, type UnitVector } from '../../src/domain/vector.ts';

/** Event time at which the bench begins: the last midnight, so that another process finds nothing too old. */
export const LIVE = Math.floor(Date.now() / DAY) * DAY;
export const HISTORY = 30_000;
export const TOPICS = 1_000;
const WORDINGS = 12;
const EMBEDDER = 'all-MiniLM-L6-v2-int8:384';
const DIMENSION = 384;
/** Cosine of a request to the middle of its topic, about; as short requests have under that model. */
const NEARNESS = 0.75;

/** Settings under which this traffic forms about as many clusters as it has topics. */
export const SETTINGS: readonly string[] = [
  'http.port=0',
  'logging.level=error',
  'sinks.console=false',
  'summarizer=offline',
  'labeler=offline',
  'embedder.cache=40000',
  'embedder.cache_path=vectors.sqlite',
  'embedder.threads=1',
  'cluster.members_per_cluster=25',
  'cluster.max_clusters=1500',
];

const SYLLABLES = ['ba', 'do', 'fe', 'gi', 'ku', 'la', 'mo', 'ne', 'pi', 'ru', 'sa', 'to', 've', 'wi', 'za'];

function wordOf(n: number): string {
  const part = (i: number): string => SYLLABLES[Math.floor(n / 15 ** i) % 15] ?? '';
  return `${part(0)}${part(1)}${part(2)}n`;
}

function requestOf(topic: number, wording: number): string {
  const subject = `${wordOf(topic * 3 + 7)} ${wordOf(topic * 7 + 1)}`;
  const about = wordOf(1_000 + wording * 11);
  return `Please tell me how the ${subject} works when the ${about} is set up and what has to be done before it can be used.`;
}

/** Generated conversations of about 1 KB, the first request put in the words of one of the topics. */
export function makePool(): Conversation[] {
  const traffic = createTraffic({ seed: 3, start: LIVE - 4 * DAY, liveAt: LIVE, perHour: 420, events: [] });
  const models = traffic
    .between(LIVE - 3 * DAY, LIVE)
    .filter((conversation) => conversation.retention === undefined);
  const random = seededRandom(5);
  return Array.from({ length: HISTORY }, (_, i) => {
    const model = models[i % models.length];
    if (model === undefined) throw new Error('the generator made nothing');
    const request = requestOf(Math.floor(random() * TOPICS), Math.floor(random() * WORDINGS));
    const at = new Date(LIVE - 3 * DAY + Math.floor((i / HISTORY) * 3 * DAY)).toISOString();
    const messages = model.messages.map((message, n) =>
      n === 0 ? { role: 'user' as const, content: request } : message,
    );
    return { ...model, conversation_id: `warm-${i}`, at, messages };
  });
}

/** Fills the embedder's file with the vector of every request the pool makes. */
export function writeVectors(path: string, pool: readonly Conversation[]): void {
  const random = seededRandom(11);
  const noise = (): number => random() + random() + random() - 1.5;
  const middles = Array.from({ length: TOPICS }, () => toUnit(Array.from({ length: DIMENSION }, noise)));
  const near = (middle: UnitVector): UnitVector => {
    const away = toUnit(Array.from({ length: DIMENSION }, noise));
    return toUnit(middle.map((x, d) => NEARNESS * x + Math.sqrt(1 - NEARNESS ** 2) * (away[d] ?? 0)));
  };
  const topics = new Map<string, number>();
  for (let topic = 0; topic < TOPICS; topic++) {
    for (let wording = 0; wording < WORDINGS; wording++) topics.set(requestOf(topic, wording), topic);
  }
  const file = openVectorFile({ path, model: EMBEDDER, size: 1_000_000 });
  const written = new Set<string>();
  for (const { messages, flags } of pool) {
    const texts = messages.filter(({ role }) => role === 'user').map(messageText);
    const { request } = offlineFacets({ texts, flags: flags ?? [] }).facets;
    const middle = middles[topics.get(texts[0] ?? '') ?? -1];
    if (middle === undefined || written.has(request)) continue;
    written.add(request);
    file.put(hash('sha256', request, 'base64url'), near(middle));
  }
  file.close();
}

/** What stands around the id and the time in the JSON of a conversation: making new copies then costs next to nothing, and keeping it little. */
export type Template = { readonly head: string; readonly tail: string };

export function templateOf({ conversation_id: _id, at: _at, ...rest }: Conversation): Template {
  // Through a buffer, or the string would be a tree of the strings it was made of.
  const tail = Buffer.from(`",${JSON.stringify(rest).slice(1)}`).toString();
  return { head: '{"conversation_id":"', tail };
}

export function fill({ head, tail }: Template, id: string, at: number): string {
  return `${head}${id}","at":"${new Date(at).toISOString()}${tail}`;
}
