import { describe, expect, it } from 'vitest';
import { Nearness } from '../../src/algorithms/nearness.ts';
import { seededRandom } from '../../src/algorithms/random.ts';
import { toUnit } from '../../src/domain/vector.ts';

const DIMENSION = 64;
const random = seededRandom(3);
const direction = () => toUnit(Float32Array.from({ length: DIMENSION }, () => random() - 0.5));
const beside = (center: Float32Array, far: number) => {
  const other = direction();
  return toUnit(center.map((x, i) => x + far * (other[i] ?? 0)));
};

/** Twenty topics of ten clusters each. */
const topics = Array.from({ length: 20 }, direction);
const clusters = topics.flatMap((topic, t) =>
  Array.from({ length: 10 }, (_, i): [string, Float32Array] => [`t${t}-${i}`, beside(topic, 0.5)]),
);

function among(of: typeof clusters): Nearness {
  const nearness = new Nearness();
  for (const _ of nearness.replace(of));
  return nearness;
}

describe('nearness', () => {
  it('is of clusters of one topic, and not of two', () => {
    const nearness = among(clusters);
    let [together, apart] = [0, 0];
    for (const [a] of clusters) {
      for (const [b] of clusters) {
        if (a === b || !nearness.near(a, b)) continue;
        if (a.split('-')[0] === b.split('-')[0]) together++;
        else apart++;
      }
    }
    // A fiftieth of the pairs, where a twentieth are of one topic.
    expect(together / (clusters.length * (clusters.length - 1))).toBeGreaterThan(0.012);
    expect(apart).toBe(0);
  });

  it('takes one that comes later by the same bound', () => {
    const nearness = among(clusters);
    nearness.add('late', beside(topics[3] ?? direction(), 0.1));
    expect(clusters.filter(([id]) => nearness.near('late', id)).map(([id]) => id.split('-')[0])).toContain(
      't3',
    );
    expect(nearness.near('late', 't4-0')).toBe(false);
    expect(nearness.near('late', 'unknown')).toBe(false);
  });

  it('says the same after a restart', () => {
    const nearness = among(clusters);
    nearness.add('late', beside(topics[3] ?? direction(), 0.1));
    const again = new Nearness();
    for (const chunk of JSON.parse(JSON.stringify([...nearness.chunks()]))) again.restore(chunk);
    const ids = [...clusters.map(([id]) => id), 'late'];
    for (const a of ids) for (const b of ids) expect(again.near(a, b)).toBe(nearness.near(a, b));
  });

  it('knows nothing near among a few', () => {
    const nearness = among(clusters.slice(0, 8));
    expect(nearness.near('t0-0', 't0-1')).toBe(false);
  });
});
