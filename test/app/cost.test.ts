import { describe, expect, it } from 'vitest';
import { createCachedGateway } from '../../src/adapters/anthropic/cached.ts';
import { loadPrompt } from '../../src/adapters/anthropic/prompts.ts';
import { createHmacTokens } from '../../src/adapters/id-tokens/hmac.ts';
import { createClaudeSummarizer } from '../../src/adapters/summarizer/claude.ts';
import { createOfflineSummarizer } from '../../src/adapters/summarizer/offline.ts';
import { isTaken } from '../../src/algorithms/sampling/chance.ts';
import { textTokens } from '../../src/algorithms/text-tokens.ts';
import { type CostEstimate, createCostEstimator } from '../../src/app/cost.ts';
import { loadConfig } from '../../src/app/load-config.ts';
import { type Conversation, conversationSchema } from '../../src/domain/conversation.ts';
import { startRig } from '../support/llm.ts';
import { answers } from '../support/messages-api.ts';

const PRICES = 'claude.prices={ claude-haiku-5-5: { input: 1, output: 10, cache_read: 0, cache_write: 0 } }';
const configOf = (...flags: string[]) => loadConfig({ environment: {}, flags });

function conversation(id: string, text: string, more: object = {}): Conversation {
  return conversationSchema.parse({
    conversation_id: id,
    account_id: 'a1',
    at: '2026-03-01T12:00:00Z',
    messages: [{ role: 'user', content: text }],
    ...more,
  });
}

async function estimate(conversations: readonly Conversation[], ...flags: string[]) {
  const estimator = createCostEstimator(configOf(...flags));
  for (const one of conversations) estimator.add(one);
  return await estimator.result();
}

const many = (count: number) =>
  Array.from({ length: count }, (_, i) => conversation(`c${i}`, `Question ${i}?`));
const stage = (made: CostEstimate, name: string) => {
  const found = made.stages.find((one) => one.stage === name);
  if (found === undefined) throw new Error(`no stage ${name}`);
  return found;
};

