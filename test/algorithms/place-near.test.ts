import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placeNear } from '../../src/algorithms/place-near.ts';

const coordinate = fc.double({ min: -100, max: 100, noNaN: true });
const neighbour = fc.record({
  similarity: fc.double({ min: -1, max: 1, noNaN: true }),
  x: coordinate,
  y: coordinate,
});

describe('placeNear', () => {
  it('stays within reach of the five most similar, whoever else there is', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(neighbour, { minLength: 1, maxLength: 20 }), (id, neighbours) => {
        const near = neighbours.toSorted((a, b) => b.similarity - a.similarity).slice(0, 5);
        const place = placeNear(id, neighbours);
        const middle = { x: 0, y: 0 };
        for (const { x, y } of near) {
          middle.x += x / near.length;
          middle.y += y / near.length;
        }
        const furthest = Math.max(...near.map(({ x, y }) => Math.hypot(x - middle.x, y - middle.y)));
        expect(Math.hypot(place.x - middle.x, place.y - middle.y)).toBeLessThanOrEqual(
          1.2 * furthest + 0.011,
        );
      }),
    );
  });

  it('lies nearer to a more similar neighbour', () => {
    const place = placeNear('c1', [
      { similarity: 0.8, x: 0, y: 0 },
      { similarity: 0.4, x: 10, y: 0 },
    ]);
    expect(place.x).toBeLessThan(4);
  });

  it('sets two with the same neighbours apart, the same way each time', () => {
    const neighbours = [{ similarity: 0.7, x: 1, y: 2 }];
    expect(placeNear('c1', neighbours)).toEqual(placeNear('c1', neighbours));
    expect(placeNear('c1', neighbours)).not.toEqual(placeNear('c2', neighbours));
  });

  it('has a place where there are no neighbours', () => {
    const { x, y } = placeNear('c1', []);
    expect(Math.hypot(x, y)).toBeCloseTo(0.01);
  });
});
