import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hash53 } from '../../../src/algorithms/hash.ts';
import { encodeVector } from '../../../src/domain/vector.ts';
import { SampleWindow } from '../../../src/pipeline/cluster/window.ts';
import { DIMENSION, direction, MINUTE, makeSample, NOON } from '../../support/pipeline-rig.ts';

const sample = (n: number, version = 1, minute = n, cluster: string | null = null) =>
  makeSample({
    conversation: `k${n}`,
    version,
    cluster,
    at: NOON + minute * MINUTE,
    vector: encodeVector(direction(n)),
  });
const slotOf = (window: SampleWindow, n: number) => window.slotOf(hash53(`k${n}`));

describe('the window', () => {
  it('holds what was added, with its vector and cluster', () => {
    const window = new SampleWindow(10, DIMENSION);
    expect(window.add(sample(3, 1, 0, 'c7'), 5)).toBe(true);
    const slot = slotOf(window, 3) ?? -1;
    expect(window.size).toBe(1);
    expect(window.cluster(slot)).toBe('c7');
    expect(window.member(slot)).toMatchObject({ version: 1, at: NOON, offset: 5, text: 'asks about tea' });
    expect([...window.vector(slot)]).toEqual([...direction(3)]);
  });

  it('takes a longer snapshot in place of the shorter, and no other', () => {
    const window = new SampleWindow(10, DIMENSION);
    window.add(sample(1, 2), 0);
    expect(window.add(sample(1, 2), 1)).toBe(false);
    expect(window.add(sample(1, 1), 2)).toBe(false);
    expect(window.add(sample(1, 3, 9, 'c1'), 3)).toBe(true);
    expect(window.size).toBe(1);
    expect(window.member(slotOf(window, 1) ?? -1)).toMatchObject({ version: 3, offset: 3 });
  });

  it('lets go of the oldest at its cap', () => {
    const window = new SampleWindow(3, DIMENSION);
    for (let n = 0; n < 5; n++) window.add(sample(n), n);
    expect(window.size).toBe(3);
    expect([0, 1, 2, 3, 4].map((n) => slotOf(window, n) !== undefined)).toEqual([
      false,
      false,
      true,
      true,
      true,
    ]);
    expect(window.oldestOffset()).toBe(2);
  });

  it('answers by event time, oldest first', async () => {
    const window = new SampleWindow(10, DIMENSION);
    for (const [offset, n] of [4, 1, 3, 2].entries()) window.add(sample(n), offset);
    const slots = window.slotsSince(NOON + 2 * MINUTE);
    expect(slots.map((slot) => (window.member(slot)?.at ?? 0) - NOON)).toEqual([
      2 * MINUTE,
      3 * MINUTE,
      4 * MINUTE,
    ]);
    const matrix = await window.matrix(slots);
    expect(matrix).toMatchObject({ rows: 3, dimension: DIMENSION });
    expect([...matrix.data.subarray(0, DIMENSION)]).toEqual([...direction(2)]);
  });

  it('is never larger than its cap, holds one sample a conversation, and finds each by its conversation', () => {
    const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 1, max: 4 })), {
      maxLength: 120,
    });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 12 }), (list, cap) => {
        const window = new SampleWindow(cap, DIMENSION);
        for (const [offset, [n, version]] of list.entries()) {
          window.add(sample(n, version), offset);
          const latest = slotOf(window, n) ?? -1;
          expect(window.member(latest)?.version).toBeGreaterThanOrEqual(version);
        }
        expect(window.size).toBeLessThanOrEqual(cap);
        const held = Array.from(
          { length: window.size },
          (_, slot) => window.member(slot)?.conversation ?? -1,
        );
        expect(new Set(held).size).toBe(held.length);
        for (const [slot, conversation] of held.entries()) expect(window.slotOf(conversation)).toBe(slot);
      }),
    );
  });
});
