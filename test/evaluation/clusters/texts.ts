/** Texts with known topics, and streams made of them. */
import { z } from 'zod';
import { seededRandom } from '../../../src/algorithms/random.ts';
import type { Parts } from '../../../src/app/parts.ts';
import type { Conversation } from '../../../src/domain/conversation.ts';
import { jsonLines } from '../data.ts';
import { majority } from '../reconstruct/scores.ts';

export type Text = {
  readonly text: string;
  readonly topic: string;
  /** When it was written, ms; 0 where that is not known. */
  readonly at: number;
};

/** Queries to an assistant (150 intents) with first requests of real dialogues among them. */
export function requests(folder: string): Text[] {
  const clinc = jsonLines(
    folder,
    'clinc150',
    z.object({ text: z.string(), intent: z.string(), domain: z.string().nullable() }),
  );
  const oasst = jsonLines(
    folder,
    'oasst1-validation',
    z.object({ text: z.string(), role: z.string(), parent_id: z.string().nullable() }),
  );
  return [
    ...clinc.flatMap(({ text, intent, domain }) =>
      domain === null ? [] : [{ text, topic: `clinc/${intent}`, at: 0 }],
    ),
    ...oasst
      .filter(({ role, parent_id }) => role === 'prompter' && parent_id === null)
      .map(({ text }) => ({ text, topic: 'oasst', at: 0 })),
  ];
}

/** Titles of 300 communities over nine months of 2012, in their order. */
export function titles(folder: string): Text[] {
  const row = z.object({ created_utc: z.number(), subreddit: z.string(), title: z.string() });
  return jsonLines(folder, 'reddit-titles-2012', row)
    .map(({ created_utc, subreddit, title }) => ({ text: title, topic: subreddit, at: created_utc * 1_000 }))
    .sort((a, b) => a.at - b.at);
}

/** Tweets of the hurricane, in their order. */
export function sandy(folder: string): Text[] {
  const row = z.object({ timestamp: z.string(), event: z.string(), text: z.string(), label: z.string() });
  return jsonLines(folder, 'crisislex-t6-sandy-oklahoma', row)
    .filter(({ event, label }) => event.includes('Sandy') && label !== 'off-topic')
    .map(({ timestamp, text }) => ({ text, topic: 'sandy', at: Date.parse(timestamp) }))
    .sort((a, b) => a.at - b.at);
}

/** Jailbreak prompts of the largest communities that spread them. */
export function jailbreaks(folder: string): Text[] {
  const row = z.object({ prompt: z.string(), community_id: z.string() });
  return jsonLines(folder, 'jailbreaks-to-2023-06', row)
    .filter(({ community_id }) => community_id !== '')
    .map(({ prompt, community_id }) => ({ text: prompt, topic: `jailbreak/${community_id}`, at: 0 }));
}

export function shuffled<T>(rows: readonly T[], random: () => number): T[] {
  return rows
    .map((row) => ({ row, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ row }) => row);
}

/** Conversations of one message each, a quarter as many accounts as texts. */
export function conversationsOf(texts: readonly Text[], seed: number): Conversation[] {
  const random = seededRandom(seed + 1_000);
  const accounts = Math.ceil(texts.length / 4);
  return texts.map(({ text, at }, i) => ({
    conversation_id: `r${i}`,
    account_id: `a${Math.floor(accounts * random())}`,
    at: new Date(at).toISOString(),
    messages: [{ role: 'user', content: text.toWellFormed().replaceAll('\u0000', '') || '-' }],
  }));
}

const START = Date.parse('2026-03-02T00:00:00Z');

/** The same texts, evenly over so much time. */
export function spreadOver(texts: readonly Text[], ms: number): Text[] {
  return texts.map((text, i) => ({ ...text, at: START + Math.floor((i / texts.length) * ms) }));
}

/** Topics half of whose texts lie in clusters that they lead when all is clustered in batch: the others are no topic to the embedder. */
export async function findable(
  { clusterer, embedder }: Pick<Parts, 'clusterer' | 'embedder'>,
  texts: readonly Text[],
): Promise<string[]> {
  const { dimension } = embedder;
  const data = new Float32Array(texts.length * dimension);
  for (let from = 0; from < texts.length; from += 256) {
    const part = await embedder.embed(texts.slice(from, from + 256).map(({ text }) => text));
    for (const [i, vector] of part.entries()) data.set(vector, (from + i) * dimension);
  }
  const points = { data, rows: texts.length, dimension };
  const k = Math.round(texts.length / 80);
  const { assignment } = await clusterer.cluster({ points, initial: null, k, iterations: 15, seed: 1 });
  const groups = Array.from(assignment, String);
  const topics = texts.map(({ topic }) => topic);
  const best = majority(topics, groups);
  const held = new Map<string, number>();
  const all = new Map<string, number>();
  for (const [i, topic] of topics.entries()) {
    all.set(topic, (all.get(topic) ?? 0) + 1);
    if (best.get(groups[i] ?? '') === topic) held.set(topic, (held.get(topic) ?? 0) + 1);
  }
  return [...all.keys()].filter((topic) => (held.get(topic) ?? 0) >= (all.get(topic) ?? 0) / 2).sort();
}
