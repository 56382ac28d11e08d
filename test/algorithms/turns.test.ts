import { describe, expect, it } from 'vitest';
import { textsOf, turnOf } from '../../src/algorithms/turns.ts';
import { messageSchema } from '../../src/domain/conversation.ts';

describe('a message as a turn', () => {
  const partsOf = (content: unknown) => turnOf(messageSchema.parse({ role: 'user', content })).parts;

  it.each([
    ['plain text', 'Hello', [{ kind: 'text', text: 'Hello' }]],
    [
      'a tool that is used',
      [{ type: 'tool_use', id: 't1', name: 'search', input: { q: 'x' } }],
      [{ kind: 'tool_call', name: 'search', text: '{"q":"x"}' }],
    ],
    [
      'what it gave back',
      [{ type: 'tool_result', content: 'No flights.' }],
      [{ kind: 'tool_result', text: 'No flights.' }],
    ],
    [
      'what it gave back in blocks',
      [
        {
          type: 'tool_result',
          content: [{ type: 'text', text: 'a' }, { type: 'image' }, { type: 'text', text: 'b' }],
        },
      ],
      [{ kind: 'tool_result', text: 'a\nb', images: 1 }],
    ],
    [
      'what was called at the service and elsewhere',
      [
        { type: 'server_tool_use', id: 's1', name: 'web_search', input: { query: 'x' } },
        { type: 'mcp_tool_use', id: 'm1', name: 'echo', server_name: 'own', input: {} },
      ],
      [
        { kind: 'tool_call', name: 'web_search', text: '{"query":"x"}' },
        { kind: 'tool_call', name: 'echo', text: '{}' },
      ],
    ],
    [
      'what a search found',
      [
        {
          type: 'web_search_tool_result',
          content: [
            { type: 'web_search_result', title: 'Trains', url: 'https://t.example', encrypted_content: 'Zg' },
          ],
        },
      ],
      [{ kind: 'tool_result', text: 'Trains\nhttps://t.example' }],
    ],
    [
      'what a search failed by',
      [
        {
          type: 'web_search_tool_result',
          content: { type: 'web_search_tool_result_error', error_code: 'too_many' },
        },
      ],
      [{ kind: 'tool_result', text: 'too_many' }],
    ],
    [
      'a page that was fetched',
      [
        {
          type: 'web_fetch_tool_result',
          content: {
            type: 'web_fetch_result',
            url: 'https://t.example',
            content: {
              type: 'document',
              source: { type: 'text', media_type: 'text/plain', data: 'All trains.' },
            },
          },
        },
      ],
      [{ kind: 'tool_result', text: 'https://t.example\nAll trains.' }],
    ],
    [
      'what code wrote',
      [
        {
          type: 'code_execution_tool_result',
          content: { stdout: '42', stderr: 'slow', return_code: 0, content: [] },
        },
      ],
      [{ kind: 'tool_result', text: '42\nslow' }],
    ],
    [
      'what another server gave back',
      [{ type: 'mcp_tool_result', content: [{ type: 'text', text: 'hello' }] }],
      [{ kind: 'tool_result', text: 'hello' }],
    ],
    [
      'an image given back',
      [{ type: 'tool_result', content: [{ type: 'image', source: { type: 'base64', data: 'iVBO' } }] }],
      [{ kind: 'tool_result', text: '', images: 1 }],
    ],
    ['nothing given back', [{ type: 'tool_result' }], [{ kind: 'tool_result', text: '' }]],
    [
      'an image beside text',
      [{ type: 'image' }, { type: 'text', text: 'What is this?' }],
      [{ kind: 'image' }, { kind: 'text', text: 'What is this?' }],
    ],
    ['another block', [{ type: 'document' }], [{ kind: 'attachment', type: 'document' }]],
    [
      'a tool without a name',
      [{ type: 'tool_use', name: 7 }],
      [{ kind: 'tool_call', name: 'unnamed', text: '' }],
    ],
  ])('says what is in it: %s', (_, content, parts) => {
    expect(partsOf(content)).toEqual(parts);
  });

  it('takes all that a tool says for what it gave back', () => {
    const text = 'No flights.';
    expect(turnOf({ role: 'tool', content: text }).parts).toEqual([{ kind: 'tool_result', text }]);
    expect(turnOf({ role: 'tool', content: [{ type: 'text', text }] }).parts).toEqual([
      { kind: 'tool_result', text },
    ]);
  });
});

describe('the texts of a message', () => {
  it('are all of it, in full: said, given to tools and given back', () => {
    const long = 'x'.repeat(10_000);
    const content = [
      { type: 'text', text: 'Look.' },
      { type: 'tool_use', name: 'search', input: { q: 'y' } },
      { type: 'tool_result', content: long },
      { type: 'thinking', thinking: 'Hm.', signature: 'Zg' },
      { type: 'image', source: { type: 'base64', data: 'iVBO' } },
    ];
    expect(textsOf(messageSchema.parse({ role: 'assistant', content }))).toEqual([
      'Look.',
      '{"q":"y"}',
      long,
      'Hm.',
    ]);
  });
});
