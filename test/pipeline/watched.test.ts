import { afterAll, expect, it } from 'vitest';
import { createCachedGateway } from '../../src/adapters/anthropic/cached.ts';
import { createManualClock } from '../../src/adapters/clock/manual.ts';
import { createOnnxClusterer } from '../../src/adapters/clusterer/onnx.ts';
import { createClaudeSummarizer } from '../../src/adapters/summarizer/claude.ts';
import { seededRandom } from '../../src/algorithms/random.ts';
import type { Config } from '../../src/app/config.ts';
import { configSchema } from '../../src/app/config-rules.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import type { PhaseParts } from '../../src/app/phases.ts';
import { assignmentBatchSchema } from '../../src/domain/assignment.ts';
import { clusteredFacets } from '../../src/domain/facet-definition.ts';
import { type Generation, generationRecordSchema } from '../../src/domain/generation.ts';
import { pointRecordSchema } from '../../src/domain/point.ts';
import { tickSchema } from '../../src/domain/tick.ts';
import { createGate } from '../../src/pipeline/gate.ts';
import { createGenerations } from '../../src/pipeline/generations.ts';
import { createWatchBook } from '../../src/pipeline/watches.ts';
import { openPhases } from '../support/driver-rig.ts';
import { FACETS, startRig } from '../support/llm.ts';
import { answers } from '../support/messages-api.ts';
import { offlineSummarizer } from '../support/offline.ts';
import {
  bagEmbedder,
  MINUTE,
  NOON,
  ofTopic,
  parsed,
  silentTelemetry,
  TOPICS,
} from '../support/pipeline-rig.ts';

const clusterer = createOnnxClusterer();
afterAll(() => clusterer.stop());

const SUBJECTS = [
  'water my garden roses in summer',
  'book train tickets to the coast',
  'fill in a tax return form',
  'restore login after the outage of the bank app',
];
const MOODS = ['impatient and short with the helper', 'cheerful, polite and full of thanks'];

const FIELDS: Config['facets'] = {
  ...FACETS,
  mood: { kind: 'text', question: 'in what mood the user writes', clusters: true, naming: 'the mood alone' },
  audience: { kind: 'category', question: 'for whom the result is', values: ['self', 'others'] },
  hurry: { kind: 'boolean', question: 'whether the user is in a hurry' },
};

const CONFIG = configSchema.parse({
  ...loadConfig({
    environment: {},
    flags: ['cluster.first_at=200', 'cluster.min_clusters=2', 'cluster.members_per_cluster=60'],
  }),
  facets: FIELDS,
  watches: {
    outage: {
      title: 'The outage',
      question: 'Is this about a service that is down?',
      settings: { first_at: 40, members_per_cluster: 20 },
    },
    travel: {
      title: 'Trains',
      match: { pattern: '(?i)TRAIN' },
      to: new Date(NOON + 300 * MINUTE).toISOString(),
    },
  },
});

const REQUESTS = 'all/request';
const COUNT = 800;

/** What the model answers, from what stands in the transcript: the number of the subject, and of the mood. */
function answerTo(transcript: string) {
  const subject = SUBJECTS.findIndex((text) => transcript.includes(text));
  const mood = transcript.includes('at once') ? 0 : 1;
  return {
    request: `The user wants to ${SUBJECTS[subject] ?? 'do something'}.`,
    task: 'Help.',
    languages: ['en'],
    concern: 1,
    concern_reason: 'Everyday.',
    mood: `The user is ${MOODS[mood]}.`,
    audience: subject === 1 ? 'others' : 'self',
    hurry: mood === 0 ? 'yes' : 'no',
    screening: { outage: subject === 3 },
  };
}

