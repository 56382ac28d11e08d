import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Outlook } from '../../src/algorithms/outlook.ts';

const YEAR = 366;

/** Which lines are too far ahead, by number. */
function far(times: readonly number[], ahead = 5): number[] {
  const outlook = new Outlook<number>({ ahead, farMs: YEAR });
  const found: number[] = [];
  const order: number[] = [];
  const note = (judged: { item: number; far: boolean } | null): boolean => {
    if (judged === null) return false;
    order.push(judged.item);
    if (judged.far) found.push(judged.item);
    return true;
  };
  times.forEach((at, i) => {
    note(outlook.add(i, at));
  });
  while (note(outlook.next()));
  expect(order).toEqual(times.map((_, i) => i));
  return found;
}

describe('a time far ahead of its file', () => {
  it('is found first, in the middle and last', () => {
    expect(far([9_000, 1, 2, 3])).toEqual([0]);
    expect(far([1, 2, 9_000, 3, 4])).toEqual([2]);
    expect(far([1, 2, 3, 9_000])).toEqual([3]);
    expect(far([1, 9_000, 2, 9_001, 3, 4])).toEqual([1, 3]);
  });

  it('is found by a week where many lines behind it know nothing of it, wherever it stands', () => {
    const DAY = 86_400_000;
    const hours = Array.from({ length: 200 }, (_, i) => i * 3_600_000);
    for (const place of [0, 1, 50, 150]) {
      const outlook = new Outlook<number>({ ahead: 40, farMs: 366 * DAY });
      const judged = hours.toSpliced(place, 0, 60 * DAY).map((at, i) => outlook.add(i, at));
      expect(
        judged.flatMap((one) => (one?.far === true ? [one.item] : [])),
        `at ${place}`,
      ).toEqual([place]);
    }
    // A file that is sparse, or begins with the newest, has no line that is wrong.
    for (const step of [10 * DAY, -10 * DAY]) {
      const outlook = new Outlook<number>({ ahead: 40, farMs: 366 * DAY });
      const judged = Array.from({ length: 200 }, (_, i) => outlook.add(i, i * step));
      expect(judged.some((one) => one?.far === true)).toBe(false);
    }
  });

  it('is none where the lines behind it bear it out, or there is no other', () => {
    expect(far([1, 2, 9_000, 9_001, 9_002])).toEqual([]);
    expect(far([9_000])).toEqual([]);
  });

  it('is none in a file in order of time without such a gap, however long it is and wherever it begins', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: YEAR }), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(fc.integer(), gaps, fc.integer({ min: 1, max: 10 }), (start, steps, ahead) => {
        let at = start;
        expect(
          far(
            steps.map((step) => (at += step)),
            ahead,
          ),
        ).toEqual([]);
      }),
    );
  });

  it('does not change what is said of the others', () => {
    const times = fc.array(fc.integer({ min: 0, max: YEAR }), { minLength: 4, maxLength: 40 });
    fc.assert(
      fc.property(times, fc.nat(), (plain, place) => {
        const at = place % (plain.length + 1);
        expect(far(plain.toSpliced(at, 0, 1e9))).toEqual([at]);
      }),
    );
  });
});
