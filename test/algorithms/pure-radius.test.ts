import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Nearby, pureRadius } from '../../src/algorithms/pure-radius.ts';

const since = (near: number): Nearby => ({ near, before: false, weight: 1 });
const earlier = (near: number, weight = 1): Nearby => ({ near, before: true, weight });
const tenSince = Array.from({ length: 10 }, (_, i) => since(0.9 - i / 100));

describe('the radius of a newborn', () => {
  it('is the loosest it may be where nothing like it was there before', () => {
    expect(pureRadius(tenSince, 0.1, 0.6)).toBe(0.6);
  });

  it('leaves out what was there before, though some of its own go with it', () => {
    const old = [earlier(0.825), earlier(0.824), earlier(0.823), earlier(0.7)];
    expect(pureRadius([...tenSince, ...old], 0.1, 0.6)).toBeCloseTo((0.83 + 0.825) / 2, 5);
  });

  it('keeps most of what has come, however little of that is its own', () => {
    const old = [earlier(0.95, 50)];
    const radius = pureRadius([...tenSince, ...old], 0.01, 0.6);
    expect(tenSince.filter(({ near }) => near >= radius).length).toBeGreaterThanOrEqual(7);
  });

  it('lies between none that are as near but for rounding', () => {
    const same = (n: number): Nearby[] => Array.from({ length: n }, (_, i) => since(1 + (i % 3) * 1e-8));
    expect(pureRadius([...same(20), ...Array.from({ length: 5 }, () => earlier(1))], 0.1, 0.95)).toBe(0.95);
    expect(pureRadius([...same(20), earlier(1, 5), earlier(0.97, 50)], 0.1, 0.95)).toBeCloseTo(0.985);
  });

  it('takes from what came since as much as came before in that time', () => {
    // Ten came before in as long a time: of ten since, none is of the topic that far out.
    const old = Array.from({ length: 10 }, () => earlier(0.805));
    const radius = pureRadius([...tenSince, ...old], 1, 0.6);
    expect(radius).toBeGreaterThan(0.805);
  });

  it('is never looser than it was, and always leaves seven in ten of what came since', () => {
    const one = fc.record({
      near: fc.double({ min: 0.5, max: 1, noNaN: true }),
      before: fc.boolean(),
      weight: fc.double({ min: 1, max: 9, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.array(one, { maxLength: 40 }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        (drawn, time) => {
          const nearby = drawn.map((each) => (each.before ? each : { ...each, weight: 1 }));
          const radius = pureRadius(nearby, time, 0.5);
          expect(radius).toBeGreaterThanOrEqual(0.5);
          const came = nearby.filter((each) => !each.before);
          expect(came.filter(({ near }) => near >= radius).length).toBeGreaterThanOrEqual(0.7 * came.length);
        },
      ),
    );
  });
});
