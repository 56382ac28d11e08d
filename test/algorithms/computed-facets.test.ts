import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { computedFacets, rangeOf, wordsOf } from '../../src/algorithms/computed-facets.ts';
import { type Conversation, conversationSchema } from '../../src/domain/conversation.ts';
import { facetValuesSchema } from '../../src/domain/facets.ts';

function conversation(...messages: Conversation['messages']): Conversation {
  return conversationSchema.parse({
    conversation_id: 'c',
    account_id: 'a',
    at: '2026-03-01T12:00:00Z',
    messages,
  });
}
const NO_TOOLS: ReadonlySet<string> = new Set();
const user = { role: 'user', content: 'How do I reset my router?' } as const;
const said = (content: string) => ({ role: 'assistant', content }) as const;

describe('what a conversation tells by itself', () => {
  it('is counted in ranges', () => {
    expect(computedFacets(conversation(user, said('Press the button. '.repeat(100))), NO_TOOLS)).toEqual({
      turns: ['2–3'],
      tokens: ['300–999'],
      refusal: ['no'],
    });
  });

  it('names each tool once, and tells of the others that there were any', () => {
    const call = (name: unknown) => ({ type: 'tool_use', id: 't', name, input: {} });
    const { tools } = computedFacets(
      conversation(user, {
        role: 'assistant',
        content: [call('web_search'), call('web_search'), call('write to jane@example.com'), call(7)],
      }),
      NO_TOOLS,
    );
    expect(tools).toEqual(['web_search', '(other)']);
  });

  it('names tools of the service and of other servers as well', () => {
    const content = [
      { type: 'server_tool_use', id: 't', name: 'web_search', input: {} },
      { type: 'mcp_tool_use', id: 'm', name: 'list_files', server_name: 'own', input: {} },
    ];
    const { tools } = computedFacets(conversation(user, { role: 'assistant', content }), NO_TOOLS);
    expect(tools).toEqual(['web_search', 'list_files']);
  });

  it('counts tokens of all that it holds, as the estimate of tokens does', () => {
    const tokensOf = (...messages: Conversation['messages']) =>
      computedFacets(conversation(...messages), NO_TOOLS).tokens;
    const page = 'word '.repeat(10_000);
    const block = (one: Record<string, unknown> & { type: string }) => ({
      role: 'user' as const,
      content: [one],
    });
    expect(tokensOf(user, block({ type: 'tool_result', content: page }))).toEqual(['10000–29999']);
    expect(
      tokensOf(user, block({ type: 'mcp_tool_result', content: [{ type: 'text', text: page }] })),
    ).toEqual(['10000–29999']);
    expect(tokensOf(user, block({ type: 'tool_use', name: 'write', input: { page } }))).toEqual([
      '10000–29999',
    ]);
    expect(tokensOf(user, { role: 'tool', content: page })).toEqual(['10000–29999']);
    expect(tokensOf(said('退款'.repeat(1_000)))).toEqual(['1000–2999']);
  });

  it('counts turns of the user and the assistant, not what the operator and tools say', () => {
    const result = { role: 'user', content: [{ type: 'tool_result', content: '42' }] } as const;
    const call = { role: 'assistant', content: [{ type: 'tool_use', name: 'bash', input: {} }] } as const;
    const turnsOf = (...messages: Conversation['messages']) =>
      computedFacets(conversation(...messages), NO_TOOLS).turns;
    expect(turnsOf({ role: 'system', content: 'Be brief.' }, user)).toEqual(['1']);
    expect(
      turnsOf(user, said('Let me look.'), { role: 'tool', content: '42' }, { role: 'tool', content: '43' }),
    ).toEqual(['2–3']);
    expect(
      turnsOf(
        user,
        { ...call, content: [...call.content] },
        { ...result, content: [...result.content] },
        said('42.'),
      ),
    ).toEqual(['2–3']);
  });

  it.each([
    ["I'm sorry, but I can't help with that.", 'yes'],
    ['I’m sorry, I cannot assist with this request.', 'yes'],
    ["I won't provide instructions for that.", 'yes'],
    ['Lo siento, pero no puedo ayudarte con eso.', 'yes'],
    ['很抱歉，我无法帮助您。', 'yes'],
    ["I must decline this request. I'm unable to help with that.", 'yes'],
    ["I'm unable to help with that.", 'yes'],
    ['I am not able to assist with this.', 'yes'],
    ['I must respectfully decline to write this.', 'yes'],
    ["I'm afraid that's something I cannot do.", 'yes'],
    ["I'm sorry, but as an assistant I'm unable to open links.", 'yes'],
    ["I'm sorry you can't log in - let's fix that.", 'no'],
    ["I'm sorry that the app won't start. Try this.", 'no'],
    ["I can't help but admire it: here is your poem.", 'no'],
    ['Here is your letter: Dear Sam, I must decline your kind offer.', 'no'],
    ['Sure! You can reset it with the button at the back.', 'no'],
    ["I'm sorry to hear that your router fails. Press the button.", 'no'],
    ['You cannot reset it while it is off; turn it on first.', 'no'],
  ])('takes %j for a refusal: %s', (text, refusal) => {
    expect(computedFacets(conversation(user, said(text)), NO_TOOLS).refusal).toEqual([refusal]);
  });

  it('always fits the schema of a record', () => {
    const block = fc.record({ type: fc.constant('tool_use'), name: fc.string() });
    const message = fc.record({
      role: fc.constantFrom('user' as const, 'assistant' as const),
      content: fc.oneof(fc.string(), fc.array(block, { maxLength: 40 })),
    });
    fc.assert(
      fc.property(fc.array(message, { minLength: 1, maxLength: 200 }), (messages) => {
        const given = { conversation_id: 'c', account_id: 'a', at: '', messages } as Conversation;
        expect(facetValuesSchema.safeParse(computedFacets(given, NO_TOOLS)).success).toBe(true);
      }),
    );
  });
});

describe('ranges', () => {
  it('hold every number once', () => {
    const bounds = [1, 2, 4, 10];
    expect([0, 1, 2, 3, 4, 9, 10, 11].map((n) => rangeOf(n, bounds))).toEqual([
      '1',
      '1',
      '2–3',
      '2–3',
      '4–9',
      '4–9',
      '10+',
      '10+',
    ]);
  });

  it('of an answer lie within what was asked for', () => {
    const question = 'how many of them';
    const score = { kind: 'number', question, from: 1, to: 5 } as const;
    const hours = { kind: 'number', question, from: 0, to: 40 } as const;
    expect([0, 1, 2.4, 5, 9].map((n) => wordsOf(score, n)[0])).toEqual(['1', '1', '2', '5', '5']);
    expect([-1, 0, 3.9, 4, 40, 99].map((n) => wordsOf(hours, n)[0])).toEqual([
      '0–4',
      '0–4',
      '0–4',
      '4–8',
      '36–40',
      '36–40',
    ]);
    expect([Number.NaN, 'x', null].map((answer) => wordsOf(hours, answer))).toEqual([[], [], []]);
    expect(wordsOf({ kind: 'category', question, values: ['a', 'b'] }, 'c')).toEqual([]);
    expect(wordsOf({ kind: 'boolean', question }, 'no')).toEqual(['no']);
  });
});
