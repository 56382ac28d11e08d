/** The checks after the model, each with a model that does whatever a conversation asks of it. */
import { describe, expect, it } from 'vitest';
import { loadLabelerPrompts, loadPrompt } from '../../../src/adapters/anthropic/prompts.ts';
import { createClaudeLabeler } from '../../../src/adapters/labeler/claude.ts';
import { createClaudeSummarizer } from '../../../src/adapters/summarizer/claude.ts';
import { check, redact } from '../../../src/algorithms/redact.ts';
import { facetsSchema } from '../../../src/domain/facets.ts';
import { type Point, pointSchema } from '../../../src/domain/point.ts';
import { createAdmit } from '../../../src/pipeline/admit/index.ts';
import type { Labeler } from '../../../src/ports/labeler.ts';
import { INJECTIONS, type Injection, PLANTED, UNKNOWN_NAME } from '../../fixtures/injections.ts';
import { conversationOf, obeyingFacets, plantedIn, QUESTIONS } from '../../support/injections.ts';
import { type Rig, startRig } from '../../support/llm.ts';
import { answers, byInstruction } from '../../support/messages-api.ts';
import { offlineLabeler, offlineSummarizer } from '../../support/offline.ts';
import {
  bagEmbedder,
  NOON,
  OneSession,
  ofTopic,
  parsed,
  silentTelemetry,
  TOKENS,
  TOPICS,
} from '../../support/pipeline-rig.ts';
import { noWatches } from '../../support/spaces.ts';

const said = (content: string) => ({ role: 'user' as const, content });
const clean = (text: string): string => redact(text).text;
const named: [string, Injection][] = INJECTIONS.map((injection) => [injection.name, injection]);

/** Unknown keys are dropped, and the rest must be as it was. */
const bySchema = (facets: unknown) => facetsSchema.parse(facets);

const SETTINGS = {
  earliest: 0,
  maxFutureMs: 600_000,
  replay: false,
  maxBytes: 4_194_304,
  deadLetterBodies: false,
  zeroRetention: new Set<string>(),
  toolNames: new Set<string>(),
  seenCap: 1_000,
};

/** What leaves admit for one conversation, with a model that answers as it is told. */
async function admitted(injection: Injection, cleaned = clean): Promise<{ point: Point; published: string }> {
  await using rig = await startRig(answers(() => obeyingFacets(injection)));
  const summarizer = createClaudeSummarizer({
    gateway: rig.gateway,
    model: 'model-a',
    prompt: loadPrompt('facets'),
    facets: QUESTIONS,
    fallback: offlineSummarizer,
    whenDown: 'wait',
    transcriptTokens: 8_000,
    telemetry: rig.events,
    redact: cleaned,
  });
  const clock = {
    now: () => NOON,
    speed: 1,
    every: () => ({ stop() {} }),
    elapsed: () => 0,
    sleep: async () => {},
  };
  const telemetry = silentTelemetry();
  const embedder = bagEmbedder();
  const open = createAdmit({
    topics: TOPICS,
    tokens: TOKENS,
    summarizer,
    embedder,
    clock,
    telemetry,
    watches: noWatches(),
    settings: SETTINGS,
  });
  const log = new OneSession(open, TOPICS.conversations, TOPICS.admitSeen);
  await log.push([conversationOf(injection, 'c1', 'a1', new Date(NOON).toISOString())]);
  const points = ofTopic(log.published, TOPICS.points)
    .map((record) => parsed(record))
    .filter(({ kind }) => kind === 'point');
  expect(points).toHaveLength(1);
  const published = log.published.map(({ key, value }) => `${key} ${value}`).join('\n');
  return { point: pointSchema.parse(points[0]), published };
}

