import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  circlesOf,
  LABEL_PX,
  LINE_PX,
  labelsOf,
  nextInDirection,
  radiusAt,
} from '../../src/console/state/map.ts';
import { colourOf } from '../../src/console/state/map-colour.ts';
import { clusterView } from '../support/view-fixture.ts';

const SIZE = { width: 800, height: 500 };
const WHOLE = { k: 1, x: 0, y: 0 };
const KNOWN = { groups: ['h1', 'h2'], largest: 400, shares: new Map([['c1', 0.25]]) };

const placed = (id: string, x: number, y: number, conversations = 100) =>
  clusterView(id, { x, y, conversations });
const someClusters = fc
  .array(
    fc.record({
      x: fc.double({ min: -30, max: 30, noNaN: true }),
      y: fc.double({ min: -30, max: 30, noNaN: true }),
      conversations: fc.integer({ min: 0, max: 5_000 }),
      name: fc.option(fc.string({ minLength: 1, maxLength: 90 })),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((all) => all.map((change, i) => clusterView(`c${i}`, change)));

describe('circles of the map', () => {
  it('all lie within the drawing, with distances on one scale', () => {
    fc.assert(
      fc.property(someClusters, (clusters) => {
        for (const { x, y } of circlesOf(clusters, SIZE)) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(x).toBeLessThanOrEqual(SIZE.width);
          expect(y).toBeGreaterThanOrEqual(0);
          expect(y).toBeLessThanOrEqual(SIZE.height);
        }
      }),
    );
    const [a, b, c] = circlesOf([placed('c1', 0, 0), placed('c2', 4, 0), placed('c3', 0, 2)], SIZE);
    expect((b?.x ?? 0) - (a?.x ?? 0)).toBeCloseTo(2 * ((c?.y ?? 0) - (a?.y ?? 0)));
  });

  it('have areas by conversations, the largest drawn first', () => {
    const [large, small] = circlesOf([placed('c1', 0, 0, 100), placed('c2', 1, 1, 400)], {
      width: 200,
      height: 200,
    });
    expect(large?.cluster.id).toBe('c2');
    expect((large?.r ?? 0) / (small?.r ?? 1)).toBeCloseTo(2);
  });

  it('leave out clusters without a place', () => {
    expect(circlesOf([clusterView('c1')], SIZE)).toEqual([]);
  });
});

describe('names on the map', () => {
  it('never lie over one another, nor outside', () => {
    fc.assert(
      fc.property(someClusters, fc.double({ min: 1, max: 8, noNaN: true }), (clusters, k) => {
        const view = { k, x: (SIZE.width * (1 - k)) / 2, y: (SIZE.height * (1 - k)) / 2 };
        const boxes = labelsOf(circlesOf(clusters, SIZE), view, SIZE).map(({ lines, x, y }) => {
          const half = (Math.max(...lines.map((line) => line.length)) * 0.56 * LABEL_PX) / 2;
          const top = y - LABEL_PX;
          return { left: x - half, right: x + half, top, bottom: top + lines.length * LINE_PX };
        });
        for (const [i, box] of boxes.entries()) {
          expect(box.top >= 0 && box.bottom <= SIZE.height && box.left >= 0 && box.right <= SIZE.width).toBe(
            true,
          );
          const over = boxes.findIndex(
            (other, j) =>
              j > i &&
              box.left < other.right &&
              other.left < box.right &&
              box.top < other.bottom &&
              other.top < box.bottom,
          );
          expect(over).toBe(-1);
        }
      }),
    );
    const together = [
      placed('c1', 0, 0, 400),
      placed('c2', 0, 0.001, 300),
      placed('c3', 0.001, 0, 200),
      placed('c4', 40, 20),
    ];
    const labels = labelsOf(circlesOf(together, SIZE), WHOLE, SIZE);
    expect(new Set(labels.map(({ y }) => y)).size).toBe(labels.length);
    expect(labels.map(({ id }) => id)).toEqual(expect.arrayContaining(['c1', 'c4']));
    expect(labels).not.toHaveLength(4);
  });

  it('become more when there is room between circles', () => {
    const clusters = Array.from({ length: 60 }, (_, i) => ({
      ...placed(`c${i}`, i % 10, Math.floor(i / 10)),
      name: `Ask about one thing, number ${i}`,
    }));
    const circles = circlesOf(clusters, SIZE);
    const few = labelsOf(circles, WHOLE, SIZE).length;
    const inView = circles.filter(({ x, y }) => x < SIZE.width / 3 && y < SIZE.height / 3);
    const near = labelsOf(circles, { k: 3, x: 0, y: 0 }, SIZE);
    expect(few).toBeLessThan(60);
    expect(near).toHaveLength(inView.length);
  });

  it('are ids where the name may not be shown, and long ones end in an ellipsis', () => {
    const clusters = [
      clusterView('c7', { x: 0, y: 0, name: null, visibility: 'pending' }),
      clusterView('c8', { x: 9, y: 9, name: 'word '.repeat(30).trim() }),
    ];
    const labels = labelsOf(circlesOf(clusters, SIZE), WHOLE, SIZE);
    expect(labels.find(({ id }) => id === 'c7')?.lines).toEqual(['c7']);
    expect(labels.find(({ id }) => id === 'c8')?.lines.at(-1)).toMatch(/…$/);
  });
});

describe('arrow keys', () => {
  const circles = circlesOf(
    [placed('c1', 0, 0), placed('c2', 5, 1), placed('c3', 9, 0), placed('c4', 0, 6)],
    SIZE,
  );

  it('lead to the next circle that way, or nowhere', () => {
    expect(nextInDirection(circles, 'c1', 'right')).toBe('c2');
    expect(nextInDirection(circles, 'c2', 'right')).toBe('c3');
    expect(nextInDirection(circles, 'c1', 'down')).toBe('c4');
    expect(nextInDirection(circles, 'c1', 'up')).toBeNull();
  });

  it('start at the largest', () => {
    expect(nextInDirection(circles, '', 'left')).toBe('c1');
  });
});

describe('colours of the map', () => {
  it('say growth and concern in the steps of the rest of the page', () => {
    expect(colourOf(clusterView('c1', { ratio_low: 2.1 }), 'growth', KNOWN)).toEqual({
      kind: 'level',
      level: 'strong',
    });
    expect(colourOf(clusterView('c1', { ratio_low: 1.3 }), 'growth', KNOWN)).toEqual({
      kind: 'level',
      level: 'clear',
    });
    expect(colourOf(clusterView('c1', { ratio_low: null }), 'growth', KNOWN)).toEqual({ kind: 'untold' });
    expect(colourOf(clusterView('c1', { concern: 3.6 }), 'concern', KNOWN)).toEqual({
      kind: 'level',
      level: 'strong',
    });
  });

  it('say size, group and share on scales of their own', () => {
    expect(colourOf(clusterView('c1', { conversations: 100 }), 'size', KNOWN)).toEqual({
      kind: 'scale',
      at: 0.5,
    });
    const hues = ['h1', 'h2'].map((parent) => colourOf(clusterView('c1', { parent }), 'group', KNOWN));
    expect(hues[0]).not.toEqual(hues[1]);
    expect(colourOf(clusterView('c1'), 'share', KNOWN)).toEqual({ kind: 'scale', at: 0.25 });
    expect(colourOf(clusterView('c2'), 'share', KNOWN)).toEqual({ kind: 'untold' });
  });

  it('are told of no cluster that is not shown', () => {
    const pending = clusterView('c1', { visibility: 'pending', parent: 'h1' });
    for (const by of ['growth', 'concern', 'size', 'group', 'share'] as const) {
      expect(colourOf(pending, by, KNOWN)).toEqual({ kind: 'untold' });
    }
  });
});

it('circles grow more slowly than distances', () => {
  expect(radiusAt(10, 4)).toBeLessThan(40);
  expect(radiusAt(10, 4)).toBeGreaterThan(10);
});
