import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { levelBounds, levelSizes } from '../../src/algorithms/level-sizes.ts';

const derived = { top: 10, levels: null, fanOut: 7 };

describe('the sizes of levels', () => {
  it.each([
    [5, []],
    [6, [2]],
    [40, [6]],
    [100, [10]],
    [200, [45, 10]],
    [1_000, [100, 10]],
    [10_000, [1_778, 316, 56, 10]],
  ])('%i clusters: %j', (base, sizes) => {
    expect(levelSizes(base, derived)).toEqual(sizes);
  });

  it('are those of the paper when three levels are asked for', () => {
    expect(levelSizes(1_000, { ...derived, levels: 3 })).toEqual([100, 10]);
  });

  it('are as few as clusters allow when more levels are asked for', () => {
    expect(levelSizes(30, { ...derived, levels: 10 })).toEqual([12, 5]);
  });

  it('shrink by the same factor from level to level, at least by half, and end at the top', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 6, max: 20_000 }),
        fc.integer({ min: 2, max: 50 }),
        fc.option(fc.integer({ min: 2, max: 10 })),
        fc.double({ min: 2, max: 30, noNaN: true }),
        (base, top, levels, fanOut) => {
          const sizes = levelSizes(base, { top, levels, fanOut });
          const last = Math.max(2, Math.min(top, Math.round(Math.sqrt(base))));
          expect(sizes.at(-1)).toBe(last);
          const factor = (base / last) ** (1 / sizes.length);
          expect(factor).toBeGreaterThanOrEqual(2);
          for (const [i, size] of sizes.entries()) {
            expect(Math.abs(size - base / factor ** (i + 1))).toBeLessThanOrEqual(0.5 + 1e-6);
            expect(size).toBeLessThan(sizes[i - 1] ?? base);
          }
          if (levels !== null) expect(sizes.length).toBeLessThan(levels);
        },
      ),
    );
  });
});

it('the bounds of a level are half of its target and half as much again, in whole headings', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), (target) => {
      const { least, most } = levelBounds(target);
      expect(least).toBeGreaterThanOrEqual(target / 2);
      expect(most).toBeLessThanOrEqual(target * 1.5);
      expect(least).toBeLessThanOrEqual(target);
      expect(most).toBeGreaterThanOrEqual(target);
    }),
  );
});
