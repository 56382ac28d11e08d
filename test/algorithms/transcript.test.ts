import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  clip,
  element,
  escapeText,
  type Part,
  type Turn,
  transcript,
  turnOf,
} from '../../src/algorithms/transcript.ts';
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
const part: fc.Arbitrary<Part> = fc.oneof(
  fc.record({ kind: fc.constantFrom('text', 'tool_result'), text: hostile }),
  fc.record({ kind: fc.constant('tool_call'), name: hostile, text: hostile }),
  fc.constant({ kind: 'image' } as const),
  fc.record({ kind: fc.constant('attachment'), type: hostile }),
);
const turns: fc.Arbitrary<Turn[]> = fc.array(
  fc.record({
    role: fc.constantFrom('user', 'assistant', 'system', 'tool'),
    parts: fc.array(part, { maxLength: 5 }),
  }),
  { maxLength: 20 },
);
const said = (role: Turn['role'], text: string): Turn => ({ role, parts: [{ kind: 'text', text }] });
/** Only our own tags, with nothing between them that could be read as one. */
const TEXT = `(?:[^<>]|<elided/>)*`;
const INSIDE = `(?:[^<>]|<elided/>|<image/>|<attachment type="[^"<>]*"/>|<tool_result>${TEXT}</tool_result>|<tool_call name="[^"<>]*">${TEXT}</tool_call>)*`;
const LINE = String.raw`(?:<turn role="(?:user|assistant|tool)">${INSIDE}</turn>|<system>${INSIDE}</system>|<elided turns="\d+"/>)\n`;
const FORM = new RegExp(
  String.raw`^<transcript>\n(?:<metadata>${TEXT}</metadata>\n)?(?:${LINE})*\n?</transcript>$`,
  'u',
);
const BROKEN_ENTITY = /&(?!(?:amp|lt|gt|quot);)/;

describe('transcript', () => {
  it('lets no content open or close a tag, whatever it holds and wherever it is cut', () => {
    fc.assert(
      fc.property(turns, hostile, fc.integer({ min: 0, max: 600 }), (given, evil, tokens) => {
        const out = transcript(given, { title: evil, [evil]: 1 }, tokens);
        expect(out).toMatch(FORM);
        expect(out).not.toMatch(BROKEN_ENTITY);
        expect(out.isWellFormed()).toBe(true);
      }),
    );
  });

  it('has one element a message, in order, when all fits', () => {
    const text = fc.record({
      role: fc.constantFrom<Turn['role']>('user', 'assistant', 'tool'),
      text: hostile,
    });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 20 }), (given) => {
        const out = transcript(
          given.map(({ role, text }) => said(role, text)),
          null,
          1_000_000,
        );
        const expected = given.map(({ role, text }) => `<turn role="${role}">${escapeText(text)}</turn>`);
        expect(out).toBe(`<transcript>\n${expected.join('\n')}\n</transcript>`);
      }),
    );
  });

  it('has tags of their own for what the operator said, tools, images and metadata', () => {
    const given: Turn[] = [
      said('system', 'Be brief.'),
      { role: 'user', parts: [{ kind: 'image' }, { kind: 'text', text: 'What is this?' }] },
      { role: 'assistant', parts: [{ kind: 'tool_call', name: 'look "up"', text: '{"q":"x"}' }] },
      { role: 'tool', parts: [{ kind: 'tool_result', text: 'a <b>' }] },
      { role: 'user', parts: [{ kind: 'attachment', type: 'document' }] },
    ];
    expect(transcript(given, { surface: 'web' }, 8_000).split('\n')).toEqual([
      '<transcript>',
      '<metadata>{&quot;surface&quot;:&quot;web&quot;}</metadata>',
      '<system>Be brief.</system>',
      '<turn role="user"><image/>',
      'What is this?</turn>',
      '<turn role="assistant"><tool_call name="look &quot;up&quot;">{&quot;q&quot;:&quot;x&quot;}</tool_call></turn>',
      '<turn role="tool"><tool_result>a &lt;b&gt;</tool_result></turn>',
      '<turn role="user"><attachment type="document"/></turn>',
      '</transcript>',
    ]);
  });

  it('stays within its budget, tags included', () => {
    fc.assert(
      fc.property(turns, fc.integer({ min: 200, max: 1_000 }), (given, tokens) => {
        // At most four characters a token; whatever the script, that many is the most there may be.
        expect(transcript(given, null, tokens).length).toBeLessThanOrEqual(4 * tokens + 250);
      }),
    );
  });

  it('gives scripts with more tokens a character fewer characters', () => {
    const long = (text: string) => transcript([said('user', text.repeat(4_000))], null, 1_000).length;
    expect(long('a')).toBeGreaterThan(3_800);
    expect(long('語')).toBeLessThan(1_700);
  });

  it('keeps start and end and marks the middle it leaves out', () => {
    const given = Array.from({ length: 100 }, (_, i) => said('user', `turn ${i} ${'x'.repeat(60)}`));
    const out = transcript(given, null, 500);
    expect(out).toContain('>turn 0 ');
    expect(out).toContain('>turn 99 ');
    expect(out).not.toContain('turn 50 ');
    expect(out).toMatch(/<elided turns="\d+"\/>/);
  });

  it('keeps start and end of a single long turn', () => {
    const out = transcript([said('user', `begin ${'x'.repeat(5_000)} end`)], null, 250);
    expect(out).toContain('begin');
    expect(out).toContain(' end</turn>');
    expect(out).toContain('x<elided/>x');
  });

  it('cuts inside an element and closes it', () => {
    const parts = [{ kind: 'tool_result' as const, text: `begin ${'x'.repeat(5_000)} end` }];
    expect(transcript([{ role: 'tool', parts }], null, 250)).toMatch(
      /<tool_result>begin x+<elided\/>x+ end<\/tool_result>/,
    );
  });

  it('does not let thousands of empty turns past the budget', () => {
    const given = Array.from({ length: 2_000 }, () => said('assistant', ''));
    expect(transcript(given, null, 1_000).length).toBeLessThan(4_200);
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
      [{ kind: 'tool_result', text: 'a\nb' }],
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

  it('is bounded in what tools say, and can open or close no tag', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 400 }), (evil, times) => {
        const long = evil.repeat(times);
        const content = [
          { type: 'tool_use', name: long, input: { long } },
          { type: 'tool_result', content: [{ type: 'text', text: long }] },
        ];
        const turn = turnOf({ role: 'tool', content });
        for (const part of turn.parts) if ('text' in part) expect(part.text.length).toBeLessThan(2_010);
        expect(transcript([turn], null, 10_000)).toMatch(FORM);
      }),
      { numRuns: 50 },
    );
  });
});
