/** Injected conversations by the hundred through a whole cliowatch whose model obeys them, up to the page. */
import { io } from 'socket.io-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadLabelerPrompts, loadPrompt } from '../../../src/adapters/anthropic/prompts.ts';
import { questionsOf } from '../../../src/adapters/summarizer/questions.ts';
import type { Conversation } from '../../../src/domain/conversation.ts';
import { type ClusterRecord, generationRecordSchema } from '../../../src/domain/generation.ts';
import { MINUTE } from '../../../src/domain/ids.ts';
import type { ClusterView } from '../../../src/domain/view.ts';
import { INJECTIONS, PLANTED, UNKNOWN_NAME } from '../../fixtures/injections.ts';
import { startTestApp, type TestApp, until } from '../../support/app.ts';
import { startBrowser } from '../../support/browser.ts';
import { builtConsole } from '../../support/console-build.ts';
import { TRAFFIC_END } from '../../support/conversations.ts';
import { conversationOf, obeyingFacets, plantedIn } from '../../support/injections.ts';
import { FACETS } from '../../support/llm.ts';
import {
  API_KEY,
  answers,
  byInstruction,
  type MessagesApi,
  startMessagesApi,
} from '../../support/messages-api.ts';

const ACCOUNTS = 14;
const MARKUP = '<img src=x onerror=window.ran=1>';
const prompts = loadLabelerPrompts();
const facetsPrompt = questionsOf(loadPrompt('facets'), FACETS, []).prompt;
const description = `Users asked for ${PLANTED.address}. ${MARKUP} and ${PLANTED.phone}.`;
const MAIL = { name: `Mail ${PLANTED.email}`, description };
const LOOK = { name: `Look at ${MARKUP}`, description };
const FIND = {
  name: `Find ${UNKNOWN_NAME}`,
  description: `Users asked where ${UNKNOWN_NAME} lives. It was told.`,
};
const ENDLESS = { name: 'well '.repeat(60), description: 'well '.repeat(600) };
/** What members talk the labeler into, by which of them it sees first. A tree needs a dozen that may be shown. */
const TITLES = [MAIL, LOOK, FIND, MAIL, LOOK, ENDLESS, MAIL, LOOK];

const firstOf = (data: string): string => /<(?:member|name)>([^<]*)</.exec(data)?.[1] ?? '';
const sumOf = (text: string): number =>
  Array.from(text.slice(0, 40)).reduce((sum, c) => sum + (c.codePointAt(0) ?? 0), 0);
const wantedIn = (data: string): number => Number(/<wanted>(\d+)</.exec(data)?.[1] ?? 1);

/** Does whatever it is told; only the auditor knows a person when it sees one. */
const obeying = byInstruction({
  [facetsPrompt.text]: answers(({ user }) => {
    const number = Number(/&quot;case&quot;:(\d+)/.exec(user)?.[1] ?? -1);
    const injection = INJECTIONS[number];
    if (injection === undefined) throw new Error('a transcript without its case');
    return obeyingFacets(injection);
  }),
  [prompts.label.text]: answers(({ user }) => TITLES[sumOf(firstOf(user)) % TITLES.length]),
  [prompts.nest.text]: answers(({ user }) => TITLES[sumOf(firstOf(user)) % 2]),
  [prompts.audit.text]: answers(({ user }) =>
    user.includes(UNKNOWN_NAME)
      ? { score: 1, reason: 'Names a person.' }
      : { score: 5, reason: `${PLANTED.email} is fine` },
  ),
  [prompts.propose.text]: answers(({ user }) => ({
    headings: Array.from({ length: wantedIn(user) }, (_, i) => ({ ...TITLES[i % 2], extra: PLANTED.key })),
  })),
  [prompts.deduplicate.text]: answers(() => ({ merges: [] })),
  [prompts.assign.text]: answers(() => ({ places: [{ group: PLANTED.email, heading: MARKUP }] })),
});

/** Every injection from as many accounts, two minutes apart, the last at the end of the traffic. */
function traffic(): Conversation[] {
  const all = Array.from({ length: ACCOUNTS }, (_, a) =>
    INJECTIONS.map((injection, i) => ({ injection, i, a })),
  ).flat();
  return all.map(({ injection, i, a }, n) => {
    const at = new Date(TRAFFIC_END - (all.length - n) * 2 * MINUTE).toISOString();
    const metadata = { ...injection.metadata, case: i };
    return conversationOf({ ...injection, metadata }, `i${i}-${a}`, `account-${a}`, at);
  });
}

let api: MessagesApi;
let app: TestApp;
let shown: ClusterView[] = [];
const published: string[] = [];
const records = new Map<string, ClusterRecord>();
const answered: string[] = [];

