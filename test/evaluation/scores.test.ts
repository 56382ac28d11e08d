import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/algorithms/random.ts';
import { agreementIn } from './reconstruct/measure.ts';
import { accuracy, ami, ari, macroF1, majority, nmi } from './reconstruct/scores.ts';

const labels = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 2, maxLength: 60 });
/** The same groups under other names. */
const renamed = (groups: readonly string[]) => groups.map((group) => `x${group}`);

describe('scores of what was found again', () => {
  it('are as in the literature', () => {
    const truth = ['a', 'a', 'a', 'b', 'b', 'b'];
    const groups = ['1', '1', '2', '2', '3', '3'];
    // By scikit-learn: adjusted_rand_score, adjusted_mutual_info_score, normalized_mutual_info_score.
    expect(ari(truth, groups)).toBeCloseTo(0.24242, 5);
    expect(ami(truth, groups)).toBeCloseTo(0.29879, 5);
    expect(nmi(truth, groups)).toBeCloseTo(0.5158, 4);
    expect(accuracy(truth, ['a', 'a', 'b', 'b', 'b', null])).toBeCloseTo(4 / 6);
    // a: precision 1, recall 2/3; b: precision 2/3, recall 2/3.
    expect(macroF1(truth, ['a', 'a', 'b', 'b', 'b', null])).toBeCloseTo((0.8 + 2 / 3) / 2);
  });

  it('are 1 for the truth under any names, and the same either way round', () => {
    fc.assert(
      fc.property(labels, (truth) => {
        expect(nmi(truth, renamed(truth))).toBeCloseTo(1);
        expect(ari(truth, renamed(truth))).toBeCloseTo(1);
        expect(ami(truth, renamed(truth))).toBeCloseTo(1);
        expect(accuracy(truth, truth)).toBe(1);
        expect(macroF1(truth, truth)).toBe(1);
      }),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2')), { minLength: 2 }),
        (pairs) => {
          const [truth, groups] = [pairs.map(([name]) => name), pairs.map(([, group]) => group)];
          expect(nmi(truth, groups)).toBeCloseTo(nmi(groups, truth));
          expect(ari(truth, groups)).toBeCloseTo(ari(groups, truth));
          expect(ami(truth, groups)).toBeCloseTo(ami(groups, truth));
          expect(nmi(truth, groups)).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  it('do not reward to leave everybody out, nor to put all into one', () => {
    const truth = Array.from({ length: 90 }, (_, i) => 'abc'[i % 3] ?? '');
    for (const groups of [truth.map(() => null), truth.map(() => 'one')]) {
      expect(nmi(truth, groups)).toBeCloseTo(0);
      expect(ari(truth, groups)).toBeCloseTo(0);
      expect(ami(truth, groups)).toBeCloseTo(0);
    }
    expect(
      accuracy(
        truth,
        truth.map(() => null),
      ),
    ).toBe(0);
  });

  it('give nothing for more groups by chance, where NMI does', () => {
    const random = seededRandom(1);
    const truth = Array.from({ length: 1_000 }, () => 'abcdefg'[Math.floor(7 * random())] ?? '');
    const groups = truth.map(() => String(Math.floor(200 * random())));
    expect(nmi(truth, groups)).toBeGreaterThan(0.1);
    expect(Math.abs(ami(truth, groups))).toBeLessThan(0.02);
  });

  it('give every group the class of most of its members, which no other naming beats', () => {
    fc.assert(
      fc.property(
        labels,
        fc.array(fc.constantFrom('1', '2', null), { minLength: 60, maxLength: 60 }),
        fc.constantFrom('a', 'b', 'c'),
        (truth, drawn, other) => {
          const groups = drawn.slice(0, truth.length);
          const best = majority(truth, groups);
          const by = (name: (group: string) => string | undefined) =>
            accuracy(
              truth,
              groups.map((group) => (group === null ? null : (name(group) ?? null))),
            );
          expect(by((group) => best.get(group))).toBeGreaterThanOrEqual(by(() => other));
        },
      ),
    );
  });
});

it('of one language are those of its texts, as if there were no others', () => {
  const row = (category: string, language: string) => ({ text: '', category, topic: category, language });
  const rows = [row('a', 'en'), row('a', 'de'), row('b', 'en'), row('b', 'de'), row('b', 'en')];
  const scored = { rows, said: ['a', 'b', 'b', 'a', 'a'], grouping: ['1', '1', '2', '1', '1'] };
  const [truth, said, groups] = [
    ['a', 'b', 'b'],
    ['a', 'b', 'a'],
    ['1', '2', '1'],
  ];
  expect(agreementIn('en', scored)).toEqual({
    accuracy: 2 / 3,
    f1: macroF1(truth, said),
    nmi: nmi(truth, groups),
  });
  expect(agreementIn('de', scored)).toMatchObject({ accuracy: 0, f1: 0 });
});
