/**
 * New topics: how soon one has a cluster of its own, and how often one is found where nothing is new. Real texts through the real phases on
 * event time; vectors are kept between runs.
 *   node test/evaluation/newborns.ts [--texts requests|titles] [--quick] [--data FOLDER]
 */
import { seededRandom } from '../../src/algorithms/random.ts';
import { type Appeared, appearances, type Deps, nothingNew } from './clusters/newborns.ts';
import { medianOf } from './clusters/rebuilds.ts';
import { config, evaluate, percent, say, table, values } from './clusters/setting.ts';
import { findable, jailbreaks, requests, sandy, shuffled, type Text, titles } from './clusters/texts.ts';

const p50 = (of: readonly number[]): number =>
  [...of].sort((a, b) => a - b)[Math.ceil(0.5 * of.length) - 1] ?? Number.NaN;
const p90 = (of: readonly number[]): number =>
  [...of].sort((a, b) => a - b)[Math.ceil(0.9 * of.length) - 1] ?? Number.NaN;

const byTopic = (texts: readonly Text[]): Map<string, Text[]> => {
  const topics = new Map<string, Text[]>();
  for (const text of texts) topics.set(text.topic, [...(topics.get(text.topic) ?? []), text]);
  return topics;
};

/** Topics held back, by a draw; with the hurricane and the largest community of jailbreaks among the requests. */
function heldBack(
  all: readonly Text[],
  names: readonly string[],
  seed: number,
  more: boolean,
): Map<string, Text[]> {
  const random = seededRandom(seed * 77);
  const topics = byTopic(all);
  const held = new Map(
    shuffled(names, random)
      .slice(0, 4)
      .map((name) => [name, shuffled(topics.get(name) ?? [], random)]),
  );
  if (!more) return held;
  held.set('sandy', sandy(values.data));
  const [community] = [...byTopic(jailbreaks(values.data))].sort((a, b) => b[1].length - a[1].length);
  if (community !== undefined) held.set(...community);
  return held;
}

type Among = {
  readonly about: string;
  readonly texts: readonly Text[];
  /** Topics that may be held back. */
  readonly names: readonly string[];
};

async function among(deps: Deps): Promise<Among> {
  if (values.texts === 'titles') {
    const texts = titles(values.data);
    const about =
      'Four communities at a draw of those that are a topic to the embedder, half of whose titles lie in clusters that they lead when all are clustered in batch.';
    return { about, texts, names: await findable(deps.parts, texts) };
  }
  const texts = requests(values.data);
  const about =
    'Four intents of clinc150 at a draw, the tweets of Hurricane Sandy and the jailbreak prompts of one community.';
  const names = new Set(texts.map(({ topic }) => topic));
  return { about, texts, names: [...names].filter((topic) => topic !== 'oasst').sort() };
}

/** Conversations of a topic that are to be enough for a cluster of its own, at 0.5% of traffic. */
const ENOUGH = 30;
const told = (n: number): string => (Number.isFinite(n) ? n.toFixed(0) : 'more than came');

function rowOf(rate: number, found: readonly Appeared[]): string[] {
  const own = found.filter(({ seen }) => seen !== null);
  const seen = found.map((one) => one.seen ?? Number.POSITIVE_INFINITY);
  const atBest = found.map((one) => one.atBest ?? Number.POSITIVE_INFINITY);
  const purity = own.flatMap((one) => one.purity ?? []);
  return [
    percent(rate),
    `${own.length} of ${found.length}`,
    `${seen.filter((n) => n <= ENOUGH).length}, ${atBest.filter((n) => n <= ENOUGH).length}`,
    told(p50(seen)),
    told(p90(seen)),
    `${told(p50(atBest))}, ${told(p90(atBest))}`,
    purity.length === 0 ? '' : percent(medianOf(purity), 0),
    purity.length === 0 ? '' : percent(Math.min(...purity), 0),
    String(own.filter(({ by }) => by === 'newborn').length),
  ];
}

async function tellNewborns(deps: Deps): Promise<void> {
  const { about, texts, names } = await among(deps);
  say('### A topic that is new\n');
  say(
    `Topics held back appear after two days of other traffic, each at a rate of all of it (two draws of topics, eight at 0.5%): conversations of the topic that had come when a cluster of its own was there (half of what falls into it, at least), and the share of the topic in it then. At best: when what had come of the topic could first be told from all else by a cluster of ten, nine in ten of it, around its mean or one of its conversations, by somebody who knows the truth: what the vectors allow, with no doubt to overcome. ${about}\n`,
  );
  const seedsAt = (rate: number): number[] =>
    values.quick ? [1] : rate === 0.005 ? [1, 2, 3, 4, 5, 6, 7, 8] : [1, 2];
  const rows: string[][] = [];
  for (const rate of values.quick ? [0.005] : [0.002, 0.005, 0.02]) {
    const found: Appeared[] = [];
    for (const seed of seedsAt(rate)) {
      const held = heldBack(texts, names, seed, values.texts === 'requests');
      const background = texts.filter(({ topic }) => !held.has(topic));
      found.push(...(await appearances(deps, background, held, rate, seed)));
    }
    rows.push(rowOf(rate, found));
  }
  table(
    [
      'rate',
      'found',
      `by ${ENOUGH}, at best`,
      'seen before, median',
      'p90',
      'at best, median, p90',
      'purity, median',
      'lowest',
      'between rebuilds',
    ],
    rows,
  );
  say(
    `To be reached at 0.5%: ${ENOUGH} conversations, purity 90%. Counted to the hundred conversations that are pushed at a time.\n`,
  );
}

async function tellQuiet(deps: Deps): Promise<void> {
  say('### Where nothing is new\n');
  const all = values.texts === 'requests' ? requests(values.data) : titles(values.data);
  const texts = shuffled(all, seededRandom(5)).slice(0, values.quick ? 14_000 : Number.POSITIVE_INFINITY);
  // One in 100,000 is told from two by several hundred thousand; there are fewer requests, so more orders of them.
  const orders = values.quick ? 1 : values.texts === 'requests' ? 20 : 3;
  const among = { conversations: 0, newborns: 0, outside: 0 };
  for (let seed = 1; seed <= orders; seed++) {
    const { conversations, newborns, outside } = await nothingNew(deps, texts, 12_000, seed);
    among.conversations += conversations;
    among.newborns += newborns;
    among.outside += outside;
  }
  const { conversations, newborns, outside } = among;
  table(
    ['orders of the same texts', 'conversations', 'newborn clusters', 'in no cluster on arrival'],
    [[String(orders), String(conversations), String(newborns), percent(outside / orders, 2)]],
  );
  say(
    `To be reached: one newborn cluster in 100,000 conversations. The radii promise that ${percent(config.cluster.false_outlier_rate, 0)} of a cluster's own conversations fall outside (\`cluster.false_outlier_rate\`).\n`,
  );
}

await evaluate([tellNewborns, tellQuiet]);
