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
    ['an id that is too long', JSON.stringify({ ...conversation, conversation_id: 'x'.repeat(500) })],
    ['not UTF-8', Buffer.from([0xff, 0xfe])],
  ])('passes on what admit will refuse, without a key: %s', async (_, value) => {
    expect(await anew(value)).toEqual({ topic: 'own.conversations-by-id', key: null, value });
  });

  it('passes on a tombstone', async () => {
    expect(await anew(null)).toEqual({ topic: 'own.conversations-by-id', key: null, value: null });
  });

  it('passes on nothing of what is too large but that it is', async () => {
    const written = await anew(JSON.stringify({ text: 'x'.repeat(MAX_BYTES), retention: 'zero' }));
    expect(String(written?.value)).toBe(' '.repeat(MAX_BYTES + 1));
  });

  const words = [{ role: 'user', content: 'secret words' }];
  it.each([
    ['said by itself', { retention: 'zero' }],
    ['said of its account', { account_id: 'nobody' }],
  ])('writes no word of zero retention, %s', async (_, change) => {
    const value = JSON.stringify({ ...conversation, conversation_id: 'c-2', messages: words, ...change });
    const written = await anew(value);
    expect(written?.key).toBe('c-2');
    expect(written?.value).not.toContain('secret');
    expect(JSON.parse(String(written?.value))).toMatchObject({ conversation_id: 'c-2', retention: 'zero' });
  });

  it.each([
    ['without messages', { conversation_id: 'c-3', retention: 'zero', text: 'secret words' }],
    ['in other words', { ...conversation, messages: words, retention: 'Zero' }],
    ['with an id of another kind', { ...conversation, conversation_id: { secret: 1 }, retention: 'zero' }],
    ['in a list', [{ ...conversation, messages: words, retention: 'zero' }]],
    ['of such an account', { account_id: 'nobody', text: 'secret words' }],
  ])('nor of what may be meant to be one: %s', async (_, raw) => {
    const text = JSON.stringify(raw);
    expect(await anew(text)).toMatchObject({ key: null, value: '{}' });
    expect(await anew(text.slice(0, -1))).toMatchObject({ key: null, value: 'withheld' });
  });
});
