import { expect, it } from 'vitest';
import { createManualClock } from '../../src/adapters/clock/manual.ts';
import { createAdmit } from '../../src/pipeline/admit/index.ts';
import { offlineSummarizer } from '../support/offline.ts';
import {
  bagEmbedder,
  metric,
  NOON,
  OneSession,
  silentTelemetry,
  TOKENS,
  TOPICS,
} from '../support/pipeline-rig.ts';
import { noWatches } from '../support/spaces.ts';

it('a batch that is not committed counts nothing, however often it is tried', async () => {
  const telemetry = silentTelemetry();
  const open = createAdmit({
    topics: TOPICS,
    tokens: TOKENS,
    summarizer: {
      ...offlineSummarizer,
      // Something for the check behind the summarizer to take out.
      async summarize(conversation) {
        const summary = await offlineSummarizer.summarize(conversation);
        return { ...summary, facets: { ...summary.facets, request: 'write to jane.roe@example.com' } };
      },
    },
    embedder: bagEmbedder(),
    watches: noWatches(),
    clock: createManualClock(NOON),
    telemetry,
    settings: {
      earliest: 0,
      maxFutureMs: 60_000,
      maxBytes: 1_000_000,
      deadLetterBodies: false,
      zeroRetention: new Set(),
      toolNames: new Set(),
      seenCap: 100,
      replay: false,
    },
  });
  const log = new OneSession(open, TOPICS.conversations, TOPICS.admitSeen);
  const one = {
    conversation_id: 'c1',
    account_id: 'a1',
    at: new Date(NOON).toISOString(),
    messages: [{ role: 'user', content: 'How do I brew green tea?' }],
  };
  log.append(['not json', one, one, { ...one, conversation_id: 'c2', retention: 'zero' }]);
  for (let i = 0; i < 5; i++) await log.killWithin(10);
  expect(telemetry.totals()).toMatchObject({ admitted: 0, deadLetters: 0, zeroRetention: 0 });
  await log.run();
  expect(telemetry.totals()).toMatchObject({ admitted: 1, deadLetters: 1, zeroRetention: 1 });
  expect(await metric(telemetry, 'cliowatch_dropped_conversations_total', { reason: 'duplicate' })).toBe(1);
  expect(await metric(telemetry, 'cliowatch_redactions_total', { kind: 'email' })).toBe(1);
});
