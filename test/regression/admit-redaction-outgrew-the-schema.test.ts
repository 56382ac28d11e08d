import { expect, it } from 'vitest';
import { pointSchema } from '../../src/domain/point.ts';
import { createAdmit } from '../../src/pipeline/admit/index.ts';
import {
  bagEmbedder,
  NOON,
  OneSession,
  ofTopic,
  parsed,
  silentTelemetry,
  TOKENS,
  TOPICS,
} from '../support/pipeline-rig.ts';
import { noWatches } from '../support/spaces.ts';

it('admit keeps facets within their schema when placeholders are longer than what they replace: assign would refuse the point for ever', async () => {
  const full = 'a@b.co '.repeat(150).slice(0, 1_000);
  const open = createAdmit({
    topics: TOPICS,
    tokens: TOKENS,
    embedder: bagEmbedder(),
    watches: noWatches(),
    telemetry: silentTelemetry(),
    clock: {
      now: () => NOON,
      speed: 1,
      every: () => ({ stop: () => undefined }),
      elapsed: () => 0,
      sleep: async () => undefined,
    },
    settings: {
      earliest: 0,
      maxFutureMs: 0,
      replay: false,
      maxBytes: 1e6,
      deadLetterBodies: false,
      zeroRetention: new Set(),
      toolNames: new Set(),
      seenCap: 10,
    },
    summarizer: {
      kind: 'claude',
      summarize: async () => ({
        facets: { request: full, task: full, languages: [], concern: 1, concern_reason: full.slice(0, 500) },
        texts: {},
        values: {},
        screened: null,
        source: { by: 'claude', fallback: false },
      }),
      stop: async () => undefined,
    },
  });
  const log = new OneSession(open, TOPICS.conversations, TOPICS.admitSeen);
  const value = {
    conversation_id: 'c',
    account_id: 'a',
    at: new Date(NOON).toISOString(),
    messages: [{ role: 'user', content: 'hi' }],
  };
  const [point] = ofTopic(await log.push([value]), TOPICS.points);
  expect(point).toBeDefined();
  if (point !== undefined) expect(() => pointSchema.parse(parsed(point))).not.toThrow();
});
