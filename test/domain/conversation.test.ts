import { describe, expect, it } from 'vitest';
import { conversationSchema } from '../../src/domain/conversation.ts';

const { at, conversation_id, metadata, messages } = conversationSchema.shape;

describe('a time', () => {
  it.each([
    ['2026-01-31t12:00:00z', '2026-01-31T12:00:00Z'],
    ['2026-01-31t12:00:00.25+02:00', '2026-01-31T12:00:00.25+02:00'],
    ['2016-12-31T23:59:60Z', '2016-12-31T23:59:59Z'],
    ['2017-01-01T00:59:60.5+01:00', '2017-01-01T00:59:59.5+01:00'],
  ])('is taken as RFC 3339 writes it: %s', (given, taken) => {
    expect(at.parse(given)).toBe(taken);
    expect(Number.isFinite(Date.parse(taken))).toBe(true);
  });

  it.each(['2026-01-31 12:00:00Z', '2026-01-31T12:00:00', '2026-01-31T12:60Z', '2026-02-30T12:00:00Z'])(
    'is refused: %s',
    (given) => {
      expect(at.safeParse(given).success).toBe(false);
    },
  );
});

describe('an id', () => {
  it.each([
    ['a\ud800b', 'half of a surrogate pair'],
    ['a\u0007b', 'control characters'],
    ['', 'must not be empty'],
  ])('that is wrong is told what is wrong with it: %j', (id, message) => {
    expect(conversation_id.safeParse(id).error?.issues[0]?.message).toContain(message);
  });
});

it('nesting that JSON cannot be written with is refused, in metadata and in a block', () => {
  const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));
  expect(metadata.safeParse({ a: nested(90) }).success).toBe(true);
  expect(metadata.safeParse({ a: nested(100_000) }).error?.issues[0]?.message).toContain('nested deeper');
  const block = (input: unknown) => [{ role: 'assistant', content: [{ type: 'tool_use', input }] }];
  expect(messages.safeParse(block(nested(90))).success).toBe(true);
  expect(messages.safeParse(block(nested(100_000))).success).toBe(false);
});
