/** Both signatures of the paper (Clio 4.1) among twenty ordinary topics, from raw conversations to cluster records. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOnnxClusterer } from '../../src/adapters/clusterer/onnx.ts';
import { createHmacTokens } from '../../src/adapters/id-tokens/hmac.ts';
import { seededRandom } from '../../src/algorithms/random.ts';
import { type ClusterRecord, generationRecordSchema, type Manifest } from '../../src/domain/generation.ts';
import { drive } from '../support/driver-rig.ts';
import { HOUR, MINUTE, NOON, TOKENS, TOPICS } from '../support/pipeline-rig.ts';

/** Words that a topic is spoken of in; the first is in every request of it. */
const SUBJECTS = [
  'garden roses soil compost pruning hedge',
  'train ticket platform timetable station fare',
  'taxes income deduction receipt allowance bracket',
  'bread dough yeast oven crust flour',
  'guitar chord fret strumming capo melody',
  'knee pain stretch cartilage running brace',
  'puppy leash barking crate walk treat',
  'mortgage interest bank loan fixed house',
  'poem rhyme verse stanza metaphor autumn',
  'chess opening pawn bishop gambit endgame',
  'python function loop list exception import',
  'wedding speech bride toast guests venue',
  'camera lens aperture shutter tripod portrait',
  'visa passport embassy border permit stay',
  'bicycle chain brake tyre pedal gear',
  'resume employer interview skills salary role',
  'telescope planet comet orbit eclipse stars',
  'allergy pollen sneezing tablet spring eyes',
  'budget savings rent groceries month debt',
  'volcano lava eruption crater ash magma',
].map((words) => words.split(' '));
const RESOLD = 'translate contract clause invoice supplier warehouse'.split(' ');
const ASKING =
  'why how could explain briefly tomorrow again better friend never really simple old new long need try help'.split(
    ' ',
  );

const END = NOON + 36 * HOUR;
const WAVE = END - 3 * HOUR;

/** What is in the stream: everyday traffic by a heavy tail of accounts, twelve accounts that resell, and a wave of one template. */
function stream(seed: number): string[] {
  const random = seededRandom(seed);
  const pick = <T>(of: readonly T[], fallback: T): T => of[Math.floor(random() * of.length)] ?? fallback;
  const said: { at: number; account: string; text: string }[] = [];
  const ask = (words: readonly string[]) => {
    const rest = Array.from({ length: 9 }, () => pick(random() < 0.65 ? words : ASKING, 'it'));
    return [words[0], ...rest].sort(() => random() - 0.5).join(' ');
  };
  for (let at = NOON; at < END; at += MINUTE / (1 + 0.6 * Math.sin((at / HOUR / 12) * Math.PI))) {
    const account = `u${Math.floor(30 * (200 ** random() - 1))}`;
    said.push({ at: at + random() * MINUTE, account, text: ask(pick(SUBJECTS, [])) });
  }
  for (let i = 0; i < 150; i++) {
    const at = NOON + random() * (END - NOON);
    said.push({ at, account: `reseller-${i % 12}`, text: ask(RESOLD) });
  }
  for (let i = 0; i < 150; i++) {
    const goods = `${pick(['red', 'cheap', 'shiny', 'imported'], '')} ${pick(['casino chips', 'gummies', 'watches', 'backlinks'], '')}`;
    const text = `Compose ${200 + Math.floor(random() * 900)} persuasive sentences about ${goods} and finish with a link for customers, mention the keyword eighteen times`;
    said.push({ at: WAVE + random() * 50 * MINUTE, account: `fresh-${i}`, text });
  }
  return said
    .sort((a, b) => a.at - b.at)
    .map(({ at, account, text }, i) =>
      JSON.stringify({
        conversation_id: `k${i}`,
        account_id: account,
        at: new Date(at).toISOString(),
        messages: [{ role: 'user', content: text }],
      }),
    );
}

const clusterer = createOnnxClusterer();
afterAll(() => clusterer.stop());

