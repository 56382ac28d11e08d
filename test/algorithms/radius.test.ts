import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Group, learnRadii } from '../../src/algorithms/radius.ts';
import { seededRandom } from '../../src/algorithms/random.ts';
import { dot, toUnit } from '../../src/domain/vector.ts';

const DIMENSION = 24;
const settings = { falseOutliers: 0.02, prior: 20, floor: -1 };
const random = seededRandom(11);
const normal = () => random() + random() + random() + random() + random() + random() - 3;
const near = (center: readonly number[], noise: number) => toUnit(center.map((x) => x + noise * normal()));
const groupOf = (members: readonly Float32Array[], centroid: Float32Array): Group => ({
  similarity: members.map((member) => dot(member, centroid)),
  weight: members.map(() => 1),
  standsFor: members.map(() => 1),
});
const meanOf = (members: readonly Float32Array[]) =>
  toUnit(Array.from({ length: DIMENSION }, (_, j) => members.reduce((sum, v) => sum + v[j]!, 0)));

describe('1 radii', () => {
  it('leave outside, of conversations that were not there when they were learned, the share that was promised', () => {
    const topics = Array.from({ length: 60 }, (_, i) => ({
      center: Array.from({ length: DIMENSION }, normal),
      noise: 0.3 + 0.01 * i,
      size: 8 + i * 4,
    }));
    const learned = topics.map(({ center, noise, size }) => {
      const members = Array.from({ length: size }, () => near(center, noise));
      const centroid = meanOf(members);
      return { centroid, group: groupOf(members, centroid) };
    });
    const radii = learnRadii(
      learned.map(({ group }) => group),
      settings,
    );
    let outside = 0;
    let all = 0;
    for (const [i, { center, noise }] of topics.entries()) {
      for (let n = 0; n < 400; n++, all++)
        if (dot(near(center, noise), learned[i]!.centroid) < radii[i]!) outside++;
    }
    expect(outside / all).toBeGreaterThan(0.01);
    expect(outside / all).toBeLessThan(0.03);
  });

  it('of clusters that all say the very same reach the next that says it too', () => {
    for (let seed = 0; seed < 50; seed++) {
      const same = toUnit(Array.from({ length: DIMENSION }, normal));
      const members = Array.from({ length: 30 }, () => same);
      const centroid = meanOf(members);
      const [radius = 1] = learnRadii([groupOf(members, centroid)], settings);
      expect(Math.fround(dot(same, centroid))).toBeGreaterThanOrEqual(radius);
    }
  });

  it.each([0.5, 0.9])(
    'keep the promise to all others where %d of all say one thing in one wording',
    (share) => {
      const topics = Array.from({ length: 40 }, () => Array.from({ length: DIMENSION }, normal));
      const learned = topics.map((center) => {
        const members = Array.from({ length: 100 }, () => near(center, 0.4));
        const centroid = meanOf(members);
        return { centroid, group: groupOf(members, centroid) };
      });
      for (const noise of [0, 0.001]) {
        const about = Array.from({ length: DIMENSION }, normal);
        const flood = Array.from({ length: (4_000 * share) / (1 - share) }, () => near(about, noise));
        const radii = learnRadii(
          [...learned.map(({ group }) => group), groupOf(flood, meanOf(flood))],
          settings,
        );
        let outside = 0;
        for (const [i, center] of topics.entries())
          for (let n = 0; n < 100; n++)
            if (dot(near(center, 0.4), learned[i]!.centroid) < radii[i]!) outside++;
        expect(outside / 4_000).toBeGreaterThan(0.01);
        expect(outside / 4_000).toBeLessThan(0.035);
      }
    },
  );

  it('keep the promise where outliers are held whole, and all others stand for many', () => {
    const center = Array.from({ length: DIMENSION }, normal);
    const own = Array.from({ length: 400 }, () => near(center, 0.4));
    const centroid = meanOf(own);
    const plain = groupOf(own, centroid);
    const outliers = Array.from({ length: 60 }, () => dot(near(center, 4), centroid));
    const held = {
      similarity: [...plain.similarity, ...outliers],
      weight: [...own.map(() => 50), ...outliers.map(() => 1)],
    };
    const [promised] = learnRadii([plain], settings);
    const [kept] = learnRadii(
      [{ ...held, standsFor: [...own.map(() => 50), ...outliers.map(() => 0)] }],
      settings,
    );
    const [few] = learnRadii([{ ...held, standsFor: held.weight }], settings);
    const [counted] = learnRadii([{ ...held, standsFor: held.weight.map(() => 1) }], settings);
    expect(Math.abs(kept! - promised!)).toBeLessThan(0.01);
    expect(Math.abs(few! - promised!)).toBeLessThan(0.05);
    expect(counted).toBeLessThan(promised! - 0.2);
  });

  it('of what is made of outliers alone are learned from them', () => {
    const members = Array.from({ length: 30 }, () => near([1, ...Array<number>(DIMENSION - 1).fill(0)], 0.1));
    const others = groupOf(members, meanOf(members));
    const [alone, usual] = learnRadii([{ ...others, standsFor: members.map(() => 0) }, others], settings);
    expect(alone).toBeCloseTo(usual!, 5);
  });

  it('judge each member by the others: a cluster of two does not praise itself', () => {
    const members = [
      near([1, ...Array<number>(DIMENSION - 1).fill(0)], 1),
      near([0, 1, ...Array<number>(DIMENSION - 2).fill(0)], 1),
    ];
    const [found] = learnRadii([groupOf(members, meanOf(members))], { ...settings, prior: 0 });
    expect(found).toBeLessThanOrEqual(dot(members[0]!, members[1]!) + 1e-6);
  });

  it('of small clusters are drawn to the spread of all; of empty ones nothing belongs', () => {
    const wide = Array.from({ length: 500 }, (_, i) => 0.4 + (0.5 * i) / 500);
    const few = [0.95, 0.955, 0.96];
    const groups = [wide, few, []].map((similarity) => ({
      similarity,
      weight: similarity.map(() => 1),
      standsFor: similarity.map(() => 1),
    }));
    const [own, drawn, empty] = learnRadii(groups, settings);
    const [, alone] = learnRadii(groups, { ...settings, prior: 0 });
    expect(own).toBeLessThan(0.45);
    expect(drawn).toBeLessThan(alone!);
    expect(empty).toBe(1);
    expect(learnRadii([], settings)).toEqual([]);
  });

  it('are never below the floor, and numbers for any similarities', () => {
    const groups = fc.array(
      fc.array(
        fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: 1, max: 50, noNaN: true })),
        {
          maxLength: 30,
        },
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(groups, (list) => {
        const told = list.map((rows) => ({
          similarity: rows.map(([s]) => s),
          weight: rows.map(([, w]) => w),
          standsFor: rows.map(([, w], i) => (i % 3 === 0 ? 0 : w)),
        }));
        for (const radius of learnRadii(told, { ...settings, floor: 0.3 }))
          expect(radius).toBeGreaterThanOrEqual(0.3);
      }),
    );
  });
});
