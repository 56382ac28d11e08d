/**
 * Names of tools were kept as they were, if they had the form that the Messages API asks for: a user's own `email_jane_doe` or
 * `call_5551234567` stood in points, and from there in assignments, samples and shares.
 */
import { expect, it } from 'vitest';
import { createManualClock } from '../../src/adapters/clock/manual.ts';
import { pointRecordSchema } from '../../src/domain/point.ts';
import { createAdmit } from '../../src/pipeline/admit/index.ts';
import { offlineSummarizer } from '../support/offline.ts';
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

it('a point says what tools do, and names nobody', async () => {
  const open = createAdmit({
    topics: TOPICS,
    tokens: TOKENS,
    summarizer: offlineSummarizer,
    embedder: bagEmbedder(),
    clock: createManualClock(NOON),
    telemetry: silentTelemetry(),
    watches: noWatches(),
    settings: {
      earliest: 0,
      maxFutureMs: 600_000,
      replay: false,
      maxBytes: 1_000_000,
      deadLetterBodies: false,
      zeroRetention: new Set(),
      toolNames: new Set(['acme_desk']),
      seenCap: 100,
    },
  });
  const call = (name: string) => ({ type: 'tool_use', id: 't', name, input: {} });
  const names = ['web_search', 'email_jane_doe', 'call_5551234567', 'acme_desk'];
  const log = new OneSession(open, TOPICS.conversations, TOPICS.admitSeen);
  const records = await log.push([
    {
      conversation_id: 'k1',
      account_id: 'u1',
      at: new Date(NOON).toISOString(),
      messages: [
        { role: 'user', content: 'Please find me a plumber.' },
        { role: 'assistant', content: names.map(call) },
      ],
    },
  ]);
  const points = ofTopic(records, TOPICS.points).map((record) => pointRecordSchema.parse(parsed(record)));
  const values = points.flatMap((point) => (point.kind === 'point' ? [point.values.tools] : []));
  expect(values).toEqual([['web_search', '(other)', 'acme_desk']]);
  expect(JSON.stringify(records.map(({ value }) => String(value)))).not.toMatch(/jane|5551234567/);
});
