import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/algorithms/random.ts';
import { dot, toUnit, type UnitVector } from '../../src/domain/vector.ts';
import type { VectorIndex, VectorIndexFactory } from '../../src/ports/vector-index.ts';

const DIMENSION = 64;

/** Unit vectors in loose groups, as embeddings of topics are. */
function groupedVectors(count: number, groups: number, seed: number): UnitVector[] {
  const random = seededRandom(seed);
  const noise = () => random() + random() + random() - 1.5;
  const centers = Array.from({ length: groups }, () => Array.from({ length: DIMENSION }, noise));
  return Array.from({ length: count }, (_, i) =>
    toUnit((centers[i % groups] ?? []).map((x) => x + 0.6 * noise())),
  );
}

/** The best index by comparing with all. */
function trulyNearest(vectors: readonly UnitVector[], query: UnitVector): number {
  let best = -1;
  let bestSimilarity = -Infinity;
  vectors.forEach((vector, index) => {
    const similarity = dot(vector, query);
    if (similarity > bestSimilarity) [best, bestSimilarity] = [index, similarity];
  });
  return best;
}

/** What every VectorIndexFactory promises. */
export function vectorIndexContract(name: string, factory: VectorIndexFactory): void {
  const filled = (vectors: readonly UnitVector[], capacity = vectors.length): VectorIndex => {
    const index = factory.create({ dimension: DIMENSION, capacity });
    for (const vector of vectors) index.add(vector);
    return index;
  };

  describe(`the ${name} index`, () => {
    it('holds nothing when it is new', () => {
      const index = filled([], 4);
      expect(index.size).toBe(0);
      expect(index.nearest(toUnit(new Array(DIMENSION).fill(1)), 2)).toEqual([]);
    });

    it('numbers vectors in the order they are added', () => {
      const vectors = groupedVectors(40, 40, 1);
      const index = filled(vectors);
      expect(index.size).toBe(40);
      expect(vectors.map((vector) => index.nearest(vector, 1)[0]?.index)).toEqual(vectors.map((_, i) => i));
    });

    it('answers with cosine similarity, best first', () => {
      const vectors = groupedVectors(200, 20, 2);
      const index = filled(vectors);
      for (const query of groupedVectors(20, 20, 2)) {
        const found = index.nearest(query, 10);
        expect(found).toHaveLength(10);
        found.forEach((neighbour, i) => {
          expect(neighbour.similarity).toBeCloseTo(dot(query, vectors[neighbour.index]!), 5);
          if (i > 0) expect(neighbour.similarity).toBeLessThanOrEqual(found[i - 1]!.similarity);
        });
        expect(new Set(found.map((neighbour) => neighbour.index)).size).toBe(10);
      }
    });

    it('answers with fewer when it holds fewer', () => {
      expect(filled(groupedVectors(3, 3, 3), 100).nearest(groupedVectors(1, 1, 4)[0]!, 10)).toHaveLength(3);
    });

    it('grows beyond the capacity it was made for', () => {
      const vectors = groupedVectors(100, 100, 5);
      const index = filled(vectors, 3);
      expect(index.size).toBe(100);
      expect(index.nearest(vectors[77]!, 1)[0]?.index).toBe(77);
    });

    it('keeps no hold on the vectors it was given', () => {
      const vector = groupedVectors(1, 1, 6)[0]!;
      const query = vector.slice();
      const index = filled([vector]);
      vector.fill(0);
      expect(index.nearest(query, 1)[0]?.similarity).toBeCloseTo(1, 5);
    });

    it('gives the same answers when built the same way', () => {
      const vectors = groupedVectors(300, 10, 7);
      const [one, other] = [filled(vectors), filled(vectors)];
      for (const query of groupedVectors(20, 10, 8))
        expect(one.nearest(query, 3)).toEqual(other.nearest(query, 3));
    });

    it('finds the true nearest of 1,000 vectors in at least 99 of 100 look-ups', () => {
      // Both from the same groups: what is looked up is like what is held.
      const drawn = groupedVectors(1_500, 50, 9);
      const [vectors, queries] = [drawn.slice(0, 1_000), drawn.slice(1_000)];
      const index = filled(vectors);
      const hits = queries.filter(
        (query) => index.nearest(query, 1)[0]?.index === trulyNearest(vectors, query),
      );
      expect(hits.length / queries.length).toBeGreaterThanOrEqual(0.99);
    });

    it('refuses a vector of another dimension by name', () => {
      const index = filled(groupedVectors(1, 1, 11));
      const short = toUnit([1, 0]);
      expect(() => index.add(short)).toThrow(expect.objectContaining({ code: 'wrong-dimension', value: 2 }));
      expect(() => index.nearest(short, 1)).toThrow(expect.objectContaining({ code: 'wrong-dimension' }));
    });
  });
}
