import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Alignment, align, moved } from '../../src/algorithms/procrustes.ts';

const number = fc.double({ min: -50, max: 50, noNaN: true });
const point = fc.record({ x: number, y: number });
const points = fc.array(point, { minLength: 1, maxLength: 30 });
const kind = fc.constantFrom('similarity' as const, 'rigid' as const);
const pairs = fc.array(fc.tuple(point, point), { minLength: 1, maxLength: 30 });

const transform = fc
  .record({
    mirrored: fc.boolean(),
    angle: fc.double({ min: 0, max: 2 * Math.PI, noNaN: true }),
    scale: fc.double({ min: 0.1, max: 10, noNaN: true }),
    dx: number,
    dy: number,
  })
  .map(({ mirrored, angle, scale, dx, dy }) => ({ mirrored, angle, scale, dx, dy }));

function alignmentOf(
  t: { mirrored: boolean; angle: number; dx: number; dy: number },
  scale: number,
): Alignment {
  return { ...t, re: scale * Math.cos(t.angle), im: scale * Math.sin(t.angle) };
}

type Point = { x: number; y: number };

function residual(from: readonly Point[], to: readonly Point[]): number {
  return from.reduce((sum, p, i) => sum + (p.x - to[i]!.x) ** 2 + (p.y - to[i]!.y) ** 2, 0);
}

describe('align', () => {
  it('undoes every similarity', () => {
    fc.assert(
      fc.property(points, transform, (to, t) => {
        const from = to.map((p) => moved(p, alignmentOf(t, t.scale)));
        const found = align(from, to, 'similarity');
        expect(
          residual(
            from.map((p) => moved(p, found)),
            to,
          ),
        ).toBeLessThan(1e-8 * (1 + 100 ** 2 * to.length)); // What is nearly in a line is not mirrored: a tie is 1e-9 wide.
      }),
    );
  });

  it('undoes every turn, mirroring and move with lengths kept', () => {
    fc.assert(
      fc.property(points, transform, (to, t) => {
        const from = to.map((p) => moved(p, alignmentOf(t, 1)));
        const found = align(from, to, 'rigid');
        expect(
          residual(
            from.map((p) => moved(p, found)),
            to,
          ),
        ).toBeLessThan(1e-11 * (1 + 100 ** 2 * to.length));
      }),
    );
  });

  it('keeps lengths of points that all but coincide', () => {
    const turn = { mirrored: false, angle: 0.5, dx: 0, dy: 0 };
    for (const n of [1e-161, 3e-162, 1e-200]) {
      const from = [0, 1, 2].map((i) => ({ x: i * n, y: i * i * n }));
      const to = from.map((p) => moved(p, alignmentOf(turn, 1)));
      const { re, im } = align(from, to, 'rigid');
      expect([re, im]).toEqual([expect.closeTo(Math.cos(0.5), 6), expect.closeTo(Math.sin(0.5), 6)]);
    }
  });

  it('never brings two sets further apart, nor less near than any other transform of its kind', () => {
    fc.assert(
      fc.property(pairs, kind, transform, (both, how, t) => {
        const [from, to] = [both.map(([p]) => p), both.map(([, q]) => q)];
        const found = align(from, to, how);
        const aligned = residual(
          from.map((p) => moved(p, found)),
          to,
        );
        const other = alignmentOf(t, how === 'rigid' ? 1 : t.scale);
        expect(aligned).toBeLessThanOrEqual(residual(from, to) + 1e-6);
        expect(aligned).toBeLessThanOrEqual(
          residual(
            from.map((p) => moved(p, other)),
            to,
          ) + 1e-6,
        );
      }),
    );
  });

  it('keeps all distances when lengths are to be kept', () => {
    fc.assert(
      fc.property(pairs, point, point, (both, a, b) => {
        const found = align(
          both.map(([p]) => p),
          both.map(([, q]) => q),
          'rigid',
        );
        const [c, d] = [moved(a, found), moved(b, found)];
        const off = Math.hypot(c.x - d.x, c.y - d.y) - Math.hypot(a.x - b.x, a.y - b.y);
        expect(Math.abs(off)).toBeLessThan(1e-5);
      }),
    );
  });

  it('only moves a single point, and nothing when there are none', () => {
    expect(moved({ x: 4, y: 5 }, align([{ x: 1, y: 1 }], [{ x: 3, y: 0 }], 'similarity'))).toEqual({
      x: 6,
      y: 4,
    });
    expect(moved({ x: 4, y: 5 }, align([], [], 'rigid'))).toEqual({ x: 4, y: 5 });
  });

  it('does not mirror where turning does as well', () => {
    const from = [
      { x: 0, y: 0 },
      { x: 1, y: 0 },
    ];
    const to = [
      { x: 0, y: 0 },
      { x: 0, y: 1 },
    ];
    expect(align(from, to, 'similarity').mirrored).toBe(false);
  });
});
