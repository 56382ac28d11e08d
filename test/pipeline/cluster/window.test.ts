import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hash53 } from '../../../src/algorithms/hash.ts';
import { encodeVector } from '../../../src/domain/vector.ts';
import { type Kept, SampleWindow } from '../../../src/pipeline/cluster/window.ts';
import { DIMENSION, direction, HOUR, MINUTE, makeSample, NOON } from '../../support/pipeline-rig.ts';

const sample = (n: number, version = 1, minute = n, cluster: string | null = null) =>
  makeSample({
    conversation: `k${n}`,
    version,
    cluster,
    at: NOON + minute * MINUTE,
    vector: encodeVector(direction(n)),
  });
const slotOf = (window: SampleWindow, n: number) => window.slotOf(hash53(`k${n}`));
type Written = readonly (readonly [conversation: number, value: string])[];
/** Of the first so many the last of each conversation, and all of the others. */
function compactedTo(cut: number, written: Written): Written {
  const last = new Map(
    written.map(([conversation], i) => [conversation, i] as const).filter(([, i]) => i < cut),
  );
  return written.filter(([conversation], i) => i >= cut || last.get(conversation) === i);
}

describe('the window', () => {
  it('holds what was added, with its vector and cluster', () => {
    const window = new SampleWindow({ cap: 10, windowMs: 28 * 24 * HOUR, dimension: DIMENSION });
    expect(window.add(sample(3, 1, 0, 'c7'), 5)).toBe(true);
    const slot = slotOf(window, 3) ?? -1;
    expect(window.size).toBe(1);
    expect(window.cluster(slot)).toBe('c7');
    expect(window.member(slot)).toMatchObject({ version: 1, at: NOON, offset: 5, text: 'asks about tea' });
    expect([...window.vector(slot)]).toEqual([...direction(3)]);
  });

  it('takes a longer snapshot in place of the shorter, and no other', () => {
    const window = new SampleWindow({ cap: 10, windowMs: 28 * 24 * HOUR, dimension: DIMENSION });
    window.add(sample(1, 2), 0);
    expect(window.add(sample(1, 2), 1)).toBe(false);
    expect(window.add(sample(1, 1), 2)).toBe(false);
    expect(window.add(sample(1, 3, 9, 'c1'), 3)).toBe(true);
    expect(window.size).toBe(1);
    expect(window.member(slotOf(window, 1) ?? -1)).toMatchObject({ version: 3, offset: 3 });
  });

  it('at its cap keeps a panel of accounts of what is older, which stands for the others', () => {
    const window = new SampleWindow({ cap: 200, windowMs: 28 * 24 * HOUR, dimension: DIMENSION });
    for (let n = 0; n < 2_000; n++) window.add({ ...sample(n), account: `u${n}` }, n);
    expect(window.size).toBeLessThanOrEqual(200);
    expect(window.size).toBeGreaterThan(120);
    const weights = [...window.slots()].map((slot) => window.weight(slot));
    expect(Math.min(...weights)).toBe(1);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeGreaterThan(1_300);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeLessThan(2_800);
    // Only the newest are read again.
    expect(window.oldestOffset()).toBeGreaterThan(1_900);
  });

  it('is the same again from what was written down, compacted or not, and what is read again', () => {
    const accounts = fc.array(fc.integer({ min: 0, max: 200 }), { minLength: 100, maxLength: 400 });
    const compacted = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(accounts, compacted, (list, until) => {
        const options = { cap: 80, windowMs: 28 * 24 * HOUR, dimension: DIMENSION };
        // Every ninth is a conversation of thirty before that goes on; none of those that are read again, as who has left since comes in anew.
        const samples = list.map((account, n) =>
          n % 9 === 8 && n > 30 && n < list.length - 40
            ? { ...sample(n - 30, 2, n), account: `u${list[n - 30]}` }
            : { ...sample(n), account: `u${account}` },
        );
        const window = new SampleWindow(options);
        const written: [conversation: number, string][] = [];
        for (const [offset, one] of samples.entries()) {
          window.add(one, offset);
          if (offset % 7 !== 6 && offset !== samples.length - 1) continue;
          for (const [conversation, kept] of window.changes('e'))
            written.push([conversation, JSON.stringify(kept)]);
        }
        const again = new SampleWindow(options);
        for (const [conversation, value] of compactedTo(until * written.length, written)) {
          const kept: Kept | null = JSON.parse(value);
          if (kept === null) again.forget(conversation);
          else again.restore(kept);
        }
        again.recall(window.parts.states);
        expect(again.changes('e')).toEqual([]);
        const from = window.oldestOffset();
        for (const [i, one] of samples.slice(from).entries()) again.add(one, from + i);
        const held = (of: SampleWindow) =>
          new Set(
            [...of.slots()].map((slot) =>
              JSON.stringify([of.member(slot), of.weight(slot), [...of.vector(slot)]]),
            ),
          );
        const missing = [...held(window)].filter((one) => !held(again).has(one));
        expect(missing).toEqual([]);
      }),
      { numRuns: 30, endOnFailure: true },
    );
  });

  it('answers by event time, oldest first', async () => {
    const window = new SampleWindow({ cap: 10, windowMs: 28 * 24 * HOUR, dimension: DIMENSION });
    for (const [offset, n] of [4, 1, 3, 2].entries()) window.add(sample(n), offset);
    const slots = await window.slotsSince(NOON + 2 * MINUTE);
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
        const window = new SampleWindow({ cap: cap, windowMs: 28 * 24 * HOUR, dimension: DIMENSION });
        for (const [offset, [n, version]] of list.entries()) {
          window.add(sample(n, version), offset);
          const latest = slotOf(window, n) ?? -1;
          expect(window.member(latest)?.version).toBeGreaterThanOrEqual(version);
        }
        expect(window.size).toBeLessThanOrEqual(cap);
        const held = [...window.slots()].map((slot) => window.member(slot)?.conversation ?? -1);
        expect(new Set(held).size).toBe(held.length);
        for (const slot of window.slots())
          expect(window.slotOf(window.member(slot)?.conversation ?? -1)).toBe(slot);
      }),
    );
  });
});
