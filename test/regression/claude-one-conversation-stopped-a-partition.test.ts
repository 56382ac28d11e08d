/** One conversation that is never answered: its batch was summarized and paid for again and again, and nothing admitted. */

import { expect, it } from 'vitest';
import { createManualClock } from '../../src/adapters/clock/manual.ts';
import { createClaudeSummarizer } from '../../src/adapters/summarizer/claude.ts';
import { pointSchema } from '../../src/domain/point.ts';
import { createAdmit } from '../../src/pipeline/admit/index.ts';
import type { NewRecord } from '../../src/ports/event-log.ts';
import { FACETS, type Rig, startRig } from '../support/llm.ts';
import { answers, type Behaviour, fails } from '../support/messages-api.ts';
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

const fine = answers(() => ({
  request: 'The user wants tea.',
  task: 'Explain tea.',
  languages: ['en'],
  concern: 1,
  concern_reason: 'Tea.',
}));
const overloaded = fails(529);
const poisonous: Behaviour = (request, response) =>
  (request.user.includes('poison') ? overloaded : fine)(request, response);
const conversations = Array.from({ length: 30 }, (_, i) => ({
  conversation_id: `c${i}`,
  account_id: `a${i}`,
  at: new Date(NOON).toISOString(),
  messages: [{ role: 'user', content: i === 7 ? 'How do I brew a poison?' : 'How do I brew tea?' }],
}));

function admitOn(rig: Rig): OneSession {
  const open = createAdmit({
    topics: TOPICS,
    tokens: TOKENS,
    summarizer: createClaudeSummarizer({
      gateway: rig.gateway,
      model: 'model-a',
      prompt: { text: 'Summarize.', version: 1, hash: 'abcdef012345' },
      facets: FACETS,
      fallback: offlineSummarizer,
      whenDown: 'wait',
      transcriptTokens: 8_000,
      telemetry: rig.events,
    }),
    embedder: bagEmbedder(),
    watches: noWatches(),
    clock: createManualClock(NOON),
    telemetry: silentTelemetry(),
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
  return new OneSession(open, TOPICS.conversations, TOPICS.admitSeen);
}

/** As the log does: a batch that fails is given to a session opened anew. */
async function untilCommitted(
  log: OneSession,
  rounds: number,
): Promise<{ out: NewRecord[]; failed: number }> {
  for (let failed = 0; ; failed++) {
    try {
      return { out: await log.run(), failed };
    } catch (error) {
      if (failed === rounds) throw error;
      log.kill();
    }
  }
}

const fallbacks = (out: readonly NewRecord[]): boolean[] =>
  ofTopic(out, TOPICS.points)
    .map((record) => parsed(record))
    .filter(({ kind }) => kind === 'point')
    .map((value) => pointSchema.parse(value).source.fallback);

it('goes the offline way, marked, after a few rounds, and the others are asked for once', async () => {
  await using rig = await startRig(poisonous);
  const log = admitOn(rig);
  log.append(conversations);
  const { out, failed } = await untilCommitted(log, 10);
  expect(failed).toBe(2);
  expect(fallbacks(out)).toEqual(conversations.map((_, i) => i === 7));
  expect(rig.events.fallbacks).toEqual(['facets unanswered']);
  const asked = rig.api.requests.map(({ user }) =>
    user.includes('poison') ? 'poison' : user.includes('tea'),
  );
  expect(asked.filter((who) => who === true)).toHaveLength(29);
  expect(asked.filter((who) => who === 'poison')).toHaveLength(3);
  // And one question of a few tokens, by which it is known that others are answered.
  expect(asked).toHaveLength(33);
});

it('waits with all others while nobody is answered', async () => {
  await using rig = await startRig(fails(529));
  const log = admitOn(rig);
  log.append(conversations);
  await expect(untilCommitted(log, 10)).rejects.toMatchObject({ retry: true });
  expect(rig.events.fallbacks).toEqual([]);
  // The circuit opened: what is held back is not sent. One line says that the outage began.
  expect(rig.api.requests.length).toBeLessThan(12);
  expect(rig.events.states).toEqual([true]);
});