describe('the estimated cost', () => {
  it('counts the calls and the characters that really go out, of long conversations and of what the cache knows too', async () => {
    const stream = [
      conversation('short', 'How do I prune roses?'),
      conversation('again', 'How do I prune roses?'),
      conversation('long', `${'word '.repeat(20_000)}`, { surface: 'web', metadata: { plan: 'free' } }),
      conversation('other', '退款'.repeat(500)),
    ];
    const facets = {
      request: 'The user asks.',
      task: 'Answer.',
      languages: [],
      concern: 1,
      concern_reason: 'x',
    };
    await using rig = await startRig(answers(() => facets));
    const { claude } = configOf();
    const offline = createOfflineSummarizer({ onRedacted: () => undefined });
    const summarizer = createClaudeSummarizer({
      gateway: createCachedGateway(rig.gateway, { entries: claude.cache, file: null, telemetry: rig.events }),
      model: claude.summarizer_model,
      prompt: loadPrompt('facets'),
      facets: configOf().facets,
      fallback: offline,
      whenDown: 'wait',
      transcriptTokens: claude.transcript_tokens,
      telemetry: rig.events,
    });
    for (const one of stream) await summarizer.summarize(one);
    await offline.stop();
    const sent = rig.api.requests.map(
      ({ system, user, body }) =>
        textTokens(system) + textTokens(user) + textTokens(JSON.stringify(body.output_config?.format)),
    );
    const made = await estimate(stream);
    const { calls, inputTokens, outputTokens, model } = stage(made, 'facets');
    expect(calls).toBe(rig.api.requests.length);
    expect(model).toBe(rig.api.requests[0]?.body.model);
    expect(inputTokens).toBe(Math.round(sent.reduce((all, tokens) => all + tokens, 0)));
    expect(outputTokens).toBe(3 * claude.answer_tokens.facets);
    expect(made.saved.calls).toBe(rig.events.hits.length);
  });

  it('asks nothing for what admit would not: duplicates, shorter snapshots, zero retention, no user text, times out of range', async () => {
    const two = [
      { role: 'user', content: 'One?' },
      { role: 'user', content: 'Two?' },
    ];
    const made = await estimate([
      conversation('a', 'One?'),
      conversation('a', 'One?'),
      conversation('a', '', { messages: two }),
      conversation('a', 'One?'),
      conversation('b', 'Secret', { retention: 'zero' }),
      conversation('c', '', { messages: [{ role: 'assistant', content: 'Hello!' }] }),
      conversation('d', 'Of a broken clock', { at: '1970-01-01T00:00:00Z' }),
      conversation('e', 'Of tomorrow', { at: new Date(Date.now() + 86_400_000).toISOString() }),
    ]);
    expect(made.conversations).toEqual({
      summarized: 1,
      snapshots: 1,
      duplicates: 2,
      zeroRetention: 1,
      noUserText: 1,
      outOfTime: 2,
      sampledOut: 0,
    });
    expect(stage(made, 'facets').calls).toBe(2);
  });

  it('counts at the share of accounts that is sampled, and knows which they are where it has the key', async () => {
    const stream = many(600).map((one, i) => ({ ...one, account_id: `a${i}` }));
    const flags = ['intake.sampling.strategy=conversations', 'intake.sampling.share=0.25'];
    const made = await estimate(stream, ...flags);
    expect(made.conversations.summarized).toBeGreaterThan(110);
    expect(made.conversations.summarized).toBeLessThan(190);
    expect(made.conversations.sampledOut).toBe(600 - made.conversations.summarized);
    expect(stage(made, 'facets').calls).toBe(made.conversations.summarized);
    const key = Buffer.alloc(32, 7);
    const { account } = createHmacTokens(key);
    const taken = stream.filter(({ account_id }) => isTaken(account(account_id), 0.25));
    const keyed = await estimate(stream, ...flags, `tokens.key=${key.toString('base64')}`);
    expect(keyed.conversations.summarized).toBe(taken.length);
  });

  it('saves nothing when the cache is off, and no more than it holds', async () => {
    const again = [
      ...many(3),
      ...many(3).map((one) => ({ ...one, conversation_id: `x${one.conversation_id}` })),
    ];
    expect((await estimate(again)).saved.calls).toBe(3);
    expect((await estimate(again, 'claude.cache=0')).saved).toEqual({ calls: 0, dollars: 0 });
    expect((await estimate(again, 'claude.cache=2')).saved.calls).toBe(0);
  });

  it('names clusters of the configured size at every doubling of the window, makes the tree above anew, and audits every name', async () => {
    const flags = ['cluster.first_at=100', 'cluster.members_per_cluster=10', 'cluster.min_clusters=2'];
    const made = await estimate(many(450), ...flags);
    // 10 + 20 + 40 clusters at 100, 200 and 400 samples, and 3 + 4 + 6 headings on one level: of one neighbourhood each.
    expect(made.clusters).toBe(70);
    expect(stage(made, 'label').calls).toBe(70);
    expect(stage(made, 'nest').calls).toBe(13);
    expect(stage(made, 'audit').calls).toBe(83);
    expect(stage(made, 'propose').calls).toBe(3);
    expect(stage(made, 'deduplicate').calls).toBe(3);
    // Twenty clusters are sorted in one call.
    expect(stage(made, 'assign').calls).toBe(4);
    expect((await estimate(many(450), ...flags, 'cluster.window=250')).clusters).toBe(30);
    expect((await estimate(many(99), ...flags)).clusters).toBe(0);
  });

  it('has as many neighbourhoods, levels and headings as the hierarchy would have', async () => {
    const flags = ['cluster.first_at=1000', 'cluster.members_per_cluster=1', 'cluster.max_clusters=400'];
    const made = await estimate(many(1_000), ...flags, 'hierarchy.levels=3', 'hierarchy.top=10');
    // 400 clusters, 63 headings, 10 above them: 10 neighbourhoods of 40, then 2.
    expect(stage(made, 'label').calls).toBe(400);
    expect(stage(made, 'propose').calls).toBe(12);
    expect(stage(made, 'deduplicate').calls).toBe(2);
    expect(stage(made, 'assign').calls).toBe(20 + 4);
    expect(stage(made, 'nest').calls).toBeGreaterThan(0.8 * 73);
    expect(stage(made, 'nest').calls).toBeLessThan(1.5 * 73);
    // A heading is some 90 tokens, and each is proposed once: rounded up to a whole one in every neighbourhood.
    expect(stage(made, 'propose').outputTokens).toBeGreaterThan(73 * 75);
    expect(stage(made, 'propose').outputTokens).toBeLessThan(90 * 105);
  });

  it('never asks about accounts of zero retention by configuration', async () => {
    const made = await estimate([conversation('b', 'Secret')], 'intake.zero_retention_accounts=[a1]');
    expect(made.conversations).toMatchObject({ summarized: 0, zeroRetention: 1 });
    expect(stage(made, 'facets').calls).toBe(0);
  });

  it('has dollars from the prices, a range around them, and their proportion per 100,000', async () => {
    const made = await estimate(many(10), PRICES, 'labeler=offline');
    const { inputTokens, outputTokens, dollars } = stage(made, 'facets');
    // Tokens are told to the next whole one.
    expect(dollars).toBeCloseTo((inputTokens + 10 * outputTokens) / 1e6, 5);
    expect(made.stages).toHaveLength(1);
    expect(made.dollars?.middle).toBeCloseTo(dollars ?? 0, 5);
    expect(made.dollars?.low).toBeCloseTo((0.75 * inputTokens + 10 * outputTokens) / 1e6, 5);
    expect(made.dollars?.high).toBeCloseTo(((3 / 2.3) * inputTokens + 10 * outputTokens) / 1e6, 5);
    expect(made.dollarsPer100k).toBeCloseTo((made.dollars?.middle ?? 0) * 10_000, 6);
  });

  it('has no dollars where a model that is asked has no price', async () => {
    const made = await estimate(many(2), 'claude.summarizer_model=model-x');
    expect(stage(made, 'facets').dollars).toBeNull();
    expect(made.dollars).toBeNull();
    expect(made.dollarsPer100k).toBeNull();
  });

  it('is nothing where all is done offline', async () => {
    const made = await estimate(many(500), 'summarizer=offline', 'labeler=offline');
    expect(made).toMatchObject({ stages: [], clusters: 0, dollars: { middle: 0 }, saved: { calls: 0 } });
  });
});
