import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type Conversation, conversationSchema } from '../../../src/domain/conversation.ts';
import { Summaries, type Wanted } from '../../../src/pipeline/admit/summaries.ts';
import type { Summarizer } from '../../../src/ports/summarizer.ts';
import { makePoint, silentTelemetry } from '../../support/pipeline-rig.ts';

const { facets, source } = makePoint();

function wanted(name: string): Wanted {
  const conversation = conversationSchema.parse({
    conversation_id: name,
    account_id: 'a',
    at: '2026-03-01T12:00:00Z',
    messages: [{ role: 'user', content: name }],
  });
  return { conversation, token: name, version: 1, screening: [] };
}

/** Notes each call with the failures it was told of; fails for those named. */
function noting(fails: (conversation: Conversation) => boolean) {
  const calls: [string, number][] = [];
  let running = 0;
  const summarizer: Summarizer = {
    kind: 'claude',
    async summarize(conversation, failures = 0) {
      calls.push([conversation.conversation_id, failures]);
      running++;
      // The failing one is the first to end.
      if (!fails(conversation)) await delay(20);
      running--;
      if (fails(conversation)) throw new Error('overloaded');
      return { facets, texts: {}, values: {}, screened: null, source };
    },
    stop: async () => undefined,
  };
  return { calls, running: () => running, summaries: new Summaries(summarizer, silentTelemetry()) };
}

it('asks again only for what failed, and says how often it has', async () => {
  let broken = true;
  const { calls, summaries } = noting(({ conversation_id }) => broken && conversation_id === 'b');
  const batch = ['a', 'b', 'c'].map(wanted);
  await expect(summaries.of(batch)).rejects.toThrow('overloaded');
  await expect(summaries.of(batch)).rejects.toThrow('overloaded');
  broken = false;
  expect(await summaries.of(batch)).toHaveLength(3);
  expect(calls).toEqual([
    ['a', 0],
    ['b', 0],
    ['c', 0],
    ['b', 1],
    ['b', 2],
  ]);
});

it('leaves no call under way when it gives a batch up', async () => {
  const { running, summaries } = noting(({ conversation_id }) => conversation_id === 'b');
  await expect(summaries.of(['a', 'b', 'c'].map(wanted))).rejects.toThrow('overloaded');
  expect(running()).toBe(0);
});

it('keeps nothing of a batch that is committed', async () => {
  const { calls, summaries } = noting(() => false);
  const batch = [wanted('a')];
  await summaries.of(batch);
  summaries.forget(batch);
  await summaries.of(batch);
  expect(calls).toHaveLength(2);
});

it('asks again when there is more to be asked, as of a watch that has come since', async () => {
  let broken = true;
  const { calls, summaries } = noting(({ conversation_id }) => broken && conversation_id === 'b');
  const batch = ['a', 'b'].map(wanted);
  await expect(summaries.of(batch)).rejects.toThrow('overloaded');
  broken = false;
  const more = batch.map((one) => ({ ...one, screening: [{ id: 'launch', question: 'Is it?' }] }));
  await summaries.of(more);
  expect(calls.filter(([id]) => id === 'a')).toHaveLength(2);
  await summaries.of(more);
  expect(calls.filter(([id]) => id === 'a')).toHaveLength(2);
});
