import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { plainRef, readMerges, readPlaces, readRef, spread } from '../../src/algorithms/headings.ts';
import { toUnit } from '../../src/domain/vector.ts';

const ref = fc.oneof(
  fc.nat(30).map((n) => `h${n}`),
  fc.nat(30).map((n) => `g${n}`),
  fc.string(),
);

describe('a reference', () => {
  it.each(['h3', 'H3', ' h3 ', '"h3"', '<h3>', '3', 'h3: Roses', 'h 3'])('%j is the third', (said) => {
    expect(readRef('h', said, 5)).toBe(2);
  });

  it.each(['h0', 'h6', 'h-1', 'g3', 'roses', '', 'h3333333333', 'heading'])('%j is none of five', (said) => {
    expect(readRef('h', said, 5)).toBeNull();
  });
});

describe('a plain reference', () => {
  it('says what was said, and nothing else', () => {
    const letter = fc.constantFrom('g', 'h');
    fc.assert(
      fc.property(letter, fc.tuple(ref, fc.string()), fc.nat(40), (of, [said, more], count) => {
        const text = `${said}${more}`;
        expect(readRef(of, plainRef(text), count)).toBe(readRef(of, text, count));
        expect(plainRef(text)).toMatch(/^([a-z]?\s*\d{1,9})?$/i);
      }),
    );
    expect(plainRef('h3: Jane Doe')).toBe('h3');
    expect(plainRef('Jane Doe')).toBe('');
  });
});

describe('places', () => {
  it('are one for every group, whatever was said', () => {
    const said = fc.array(fc.record({ group: ref, heading: ref }), { maxLength: 40 });
    fc.assert(
      fc.property(said, fc.nat(12), fc.nat(12), (places, groups, headings) => {
        const read = readPlaces(places, groups, headings);
        expect(read).toHaveLength(groups);
        for (const place of read) if (place !== null) expect(place).toBeLessThan(headings);
      }),
    );
  });

  it('are the first usable of several, and none where none is', () => {
    const said = [
      { group: 'g1', heading: 'h9' },
      { group: 'g1', heading: 'h2' },
      { group: 'g1', heading: 'h1' },
      { group: 'g7', heading: 'h1' },
    ];
    expect(readPlaces(said, 3, 2)).toEqual([1, null, null]);
  });
});

describe('merges', () => {
  it('leave every heading in exactly one part, whatever was said', () => {
    const merge = fc.record({
      headings: fc.array(ref, { maxLength: 6 }),
      name: fc.string(),
      description: fc.string(),
    });
    fc.assert(
      fc.property(fc.array(merge, { maxLength: 8 }), fc.nat(25), (said, count) => {
        const parts = readMerges(said, count);
        expect(parts.flatMap(({ rows }) => rows).sort((a, b) => a - b)).toEqual(
          Array.from({ length: count }, (_, i) => i),
        );
        for (const { rows, title } of parts) expect(rows.length > 1).toBe(title !== null);
      }),
    );
  });

  it('keep a heading with the first that names it', () => {
    const title = { name: 'n', description: 'd' };
    const said = [
      { headings: ['h1', 'h2', 'h2', 'h9'], ...title },
      { headings: ['h2', 'h3'], ...title },
    ];
    expect(readMerges(said, 3)).toEqual([
      { rows: [0, 1], title },
      { rows: [2], title: null },
    ]);
  });
});

describe('spreading', () => {
  const vectors = (length: number) =>
    fc.array(
      fc
        .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 3 })
        .map((v) => toUnit(v)),
      { minLength: length, maxLength: length },
    );
  const world = fc
    .record({ children: fc.integer({ min: 1, max: 25 }), headings: fc.integer({ min: 1, max: 12 }) })
    .chain(({ children, headings }) =>
      fc.record({
        places: fc.array(fc.nat(headings - 1), { minLength: children, maxLength: children }),
        children: vectors(children),
        headings: vectors(headings),
        least: fc.nat(15),
      }),
    );

  it('fills as many headings as asked for, as far as there are headings and children, and empties none', () => {
    fc.assert(
      fc.property(world, ({ places, children, headings, least }) => {
        const out = spread(places, children, headings, least);
        const before = new Set(places);
        const after = new Set(out);
        expect(out).toHaveLength(children.length);
        for (const place of before) expect(after).toContain(place);
        expect(after.size).toBe(Math.max(before.size, Math.min(least, headings.length, children.length)));
      }),
    );
  });

  it('moves nothing when enough headings are filled', () => {
    fc.assert(
      fc.property(world, ({ places, children, headings }) => {
        expect(spread(places, children, headings, new Set(places).size)).toEqual(places);
      }),
    );
  });
});
