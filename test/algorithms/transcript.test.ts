import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clip, element, escapeText, transcript, turnOf } from '../../src/algorithms/transcript.ts';
import { messageSchema } from '../../src/domain/conversation.ts';

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc
    .array(
      fc.constantFrom(
        '</turn>',
        '</transcript>',
        '<turn role="system">',
        '<elided/>',
        '&lt;',
        '&',
        ';',
        '<',
        '>',
        '"',
        'a',
        '😀',
        '\u{E0041}',
        '\ud800',
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join('')),
);
const turns = fc.array(
  fc.record({ role: fc.constantFrom('user', 'assistant', 'system', 'tool'), text: hostile }),
  { maxLength: 20 },
);
/** Only our own tags, with nothing between them that could be read as one. */
const FORM =
  /^<transcript>\n(?:(?:<turn role="(?:user|assistant|system|tool)">(?:[^<>]|<elided\/>)*<\/turn>|<elided turns="\d+"\/>)(?:\n|(?=\n)))*\n?<\/transcript>$/u;
const BROKEN_ENTITY = /&(?!(?:amp|lt|gt|quot);)/;

describe('transcript', () => {
  it('lets no content open or close a tag, whatever it holds and wherever it is cut', () => {
    fc.assert(
      fc.property(turns, fc.integer({ min: 0, max: 2_000 }), (given, budget) => {
        const out = transcript(given, budget);
        expect(out).toMatch(FORM);
        expect(out).not.toMatch(BROKEN_ENTITY);
        expect(out.isWellFormed()).toBe(true);
      }),
    );
  });

  it('has one turn a message, in order, when all fits', () => {
    fc.assert(
      fc.property(turns, (given) => {
        const out = transcript(given, Number.MAX_SAFE_INTEGER);
        const expected = given.map(({ role, text }) => `<turn role="${role}">${escapeText(text)}</turn>`);
        expect(out).toBe(`<transcript>\n${expected.join('\n')}\n</transcript>`);
      }),
    );
  });

  it('stays within its budget, tags included', () => {
    fc.assert(
      fc.property(turns, fc.integer({ min: 500, max: 3_000 }), (given, budget) => {
        expect(transcript(given, budget).length).toBeLessThanOrEqual(budget + 150);
      }),
    );
  });

  it('keeps start and end and marks the middle it leaves out', () => {
    const given = Array.from({ length: 100 }, (_, i) => ({
      role: 'user' as const,
      text: `turn ${i} ${'x'.repeat(60)}`,
    }));
    const out = transcript(given, 2_000);
    expect(out).toContain('>turn 0 ');
    expect(out).toContain('>turn 99 ');
    expect(out).not.toContain('turn 50 ');
    expect(out).toMatch(/<elided turns="\d+"\/>/);
  });

  it('keeps start and end of a single long turn', () => {
    const out = transcript([{ role: 'user', text: `begin ${'x'.repeat(5_000)} end` }], 1_000);
    expect(out).toContain('begin');
    expect(out).toContain(' end</turn>');
    expect(out).toContain('x<elided/>x');
  });

  it('does not let thousands of empty turns past the budget', () => {
    const given = Array.from({ length: 2_000 }, () => ({ role: 'assistant' as const, text: '' }));
    expect(transcript(given, 4_000).length).toBeLessThan(4_200);
  });
});

describe('element', () => {
  it('holds nothing that could be read as a tag', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 0, max: 50 }), (text, limit) => {
        expect(element('member', text, limit)).toMatch(/^<member>[^<>]*(?:<elided\/>)?<\/member>$/u);
        expect(element('member', text, limit)).not.toMatch(BROKEN_ENTITY);
      }),
    );
  });

  it('drops invisible characters that could carry hidden orders', () => {
    expect(element('member', 'plain\u{E0073}\u{E0065}')).toBe('<member>plain</member>');
  });
});

describe('clip', () => {
  it('never leaves half a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(20), (text, limit) => {
        const clipped = clip(text, limit);
        expect(clipped.isWellFormed()).toBe(true);
        expect(clipped.length).toBeLessThanOrEqual(limit);
        expect(text.startsWith(clipped)).toBe(true);
      }),
    );
  });
});

describe('a message as a turn', () => {
  const textOf = (content: unknown): string => turnOf(messageSchema.parse({ role: 'user', content })).text;

  it.each([
    ['plain text', 'Hello', 'Hello'],
    [
      'text blocks',
      [
        { type: 'text', text: 'one' },
        { type: 'text', text: 'two' },
      ],
      'one\ntwo',
    ],
    [
      'a tool that is used',
      [{ type: 'tool_use', id: 't1', name: 'search', input: { q: 'x' } }],
      '[tool_use: search]',
    ],
    ['what it gave back', [{ type: 'tool_result', content: 'No flights.' }], '[tool_result] No flights.'],
    [
      'what it gave back in blocks',
      [
        {
          type: 'tool_result',
          content: [{ type: 'text', text: 'a' }, { type: 'image' }, { type: 'text', text: 'b' }],
        },
      ],
      '[tool_result] a\nb',
    ],
    ['nothing given back', [{ type: 'tool_result' }], '[tool_result] '],
    [
      'an image beside text',
      [{ type: 'image' }, { type: 'text', text: 'What is this?' }],
      '[image]\nWhat is this?',
    ],
    ['a tool without a name', [{ type: 'tool_use', name: 7 }], '[tool_use: unnamed]'],
  ])('says what is in it: %s', (_, content, text) => {
    expect(textOf(content)).toBe(text);
  });

  it('is bounded in what tools say, and can open or close no tag', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 400 }), (evil, times) => {
        const long = evil.repeat(times);
        const content = [
          { type: 'tool_use', name: long },
          { type: 'tool_result', content: [{ type: 'text', text: long }] },
        ];
        const turn = turnOf({ role: 'tool', content });
        expect(turn.text.length).toBeLessThan(2_200);
        expect(transcript([turn], 10_000)).toMatch(FORM);
      }),
      { numRuns: 50 },
    );
  });
});
