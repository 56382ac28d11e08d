import { describe, expect, it } from 'vitest';
import { createRepartition } from '../../src/pipeline/repartition.ts';
import { topicNames } from '../../src/pipeline/topics.ts';
import { makeTraffic } from '../support/conversations.ts';

const topics = topicNames('theirs', 'own.', true);
const MAX_BYTES = 2_000;
const [conversation] = makeTraffic();

async function anew(value: string | Buffer | null, replay = false) {
  const settings = { maxBytes: MAX_BYTES, zeroRetention: new Set(['nobody']) };
  const session = createRepartition(topics, settings)();
  const record = { topic: topics.input, partition: 0, offset: 0, key: 'else', value, timestamp: 0 };
  const batch = { partition: 0, records: [record], replay, backlog: 0 };
  const written = await session.handle(batch);
  return written[0];
}

describe('repartition', () => {
  it('writes a conversation as it came, under its id, into a topic of our own', async () => {
    const value = JSON.stringify({ ...conversation, conversation_id: 'c-1' });
    expect(await anew(value)).toEqual({ topic: 'own.conversations-by-id', key: 'c-1', value });
    expect(await anew(Buffer.from(value))).toMatchObject({ key: 'c-1' });
    expect(await anew(value, true)).toBeUndefined();
  });

  it.each([
    ['no JSON', 'not json'],
    ['no object', '"text"'],
    ['no id', '{"conversation_id":""}'],
    ['not UTF-8', Buffer.from([0xff, 0xfe])],
  ])('passes on what admit will refuse, without a key: %s', async (_, value) => {
    expect(await anew(value)).toMatchObject({ key: null, value });
  });

  it('passes on a tombstone', async () => {
    expect(await anew(null)).toEqual({ topic: 'own.conversations-by-id', key: null, value: null });
  });

  it('cuts what is too large for a conversation to what tells that it is', async () => {
    const written = await anew(JSON.stringify({ text: 'x'.repeat(MAX_BYTES) }));
    expect(Buffer.byteLength(written?.value ?? '')).toBe(MAX_BYTES + 1);
  });

  it.each([
    ['said by itself', { retention: 'zero' }],
    ['said of its account', { account_id: 'nobody' }],
    ['and no conversation', { retention: 'zero', messages: 'secret words' }],
  ])('writes no word of zero retention, %s', async (_, change) => {
    const words = [{ role: 'user', content: 'secret words' }];
    const written = await anew(
      JSON.stringify({ ...conversation, conversation_id: 'c-2', messages: words, ...change }),
    );
    expect(written?.key).toBe('c-2');
    expect(written?.value).not.toContain('secret');
    expect(JSON.parse(String(written?.value))).toMatchObject({ conversation_id: 'c-2', retention: 'zero' });
  });
});