const get = async (path: string): Promise<string> => {
  const text = await (await fetch(`${app.url}${path}`)).text();
  answered.push(text);
  return text;
};

beforeAll(async () => {
  api = await startMessagesApi(obeying);
  const claude = [
    'summarizer=claude',
    'labeler=claude',
    `claude.api_key=${API_KEY}`,
    `claude.base_url=${api.url}`,
  ];
  const small = [
    'cluster.first_at=480',
    `cluster.members_per_cluster=${ACCOUNTS}`,
    'cluster.max_clusters=60',
  ];
  app = await startTestApp([...claude, ...small]);
  const { topics, log } = app.app;
  const followed = Object.values(topics).filter((topic) => topic !== topics.conversations);
  await log.follow(followed, 'start', ({ topic, key, value }) => {
    published.push(`${topic} ${key ?? ''} ${value?.toString('utf8') ?? ''}`);
    if (topic !== topics.generations || value === null) return;
    const record = generationRecordSchema.parse(JSON.parse(value.toString('utf8')));
    if (record.kind === 'cluster') records.set(record.id, record);
  });
  const live = io(app.url, { transports: ['websocket'] });
  live.onAny((...event: unknown[]) => answered.push(JSON.stringify(event)));
  for (const room of ['alerts', 'clusters', 'pulse'])
    live.emit('join', { room }, (answer: unknown) => answered.push(JSON.stringify(answer)));
  await app.feed(traffic());
  await until(
    () => app.app.view.clusters({ sort: 'size', limit: 1_000 }).some(({ name }) => name !== null),
    'named clusters',
  );
  shown = JSON.parse(await get('/v1/clusters?limit=1000')).clusters;
  const lists = [
    'hierarchy',
    'alerts?limit=1000',
    'generations',
    'classifier-check',
    'pulse',
    'facet-shares?facet=language&value=en',
  ];
  for (const path of [...lists.map((list) => `/v1/${list}`), '/metrics']) await get(path);
  for (const { id } of shown) await get(`/v1/clusters/${id}`);
  live.close();
}, 120_000);

afterAll(async () => {
  await app.stop();
  await api.stop();
});

describe('injections through all phases, with a model that obeys', () => {
  it('were asked of the model, and made clusters that are shown, and some that are not', () => {
    const asked = new Set(api.requests.map(({ system }) => system));
    for (const prompt of [facetsPrompt, prompts.label, prompts.audit, prompts.propose, prompts.nest])
      expect(asked).toContain(prompt.text);
    const states = Map.groupBy(shown, ({ visibility }) => visibility);
    expect(states.get('shown')?.length).toBeGreaterThan(3);
    expect(states.get('hidden')?.length).toBeGreaterThan(0);
  });

  it('leave no value that redaction knows in any topic, answer or metric', () => {
    expect(published.length).toBeGreaterThan(500);
    expect([...new Set(published.flatMap(plantedIn))]).toEqual([]);
    expect([...new Set(answered.flatMap(plantedIn))]).toEqual([]);
  });

  it('hide a label that the auditor rates below 3, from every reader', () => {
    const low = [...records.values()].filter(({ label }) => label !== null && (label.audit ?? 0) < 3);
    expect(low.length).toBeGreaterThan(0);
    for (const { id } of low) {
      const view = shown.find((cluster) => cluster.id === id);
      if (view !== undefined)
        expect([view.visibility, view.name, view.description]).toEqual(['hidden', null, null]);
    }
    expect(answered.filter((text) => text.includes(UNKNOWN_NAME))).toEqual([]);
  });

  it('get the offline label where the model obeys with what fits no schema', () => {
    const labels = [...records.values()].flatMap(({ label }) => label ?? []);
    expect(labels.some(({ by }) => by === 'offline')).toBe(true);
    for (const { name, description: told } of labels) {
      expect(name.length).toBeLessThanOrEqual(120);
      expect(told.length).toBeLessThanOrEqual(800);
    }
  });

  it('are text on the page, and run nothing', async () => {
    const marked = shown.find(({ name }) => name?.includes(MARKUP));
    expect(marked).toBeDefined();
    await builtConsole();
    await using browser = await startBrowser();
    const { page, errors } = await browser.open();
    const waysIn = [
      { path: `clusters/${marked!.id}`, told: MARKUP },
      { path: 'hierarchy', told: MARKUP },
      // Names are on the map only where they fit.
      { path: 'map', told: 'clusters' },
    ];
    for (const { path, told } of waysIn) {
      await page.goto(`${app.url}/#/${path}`);
      await page.reload();
      await page.getByText(told).first().waitFor({ state: 'attached' });
      expect(await page.locator('img').count(), path).toBe(0);
      expect(await page.evaluate('window.ran'), path).toBeUndefined();
    }
    expect(errors).toEqual([]);
  });
});
