import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { meanOf, nearestRow, neighbourhoods } from '../../src/algorithms/neighbourhoods.ts';
import { dot, toUnit } from '../../src/domain/vector.ts';

const vector = fc
  .array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 })
  .map((values) => toUnit(values));
const vectors = fc.array(vector, { minLength: 1, maxLength: 60 });

describe('neighbourhoods', () => {
  it('hold every row once, none too many, and outside only what is not within', () => {
    fc.assert(
      fc.property(
        vectors.chain((rows) =>
          fc.record({
            rows: fc.constant(rows),
            assignment: fc.array(fc.nat(4), { minLength: rows.length, maxLength: rows.length }),
            size: fc.integer({ min: 1, max: 20 }),
            outside: fc.nat(8),
          }),
        ),
        ({ rows, assignment, size, outside }) => {
          const made = neighbourhoods(rows, assignment, { size, outside });
          const all = made.flatMap(({ members }) => members).sort((a, b) => a - b);
          expect(all).toEqual([...rows.keys()]);
          for (const part of made) {
            expect(part.members.length).toBeGreaterThan(0);
            expect(part.members.length).toBeLessThanOrEqual(Math.max(size * 1.5, 1));
            expect(new Set(part.members.map((row) => assignment[row])).size).toBe(1);
            expect(part.outside.length).toBe(Math.min(outside, rows.length - part.members.length));
            expect(part.outside.filter((row) => part.members.includes(row))).toEqual([]);
          }
        },
      ),
    );
  });

  it('show the nearest outside first', () => {
    const at = (degrees: number) =>
      toUnit([Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]);
    const rows = [at(0), at(10), at(90), at(40), at(170)];
    const [first] = neighbourhoods(rows, [0, 0, 1, 1, 1], { size: 10, outside: 2 });
    expect(first).toEqual({ members: [0, 1], outside: [3, 2] });
  });
});

it('the mean direction is a unit vector and heeds weights', () => {
  const [x, y] = [toUnit([1, 0]), toUnit([0, 1])];
  expect([...meanOf([x, y])].map((n) => n.toFixed(3))).toEqual(['0.707', '0.707']);
  expect([...meanOf([x, y], [1, 0])]).toEqual([1, 0]);
});

it('the nearest row is as near as any', () => {
  fc.assert(
    fc.property(vectors, vector, (rows, one) => {
      const best = rows[nearestRow(rows, one)]!;
      for (const row of rows) expect(dot(row, one)).toBeLessThanOrEqual(dot(best, one));
    }),
  );
  expect(nearestRow([], toUnit([1]))).toBe(-1);
});