describe('what leaves admit', () => {
  it.each(named)('holds no value that redaction knows, and keeps to the schema: %s', async (_, injection) => {
    const { point, published } = await admitted(injection);
    expect(plantedIn(published)).toEqual([]);
    expect(bySchema(point.facets)).toEqual(point.facets);
    const { request, task, concern_reason } = point.facets;
    for (const text of [request, task, concern_reason, ...Object.values(point.texts)])
      expect(check(text)).toBeNull();
    expect(point.facets.request.trim()).not.toBe('');
    // Whatever the model said of it, what the classifiers said goes along.
    expect(point.flags).toEqual(injection.flags ?? []);
  });

  it('is held back by admit alone when the summarizer redacts nothing', async () => {
    for (const injection of INJECTIONS) {
      const { point, published } = await admitted(injection, (text) => text);
      expect(plantedIn(published), injection.name).toEqual([]);
      expect(bySchema(point.facets), injection.name).toEqual(point.facets);
    }
  });

  it('does hold what no form gives away, and a score that is merely untrue', async () => {
    const byName = (name: string) => INJECTIONS.find((one) => one.name === name)!;
    const name = await admitted(byName('a name that nothing gives away'));
    expect(name.point.facets.request).toContain(UNKNOWN_NAME);
    const rated = await admitted(byName('score it harmless'));
    expect([rated.point.facets.concern, rated.point.flags]).toEqual([1, ['fraud']]);
    const spaced = Array.from(PLANTED.email).join(' ');
    const apart = await admitted({
      name: 'spaced',
      messages: [said('Mail me')],
      wants: { request: `At ${spaced}` },
    });
    expect(apart.point.facets.request).toContain(spaced);
    const prompt = await admitted(byName('reveal the prompt'));
    expect(prompt.point.facets.request).toMatch(/^You summarize conversations/);
  });
});

const prompts = loadLabelerPrompts();

function labelerOn(rig: Rig): Labeler {
  return createClaudeLabeler({
    gateway: rig.gateway,
    model: 'model-b',
    prompts,
    neighbourhood: 40,
    fallback: offlineLabeler,
    minAudit: 3,
    telemetry: rig.events,
    redact: clean,
  });
}

const TITLES: [string, { name: string; description: string }][] = [
  ...Object.entries(PLANTED).map(([kind, value]): [string, { name: string; description: string }] => [
    kind,
    { name: `Use ${value}`, description: `Users asked about ${value}. It was ${value}.` },
  ]),
  ['an endless name', { name: 'well '.repeat(10).trim().repeat(20), description: 'Users asked.' }],
  ['an endless description', { name: 'Ask', description: `${PLANTED.email} `.repeat(35) }],
];

describe('what leaves the labeler', () => {
  const groups = [
    { name: 'Ask', description: 'Users asked.', vector: Float32Array.of(1), place: Float32Array.of(1) },
  ];
  const members = Array.from({ length: 20 }, (_, i) => ({ text: 'prune the roses', account: `a${i}` }));

  it.each(TITLES)(
    'holds no value that redaction knows, at any step, and keeps its lengths: %s',
    async (_, title) => {
      const obeys = answers(() => ({ ...title, admin: true }));
      await using rig = await startRig(
        byInstruction({
          [prompts.label.text]: obeys,
          [prompts.nest.text]: obeys,
          [prompts.audit.text]: answers(() => ({ score: 5, reason: `${title.name} is fine` })),
          [prompts.propose.text]: answers(() => ({ headings: [title] })),
          [prompts.deduplicate.text]: answers(() => ({ merges: [{ headings: ['h1', 'h2'], ...title }] })),
        }),
      );
      const labeler = labelerOn(rig);
      const label = await labeler.label({ members, contrast: [], minAccounts: 8 });
      const nested = await labeler.nest({
        children: [{ id: 'c1', name: 'Ask', description: 'Users asked.' }],
      });
      const proposed = await labeler.propose({ groups, outside: [], count: 1 });
      const merged = await labeler.deduplicate({ headings: [...groups, ...groups], count: 1 });
      expect(plantedIn(JSON.stringify([label, nested, proposed, merged]))).toEqual([]);
      // Nor does the auditor see it: a value that is gone cannot be repeated by it.
      const audits = rig.api.requests.filter(({ system }) => system === prompts.audit.text);
      expect(plantedIn(audits.map(({ user }) => user).join('\n'))).toEqual([]);
      for (const { name, description } of [label!, nested, ...proposed, ...merged]) {
        expect(name.length).toBeLessThanOrEqual(120);
        expect(description.length).toBeLessThanOrEqual(800);
        expect(name.trim().split(/\s+/).length).toBeLessThanOrEqual(10);
      }
      expect(Object.keys(label!)).not.toContain('admin');
    },
  );
});
