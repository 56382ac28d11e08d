import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/algorithms/random.ts';
import { ari } from './reconstruct/scores.ts';
import { clusterSparse, tfIdf } from './reconstruct/tfidf.ts';

const TOPICS = ['prune garden roses spring', 'fix kitchen tap leaking', 'train puppy biting house'];

describe('k-means on weighted words', () => {
  it('weighs a rare word more than a common one, to vectors of length 1', () => {
    const { rows, size } = tfIdf(['the rose', 'the rose', 'the car', 'the car', 'the car', 'the once']);
    // "once" stands in one text and joins nothing; "the" stands in all and says nothing.
    expect(size).toBe(3);
    for (const { weights } of rows.slice(0, 5)) expect(Math.hypot(...weights)).toBeCloseTo(1);
    const [the, rose] = rows[0]!.weights;
    expect(the).toBeCloseTo(0);
    expect(rose).toBeCloseTo(1);
  });

  it('finds topics that share no words, the same at every run', () => {
    const random = seededRandom(4);
    const truth = Array.from({ length: 120 }, (_, i) => String(i % TOPICS.length));
    const texts = truth.map((topic) => {
      const words = (TOPICS[Number(topic)] ?? '').split(' ');
      return words.filter(() => random() < 0.7).join(' ') || (words[0] ?? '');
    });
    const found = [1, 2, 3].map((seed) => clusterSparse(tfIdf(texts), 6, 20, seed));
    for (const groups of found) expect(ari(truth, Array.from(groups, String))).toBeGreaterThan(0.3);
    const again = clusterSparse(tfIdf(texts), 6, 20, 1);
    expect(again).toEqual(found[0]);
    // No two topics share a cluster.
    const owners = new Map<number, Set<string>>();
    for (const [i, group] of again.entries())
      owners.set(group, (owners.get(group) ?? new Set()).add(truth[i] ?? ''));
    expect([...owners.values()].filter((topics) => topics.size > 1).length).toBeLessThanOrEqual(1);
  });
});
