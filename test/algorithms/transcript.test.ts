import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeText } from '../../src/algorithms/fence.ts';
import { textTokens } from '../../src/algorithms/text-tokens.ts';
import { transcript } from '../../src/algorithms/transcript.ts';
import { type Part, type Turn, turnOf } from '../../src/algorithms/turns.ts';
import { BROKEN_ENTITY, hostile } from '../support/hostile-text.ts';

const part: fc.Arbitrary<Part> = fc.oneof(
  fc.record({ kind: fc.constant('text'), text: hostile }),
  fc.record({ kind: fc.constant('tool_result'), text: hostile, images: fc.nat(3) }),
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
const INSIDE = `(?:[^<>]|<elided/>|<image/>|<attachment type="[^"<>]*"/>|<tool_result>${TEXT}(?:<image/>)*</tool_result>|<tool_call name="[^"<>]*">${TEXT}</tool_call>)*`;
const LINE = String.raw`(?:<turn role="(?:user|assistant|tool)">${INSIDE}</turn>|<system>${INSIDE}</system>|<elided turns="\d+"/>)\n`;
const FORM = new RegExp(
  String.raw`^<transcript>\n(?:<metadata>${TEXT}</metadata>\n)?(?:${LINE})*\n?</transcript>$`,
  'u',
);

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
      { role: 'tool', parts: [{ kind: 'tool_result', text: 'a <b>', images: 2 }] },
      { role: 'user', parts: [{ kind: 'attachment', type: 'document' }] },
    ];
    expect(transcript(given, { surface: 'web' }, 8_000).split('\n')).toEqual([
      '<transcript>',
      '<metadata>{&quot;surface&quot;:&quot;web&quot;}</metadata>',
      '<system>Be brief.</system>',
      '<turn role="user"><image/>',
      'What is this?</turn>',
      '<turn role="assistant"><tool_call name="look &quot;up&quot;">{&quot;q&quot;:&quot;x&quot;}</tool_call></turn>',
      '<turn role="tool"><tool_result>a &lt;b&gt;<image/><image/></tool_result></turn>',
      '<turn role="user"><attachment type="document"/></turn>',
      '</transcript>',
    ]);
  });

  it('stays within its budget, tags included, however scripts are mixed', () => {
    const run = fc
      .tuple(fc.constantFrom('a', 'word ', '語', 'é', '😀', '<', '"', '語a'), fc.nat(1_500))
      .map(([unit, times]) => unit.repeat(times));
    const long: fc.Arbitrary<Turn> = fc.record({
      role: fc.constantFrom('user', 'assistant', 'system'),
      parts: fc.array(
        run.map((text) => ({ kind: 'text' as const, text })),
        { maxLength: 3 },
      ),
    });
    fc.assert(
      fc.property(
        fc.oneof(turns, fc.array(long, { maxLength: 8 })),
        fc.option(hostile),
        fc.integer({ min: 400, max: 2_000 }),
        (given, title, tokens) => {
          const metadata = title === null ? null : { title };
          expect(textTokens(transcript(given, metadata, tokens))).toBeLessThanOrEqual(tokens + 50);
        },
      ),
    );
  });

  it('takes long English between two Chinese turns for what it is', () => {
    const chinese = said('user', '语'.repeat(6_000));
    const given = [chinese, said('assistant', 'word '.repeat(100_000)), chinese];
    const tokens = textTokens(transcript(given, null, 8_000));
    expect(tokens).toBeGreaterThan(7_900);
    expect(tokens).toBeLessThan(8_050);
  });

  it('gives scripts with more tokens a character fewer characters', () => {
    const long = (text: string) => transcript([said('user', text.repeat(4_000))], null, 1_000).length;
    expect(long('a')).toBeGreaterThan(2_850);
    expect(long('語')).toBeLessThan(1_350);
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

  it('bounds what tools say, and lets them open or close no tag', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 400 }), (evil, times) => {
        const long = evil.repeat(times);
        const content = [
          { type: 'tool_use', name: long, input: { long } },
          { type: 'mcp_tool_use', name: long, input: { [long]: long } },
          { type: 'tool_result', content: [{ type: 'text', text: long }, { type: 'image' }] },
          { type: 'web_search_tool_result', content: [{ title: long, url: long }] },
        ];
        const turn = turnOf({ role: 'user', content });
        const plain = turnOf({ role: 'tool', content: long });
        for (const part of [...turn.parts, ...plain.parts])
          if ('text' in part) expect(part.text.length).toBeLessThan(2_010);
        expect(transcript([turn, plain], null, 10_000)).toMatch(FORM);
      }),
      { numRuns: 50 },
    );
  });
});
