import { describe, expect, it } from 'vitest';
import { createCentroids } from '../../../src/adapters/vector-index/centroids.ts';
import { seededRandom } from '../../../src/algorithms/random.ts';
import { encodeVector, toUnit } from '../../../src/domain/vector.ts';
import { Nursery } from '../../../src/pipeline/cluster/nursery.ts';
import { createExactIndexes } from '../../support/exact-index.ts';
import {
  DIMENSION,
  HOUR,
  MINUTE,
  makeCluster,
  makeManifest,
  makeSample,
  NOON,
} from '../../support/pipeline-rig.ts';

const BUFFER = 200;
const nurseryOf = (): Nursery =>
  new Nursery({
    newborn: {
      similarity: 0.9,
      loosest: 0.3,
      chance: 3e-6,
      minAccounts: 8,
      minConversations: 10,
      minTemplates: 3,
      buffer: BUFFER,
      maxAgeMs: 24 * HOUR,
    },
    indexes: createExactIndexes(),
    centroids: createCentroids(createExactIndexes()),
    dimension: DIMENSION,
    rebuild: { mergeSimilarity: 0.92, radius: { floor: 0 } },
  });

const random = seededRandom(3);
let count = 0;
function give(into: Nursery, now: number, homeless: boolean): void {
  const conversation = `conversation-${count++}`;
  const vector = encodeVector(toUnit(Array.from({ length: DIMENSION }, () => random() - 0.5)));
  into.take(
    makeSample({ conversation, account: conversation, sketch: conversation, at: now, vector }),
    homeless,
    now,
  );
}

describe('on a fast stream', () => {
  it('members of clusters fill a quarter of the buffer in a minute at most', () => {
    const nursery = nurseryOf();
    for (let i = 0; i < 5_000; i++) give(nursery, NOON, false);
    expect(nursery.size).toBe(BUFFER / 4);
  });

  it('are taken evenly over the minute, once it is known how many there are', () => {
    const nursery = nurseryOf();
    for (let i = 0; i < 5_000; i++) give(nursery, NOON, false);
    const before = nursery.size;
    for (let i = 0; i < 2_500; i++) give(nursery, NOON + MINUTE, false);
    expect(nursery.size - before).toBeGreaterThan(BUFFER / 16);
    expect(nursery.size - before).toBeLessThan(BUFFER / 5);
  });

  it('outliers are all taken', () => {
    const nursery = nurseryOf();
    for (let i = 0; i < 1_000; i++) give(nursery, NOON, false);
    const before = nursery.size;
    for (let i = 0; i < 100; i++) give(nursery, NOON, true);
    expect(nursery.size).toBe(before + 100);
  });

  it('few members are all taken, after a fast minute too', () => {
    const nursery = nurseryOf();
    for (let i = 0; i < 5_000; i++) give(nursery, NOON, false);
    give(nursery, NOON + MINUTE, false);
    const before = nursery.size;
    for (let i = 0; i < 40; i++) give(nursery, NOON + 3 * MINUTE, false);
    expect(nursery.size).toBe(before + 40);
  });
});

describe('those who may found a cluster', () => {
  it('are outliers, and members of the panel, but for a day not those of what is news itself', () => {
    const nursery = nurseryOf();
    const born_at = NOON - HOUR;
    const clusters = [
      makeCluster('c1'),
      makeCluster('c2', { origin: 'newborn', born_at }),
      makeCluster('c3', { origin: 'newborn', born_at: NOON - 30 * HOUR }),
    ];
    nursery.adopt({ manifest: makeManifest(['c1', 'c2', 'c3']), clusters });
    const sample = makeSample({ at: NOON, panel: true });
    const may = [null, 'c1', 'c2', 'c3'].map((cluster) => nursery.isCandidate(sample, cluster));
    expect(may).toEqual([true, true, false, true]);
    expect(nursery.isCandidate(makeSample({ at: NOON, panel: false }), 'c1')).toBe(false);
  });
});
