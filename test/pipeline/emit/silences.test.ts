import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Silence } from '../../../src/domain/control.ts';
import { SilenceBook } from '../../../src/pipeline/emit/silences.ts';

const HOUR = 3_600_000;
const silence = (id: string, generation: number, until: number | null = 10 * HOUR): Silence => ({
  kind: 'silence',
  id,
  by: 'olga',
  at: 0,
  until,
  generation,
});
const line = (...ancestors: readonly (readonly [id: string, generation: number])[]) =>
  ancestors.map(([id, generation]) => ({ id, generation, at: 0 }));
const c5 = { id: 'c5', descends: [] };
/** Split from c5 in generation 8. */
const c7 = { id: 'c7', descends: line(['c5', 8]) };
/** Split from that in generation 12. */
const c9 = { id: 'c9', descends: line(['c7', 12], ['c5', 8]) };

function bookOf(...said: readonly Silence[]): SilenceBook {
  const book = new SilenceBook();
  for (const one of said) book.take(one, 0);
  return book;
}

describe('1 a silence', () => {
  it('lasts to its end, and no longer', () => {
    const book = bookOf(silence('c5', 3));
    expect(book.of(c5, 10 * HOUR - 1)).toEqual({ until: 10 * HOUR, by: 'olga', note: null, from: null });
    expect(book.of(c5, 10 * HOUR)).toBeNull();
    expect(book.list(10 * HOUR)).toEqual([]);
  });

  it('is taken away, and set anew', () => {
    const book = bookOf(silence('c5', 3), silence('c5', 3, null));
    expect(book.of(c5, 0)).toBeNull();
    book.take(silence('c5', 4), 0);
    expect(book.of(c5, 0)).not.toBeNull();
  });

  it('is inherited by what split after it, through several splits, and by nothing that split before it', () => {
    const early = bookOf(silence('c5', 7));
    expect([early.of(c7, 0)?.from, early.of(c9, 0)?.from]).toEqual(['c5', 'c5']);
    const late = bookOf(silence('c5', 8));
    expect([late.of(c5, 0)?.from, late.of(c7, 0), late.of(c9, 0)]).toEqual([null, null, null]);
    const between = bookOf(silence('c7', 11));
    expect([between.of(c5, 0), between.of(c7, 0)?.from, between.of(c9, 0)?.from]).toEqual([null, null, 'c7']);
  });

  it('of its own comes before that of an ancestor, also one taken away', () => {
    const lifted = bookOf(silence('c5', 7), silence('c7', 9, null));
    expect([lifted.of(c5, 0)?.until, lifted.of(c7, 0), lifted.of(c9, 0)]).toEqual([10 * HOUR, null, null]);
    const shorter = bookOf(silence('c5', 7), silence('c7', 9, HOUR));
    expect(shorter.of(c7, 0)?.until).toBe(HOUR);
    expect(shorter.of(c7, HOUR)).toBeNull();
  });

  it('that a nearer ancestor ended after the split is still that of the farther one', () => {
    const book = bookOf(silence('c5', 7), silence('c7', 13, null));
    expect(book.of(c9, 0)?.from).toBe('c5');
  });

  it('that lasts is never let go of for the sake of room', () => {
    const book = bookOf(silence('c5', 1));
    for (let i = 0; i < 10_050; i++) book.take(silence(`x${i}`, 1, null), 0);
    expect(book.of(c5, 0)).not.toBeNull();
  });
});

it('whoever is silent has a word that lasts, of itself or of an ancestor said while they were one', () => {
  const ids = ['c1', 'c2', 'c3', 'c4'];
  const said = fc.record({
    id: fc.constantFrom(...ids),
    generation: fc.integer({ min: 0, max: 20 }),
    until: fc.option(fc.integer({ min: 0, max: 20 })),
  });
  const descends = fc
    .uniqueArray(fc.tuple(fc.constantFrom('c2', 'c3', 'c4'), fc.integer({ min: 1, max: 20 })), {
      selector: ([id]) => id,
    })
    .map((found) => line(...found.toSorted((a, b) => b[1] - a[1])));
  fc.assert(
    fc.property(fc.array(said, { maxLength: 8 }), descends, fc.nat(20), (words, ancestors, now) => {
      const book = bookOf(...words.map(({ id, generation, until }) => silence(id, generation, until)));
      const silenced = book.of({ id: 'c1', descends: ancestors }, now);
      const last = new Map(words.map((word) => [word.id, word]));
      if (silenced === null) {
        const own = last.get('c1');
        expect(own !== undefined && own.until !== null && own.until > now).toBe(false);
        return;
      }
      const word = last.get(silenced.from ?? 'c1');
      expect(word?.until).toBe(silenced.until);
      expect(silenced.until).toBeGreaterThan(now);
      const split = ancestors.find(({ id }) => id === silenced.from)?.generation ?? Number.POSITIVE_INFINITY;
      expect(word?.generation).toBeLessThan(split);
    }),
  );
});
