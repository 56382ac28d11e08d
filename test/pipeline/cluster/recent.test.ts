import { describe, expect, it } from 'vitest';
import { createHnswIndexes } from '../../../src/adapters/vector-index/hnsw.ts';
import { seededRandom } from '../../../src/algorithms/random.ts';
import { dot, toUnit } from '../../../src/domain/vector.ts';
import { type Held, Recent } from '../../../src/pipeline/cluster/recent.ts';
import { createExactIndexes } from '../../support/exact-index.ts';
import { DIMENSION, direction, HOUR, NOON } from '../../support/pipeline-rig.ts';

const recentOf = (buffer = 400, indexes = createExactIndexes()): Recent =>
  new Recent({ loosest: 0.3, minConversations: 2, buffer, maxAgeMs: 24 * HOUR }, indexes, DIMENSION);

let count = 0;
function take(recent: Recent, vector: Float32Array, at = NOON): readonly Held[] {
  const conversation = count++;
  const own = { conversation, account: `u${conversation}`, sketch: `t${conversation}`, at };
  const come = { all: conversation, taken: conversation };
  return recent.take({ ...own, come, homeless: true, panel: true }, vector);
}
/** A little to the side: the more, the further from the axis. */
const aside = (side: number): Float32Array => direction(0, [side]);
const first = (held: readonly Held[]): Held => {
  const [one] = held;
  if (one === undefined) throw new Error('was not taken');
  return one;
};
const conversationsAround = (recent: Recent, centre: Held): number[] =>
  (recent.around(centre)?.near ?? []).map(({ held }) => held.outlier.conversation);
const numberOf = ({ outlier }: Held): number => outlier.conversation;

describe('those who came lately', () => {
  it('are told of who comes, itself first and then the nearest', () => {
    const recent = recentOf();
    const [far, near] = [first(take(recent, aside(0.9))), first(take(recent, aside(0.3)))];
    take(recent, direction(7));
    const touched = take(recent, aside(0));
    expect(touched.slice(1).map(numberOf)).toEqual([near, far].map(numberOf));
    expect(conversationsAround(recent, far)).toEqual([far, near, first(touched)].map(numberOf));
  });

  it('are near each other whoever came first', () => {
    const recent = recentOf();
    const all = [0.1, 0.7, 0.2, 0.5, 0.4, 0.9, 0.3].map((side) => first(take(recent, aside(side))));
    for (const centre of all) {
      const near = recent.near(centre.vector, NOON, 0.3).map(({ held }) => numberOf(held));
      expect(conversationsAround(recent, centre)).toEqual(near);
    }
  });

  it('are the latest of many that say the same, and all of few', () => {
    const recent = recentOf();
    const same = Array.from({ length: 70 }, () => first(take(recent, aside(0))));
    const around = conversationsAround(recent, first(same.slice(-1)));
    expect(around).toEqual(same.slice(-64).reverse().map(numberOf));
    expect(new Set(same.map(({ vector }) => vector)).size).toBe(1);
    const few = Array.from({ length: 3 }, () => first(take(recent, direction(9))));
    expect(conversationsAround(recent, first(few.slice(-1)))).toEqual(few.reverse().map(numberOf));
  });

  it('are those in time of many that say the same, however many that came late are too old by now', () => {
    const recent = recentOf(4_000, createHnswIndexes({ m: 16, efConstruction: 200, efSearch: 64 }));
    take(recent, direction(5), NOON + 4 * HOUR);
    for (let n = 0; n < 100; n++) take(recent, aside(0), NOON - 20 * HOUR + n);
    const same = Array.from({ length: 40 }, () => first(take(recent, aside(0), NOON + 5 * HOUR)));
    expect(conversationsAround(recent, first(same.slice(-1)))).toEqual(same.reverse().map(numberOf));
  });

  it('are found where half of all say the same', () => {
    const random = seededRandom(7);
    const uneven = (about?: Float32Array): Float32Array =>
      toUnit(Array.from({ length: DIMENSION }, (_, d) => random() - 0.5 + 1.2 * (about?.[d] ?? 0)));
    const recent = recentOf(4_000, createHnswIndexes({ m: 16, efConstruction: 200, efSearch: 64 }));
    const [same, ...topics] = Array.from({ length: 100 }, () => uneven());
    const others: { vector: Float32Array; conversation: number }[] = [];
    for (let n = 0; n < 2_000; n++) {
      if (n % 2 === 0) {
        take(recent, same ?? direction(0));
        continue;
      }
      const vector = uneven(topics[n % topics.length]);
      others.push({ vector, conversation: numberOf(first(take(recent, vector))) });
    }
    let found = 0;
    for (const topic of topics) {
      const query = uneven(topic);
      const near = new Set(recent.near(query, NOON, 0.3).map(({ held }) => numberOf(held)));
      const nearest = others.toSorted((a, b) => dot(b.vector, query) - dot(a.vector, query)).slice(0, 10);
      const reached = nearest.filter(({ vector }) => dot(vector, query) >= 0.3);
      found += reached.filter(({ conversation }) => near.has(conversation)).length / reached.length;
    }
    expect(found / topics.length).toBeGreaterThan(0.99);
  });

  it('are remembered when one comes late, which is not where it is older than that', () => {
    const recent = recentOf(8);
    for (let i = 0; i < 4; i++) take(recent, direction(i));
    take(recent, direction(4), NOON - 20 * HOUR);
    take(recent, direction(5), NOON + 10 * HOUR);
    expect(recent.size).toBe(6);
    expect(take(recent, direction(6), NOON - 30 * HOUR)).toEqual([]);
    expect(recent.size).toBe(6);
    take(recent, direction(7), NOON + 25 * HOUR);
    expect(recent.size).toBe(3);
  });

  it('count no longer once they are forgotten, found a cluster, or are a day old', () => {
    const recent = recentOf(4);
    const one = first(take(recent, aside(0)));
    take(recent, direction(3));
    const other = first(take(recent, aside(0.1)));
    expect(conversationsAround(recent, other)).toEqual([other, one].map(numberOf));
    take(recent, direction(4));
    const last = first(take(recent, aside(0.2)));
    expect(one.near).toEqual([]);
    expect(recent.around(one)).toBeNull();
    expect(conversationsAround(recent, other)).toEqual([other, last].map(numberOf));

    recent.claim([numberOf(last)]);
    expect(recent.around(last)).toBeNull();
    expect(recent.around(other)).toBeNull();
    recent.free([numberOf(last)]);
    expect(conversationsAround(recent, other)).toEqual([other, last].map(numberOf));
    take(recent, direction(5), NOON + 25 * HOUR);
    expect(recent.around(other)).toBeNull();
  });

  it('are free again for those, too, who came while they were of a cluster', () => {
    const recent = recentOf();
    const one = first(take(recent, aside(0)));
    recent.claim([numberOf(one)]);
    const other = first(take(recent, aside(0.1)));
    expect(recent.around(other)).toBeNull();
    recent.free([numberOf(one)]);
    expect(conversationsAround(recent, other)).toEqual([other, one].map(numberOf));
  });
});