type Told = { readonly manifest: Manifest; readonly clusters: readonly ClusterRecord[] };
let generations: Told[];
let sketches: Set<string>;

beforeAll(async () => {
  const flags = ['cluster.first_at=600', 'cluster.members_per_cluster=70', 'cluster.rebuild_minutes=120'];
  const { records } = await drive(clusterer, stream(1), END + 100 * 24 * HOUR, flags);
  generations = [];
  sketches = new Set(
    records
      .filter(({ topic }) => topic === TOPICS.points)
      .map(({ value }) => JSON.parse(value ?? '{}').likeness),
  );
  let told: ClusterRecord[] = [];
  for (const { topic, value } of records) {
    if (topic !== TOPICS.generations || value === null) continue;
    const record = generationRecordSchema.parse(JSON.parse(value));
    if (record.kind === 'cluster') told.push(record);
    if (record.kind !== 'manifest') continue;
    generations.push({ manifest: record, clusters: told });
    told = [];
  }
});

/** Whether a cluster is about something, by its name. */
const about =
  (word: string) =>
  ({ label }: ClusterRecord): boolean =>
    label?.name.toLowerCase().includes(word) ?? false;
const signatureOf = ({ coordination }: ClusterRecord) => coordination?.signature;

describe('coordination in a stream', () => {
  const last = (): readonly ClusterRecord[] =>
    generations.findLast(({ manifest }) => manifest.type === 'full')?.clusters ?? [];

  it('finds many accounts with one template', () => {
    const wave = last().filter(about('finish'));
    expect(wave.length).toBeGreaterThan(0);
    // A rebuild may cut it by what is sold; each part has the signature.
    for (const part of wave) {
      expect(signatureOf(part)).toBe('many-accounts-one-template');
      expect(part.coordination?.score).toBeGreaterThan(0.9);
    }
  });

  it('finds them as soon as their cluster is born, between two rebuilds', () => {
    const patches = generations.filter(({ manifest }) => manifest.type === 'patch');
    const born = patches.flatMap(({ clusters }) => clusters).find(({ origin }) => origin === 'newborn');
    expect(born?.coordination).toMatchObject({ signature: 'many-accounts-one-template' });
    expect((patches[0]?.manifest.event_time ?? END) - WAVE).toBeLessThan(30 * MINUTE);
  });

  it('finds few accounts with much traffic, in the largest cluster of what they do', () => {
    const resold = last()
      .filter(about('translate'))
      .sort((a, b) => b.conversations - a.conversations);
    expect(resold.slice(0, 1).map(signatureOf)).toEqual(['few-accounts-much-traffic']);
    // A rebuild may cut their traffic in parts; no part is taken for the other signature.
    for (const part of resold) expect(signatureOf(part)).not.toBe('many-accounts-one-template');
  });

  it('finds nothing in twenty ordinary topics and more, at any time', () => {
    const ordinary = generations.flatMap(({ clusters }) =>
      clusters.filter((cluster) => !about('translate')(cluster) && !about('finish')(cluster)),
    );
    expect(new Set(ordinary.map(({ id }) => id)).size).toBeGreaterThanOrEqual(20);
    expect(ordinary.every(({ coordination }) => coordination !== null)).toBe(true);
    expect(Math.max(...ordinary.map(({ coordination }) => coordination?.score ?? 0))).toBeLessThan(0.1);
  });

  it('carries what is usual from one full generation to the patches after it', () => {
    for (const { manifest } of generations)
      expect(manifest.usual?.conversations_per_account).toBeCloseTo(1.05, 1);
  });

  it('tells near-duplicates by sketches that nobody can make without the key', () => {
    expect(sketches.size).toBeGreaterThan(1_000);
    const other = createHmacTokens(Buffer.alloc(32, 8));
    for (const line of stream(1).slice(0, 200)) {
      const text: string = JSON.parse(line).messages[0].content;
      expect(sketches).toContain(TOKENS.likeness(text));
      expect(sketches).not.toContain(other.likeness(text));
    }
  });
});
