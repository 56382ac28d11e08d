import { describe, expect, it } from 'vitest';
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
const generation = { manifest: makeManifest(['c1']), clusters: [makeCluster('c1')] };
const nurseryOf = (): Nursery =>
  new Nursery({
    newborn: {
      similarity: 0.9,
      minAccounts: 8,
      minConversations: 10,
      minTemplates: 3,
      buffer: BUFFER,
      maxAgeMs: 24 * HOUR,
    },
    indexes: createExactIndexes(),
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
    generation,
    homeless,
    now,
  );
}

describe('on a fast stream', () => {
  it('members of clusters fill half of the buffer in a minute at most', () => {
    const nursery = nurseryOf();
    for (let i = 0; i < 5_000; i++) give(nursery, NOON, false);
    expect(nursery.size).toBe(BUFFER / 2);
  });

  it('are taken evenly over the minute, once it is known how many there are', () => {
    const nursery = nurseryOf();
    for (let i = 0; i < 5_000; i++) give(nursery, NOON, false);
    nursery.clear();
    for (let i = 0; i < 2_500; i++) give(nursery, NOON + MINUTE, false);
    expect(nursery.size).toBeGreaterThan(BUFFER / 8);
    expect(nursery.size).toBeLessThan(BUFFER / 2.5);
  });

  it('outliers are all taken', () => {
    const nursery = nurseryOf();
    for (let i = 0; i < 1_000; i++) give(nursery, NOON, false);
    nursery.clear();
    for (let i = 0; i < 150; i++) give(nursery, NOON, true);
    expect(nursery.size).toBe(150);
  });

  it('few members are all taken, after a fast minute too', () => {
    const nursery = nurseryOf();
    for (let i = 0; i < 5_000; i++) give(nursery, NOON, false);
    give(nursery, NOON + MINUTE, false);
    nursery.clear();
    for (let i = 0; i < 40; i++) give(nursery, NOON + 3 * MINUTE, false);
    expect(nursery.size).toBe(40);
  });
});