async function run() {
  await using rig = await startRig(answers(({ user }) => answerTo(user)));
  const generations = createGenerations();
  const embedder = bagEmbedder();
  const watches = createWatchBook(CONFIG.watches, clusteredFacets(CONFIG.facets));
  const parts: PhaseParts = {
    config: CONFIG,
    topics: TOPICS,
    clock: { ...createManualClock(NOON + 100 * 24 * 60 * MINUTE), elapsed: () => 0 },
    telemetry: silentTelemetry(),
    generations,
    gate: createGate(),
    embedder,
    watches,
    replay: true,
  };
  const summarizer = createClaudeSummarizer({
    gateway: createCachedGateway(rig.gateway, { entries: 1_000, file: null, telemetry: rig.events }),
    model: 'model-a',
    prompt: { text: '{{facets}}', version: 1, hash: '0' },
    facets: CONFIG.facets,
    fallback: offlineSummarizer,
    whenDown: 'wait',
    transcriptTokens: 8_000,
    telemetry: rig.events,
  });
  const records: { topic: string; key: string | null; value: string | null }[] = [];
  const driver = await openPhases(parts, { clusterer, summarizer, embedder }, ({ topic, key, value }) =>
    records.push({ topic, key, value: value?.toString('utf8') ?? null }),
  );
  const random = seededRandom(3);
  const lines = Array.from({ length: COUNT }, (_, i) =>
    JSON.stringify({
      conversation_id: `k${i}`,
      account_id: `u${Math.floor(random() * 400)}`,
      at: new Date(NOON + i * MINUTE).toISOString(),
      messages: [
        { role: 'user', content: `Please help me ${SUBJECTS[i % 4]}${random() < 0.5 ? ' at once' : ''}.` },
      ],
    }),
  );
  for (let from = 0; from < COUNT; from += 50)
    await driver.push(lines.slice(from, from + 50).map((line) => Buffer.from(line)));
  await driver.stop();
  return { records, generations, requests: rig.api.requests };
}

const namesOf = (generation: Generation | null) =>
  (generation?.clusters ?? []).map(({ label }) => label?.name ?? null);

it('facets of the user and watches have clusters, counts and ids of their own', {
  timeout: 60_000,
}, async () => {
  const { records, generations, requests } = await run();
  // Equal conversations are asked about once, with the question of the watch in the same call.
  expect(requests.length).toBeLessThanOrEqual(16);
  expect(requests[0]?.system).toContain('`mood`: in what mood the user writes');
  expect(requests[0]?.system).toContain('`outage`: Is this about a service that is down?');

  const points = ofTopic(records, TOPICS.points).map((record) => pointRecordSchema.parse(parsed(record)));
  const first = points.find((point) => point.kind === 'point');
  expect(first).toMatchObject({ values: { audience: ['self'], turns: ['1'], refusal: ['no'] } });

  const rows = ofTopic(records, TOPICS.assignments).map((record) =>
    assignmentBatchSchema.parse(parsed(record)),
  );
  const inSpace = (space: string) =>
    rows.filter((batch) => batch.space === space).flatMap(({ conversation }) => conversation);
  expect(inSpace(REQUESTS)).toHaveLength(COUNT);
  expect(inSpace('all/mood')).toHaveLength(COUNT);
  expect(inSpace('outage/request')).toHaveLength(COUNT / 4);
  // Every fourth of the first 300: then the watch has ended.
  expect(inSpace('travel/request')).toHaveLength(75);
  expect(rows.find((batch) => batch.space === 'all/mood')?.values[0]).toMatchObject({ audience: ['self'] });

  const moods = generations.current('all/mood');
  expect(moods?.manifest.clusters.every((id) => /^mood:c[0-9a-z]+$/.test(id))).toBe(true);
  expect(namesOf(moods).join(' ')).toMatch(/impatient|cheerful|polite/i);
  expect(namesOf(generations.current(REQUESTS)).join(' ')).not.toMatch(/impatient|cheerful/i);
  expect(moods?.clusters.find(({ values }) => values.hurry?.yes === 1)).toBeDefined();

  const outage = generations.current('outage/request');
  expect(outage?.manifest.clusters.every((id) => id.startsWith('outage:c'))).toBe(true);
  expect(namesOf(outage).join(' ')).toMatch(/outage|login|bank/i);
  expect(generations.current('travel/request')).toBeNull();

  const ticks = ofTopic(records, TOPICS.ticks).map((record) => tickSchema.parse(parsed(record)));
  const counted = (space: string) =>
    ticks.filter((tick) => tick.space === space).reduce((sum, { total }) => sum + total, 0);
  expect(counted('outage/request')).toBeGreaterThan(COUNT / 4 - 5);
  const spaces = ofTopic(records, TOPICS.generations).map(
    (record) => record.value !== null && generationRecordSchema.parse(parsed(record)).space,
  );
  expect(new Set(spaces.filter((space) => space !== false))).toEqual(
    new Set([REQUESTS, 'all/mood', 'outage/request']),
  );
});
