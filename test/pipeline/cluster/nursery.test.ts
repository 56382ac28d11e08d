import { describe, expect, it } from 'vitest';
import { createCentroids } from '../../../src/adapters/vector-index/centroids.ts';
import { createHnswIndexes } from '../../../src/adapters/vector-index/hnsw.ts';
import { seededRandom } from '../../../src/algorithms/random.ts';
import { encodeVector, toUnit } from '../../../src/domain/vector.ts';
import { type Expected, Nursery } from '../../../src/pipeline/cluster/nursery.ts';
import { SampleWindow } from '../../../src/pipeline/cluster/window.ts';
import { createExactIndexes } from '../../support/exact-index.ts';
import {
  DIMENSION,
  direction,
  HOUR,
  MINUTE,
  makeCluster,
  makeManifest,
  makeSample,
  NOON,
  silentTelemetry,
} from '../../support/pipeline-rig.ts';

const BUFFER = 200;
const nurseryOf = (indexes = createExactIndexes()): Nursery =>
  new Nursery({
    telemetry: silentTelemetry(),
    newborn: {
      similarity: 0.6,
      loosest: 0.3,
      chance: 1e-6,
      minAccounts: 8,
      minConversations: 10,
      minTemplates: 3,
      buffer: BUFFER,
      maxAgeMs: 24 * HOUR,
    },
    indexes,
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
    homeless ? null : 'c1',
    now,
  );
}

describe('on a fast stream', () => {
  it('members of clusters fill a quarter of the buffer in a minute, and half of that at one go', () => {
    const nursery = nurseryOf();
    for (let i = 0; i < 5_000; i++) give(nursery, NOON, false);
    expect(nursery.size).toBe(BUFFER / 8);
    for (let i = 1; i <= 5_000; i++) give(nursery, NOON + (i / 5_000) * (MINUTE - 1), false);
    expect(nursery.size).toBeGreaterThan((BUFFER * 2) / 8);
    expect(nursery.size).toBeLessThanOrEqual((BUFFER * 3) / 8);
  });

  it('are taken from the first to the last second of a minute that becomes fast', () => {
    const nursery = nurseryOf();
    const sizes = Array.from({ length: 4 }, (_, quarter) => {
      for (let i = 0; i < 1_000; i++) give(nursery, NOON + ((quarter + i / 1_000) * MINUTE) / 4, false);
      return nursery.size;
    });
    for (const [quarter, size] of sizes.entries()) {
      if (quarter > 0) expect(size - (sizes[quarter - 1] ?? 0)).toBeGreaterThan(BUFFER / 32);
    }
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
    for (let i = 0; i < 20; i++) give(nursery, NOON + 3 * MINUTE, false);
    expect(nursery.size).toBe(before + 20);
  });
});

describe('those who are remembered', () => {
  const born_at = NOON - HOUR;
  const generation = {
    manifest: makeManifest(['c1', 'c2', 'c3']),
    clusters: [
      makeCluster('c1'),
      makeCluster('c2', { origin: 'newborn', born_at }),
      makeCluster('c3', { origin: 'newborn', born_at: NOON - 30 * HOUR }),
    ],
  };
  const remembered = (panel: boolean, cluster: string | null): number => {
    const nursery = nurseryOf();
    nursery.adopt(generation);
    nursery.take(makeSample({ at: NOON, panel }), cluster, NOON);
    return nursery.size;
  };

  it('are outliers, and members of the panel, but for a day not those of what is news itself', () => {
    expect([null, 'c1', 'c2', 'c3'].map((cluster) => remembered(true, cluster))).toEqual([1, 1, 0, 1]);
    expect([null, 'c1', 'c2', 'c3'].map((cluster) => remembered(false, cluster))).toEqual([1, 0, 0, 0]);
  });

  it('are so once, whatever snapshots come of a conversation', () => {
    const nursery = nurseryOf();
    for (let version = 1; version < 5; version++) nursery.take(makeSample({ at: NOON, version }), null, NOON);
    expect(nursery.size).toBe(1);
  });
});

describe('what gathers against the past', () => {
  const DAY = 24 * HOUR;
  const TOPIC = 50;
  const known = {
    manifest: makeManifest(['c1']),
    clusters: [makeCluster('c1', { centroid: encodeVector(direction(1)) })],
  };
  /** A thousand of usual traffic, older than a day. */
  const pastWindow = (): SampleWindow => {
    const window = new SampleWindow({ cap: 5_000, windowMs: 28 * DAY, dimension: DIMENSION });
    for (let n = 0; n < 1_000; n++) {
      const [conversation, account] = [`old-${n}`, `o${n}`];
      window.add(makeSample({ conversation, account, at: NOON, vector: encodeVector(direction(n % 40)) }), n);
    }
    return window;
  };
  const near = (axis: number): string =>
    encodeVector(
      direction(
        axis,
        Array.from({ length: 40 }, () => (random() - 0.5) * 0.4),
      ),
    );
  /** Of a topic, and nine times as many of usual traffic. */
  function come(
    nursery: Nursery,
    axis: number,
    topic: number,
    now: number,
    cluster: string | null = null,
  ): void {
    for (let n = 0; n < topic * 10; n++) {
      const conversation = `conversation-${count++}`;
      const vector = n % 10 === 0 ? near(axis) : encodeVector(direction(2 + (n % 38)));
      nursery.take(
        makeSample({ conversation, account: conversation, sketch: conversation, at: now, vector }),
        cluster,
        now,
      );
    }
  }
  function take(
    nursery: Nursery,
    vector: Float32Array,
    { at, cluster = null }: { at: number; cluster?: string | null },
  ): void {
    const conversation = `conversation-${count++}`;
    const own = { conversation, account: conversation, sketch: conversation };
    nursery.take(makeSample({ ...own, at, vector: encodeVector(vector) }), cluster, at);
  }
  /** Between the topic's middle and what is usual. */
  const onTheEdge = (usual: number): Float32Array => {
    const [middle, other] = [direction(TOPIC), direction(usual)];
    return toUnit(Array.from(middle, (x, d) => 0.55 * x + 0.835 * (other[d] ?? 0)));
  };
  const LATER = NOON + 2 * DAY;
  const firstOf = (nursery: Nursery): Expected | undefined => nursery.first;

  it('founds a cluster, and who comes then joins it', async () => {
    const [nursery, window] = [nurseryOf(), pastWindow()];
    come(nursery, TOPIC, 15, LATER);
    nursery.adopt(known);
    await nursery.settle(window, LATER);
    const expected = nursery.first;
    expect(expected?.newborn.centroid[TOPIC]).toBeGreaterThan(0.9);
    const joined = expected?.more.length ?? 0;
    expect((expected?.newborn.founders.length ?? 0) + joined).toBe(15);
    come(nursery, TOPIC, 5, LATER);
    nursery.adopt(known);
    await nursery.settle(window, LATER);
    expect(nursery.first?.more.length).toBe(joined + 5);
    nursery.born();
    expect(nursery.first).toBeUndefined();
  });

  it('founds none where as many came before, unless they are outliers: the window has the last word', async () => {
    const [nursery, window] = [nurseryOf(), pastWindow()];
    nursery.adopt(known);
    come(nursery, 5, 15, LATER, 'c1');
    await nursery.settle(window, LATER);
    expect(firstOf(nursery)).toBeUndefined();
    come(nursery, 5, 15, LATER);
    await nursery.settle(window, LATER);
    expect(firstOf(nursery)).toBeDefined();
  });

  it.each([1, 2, 3, 4, 5])(
    'founds none of those that say the very same as many did before, nor is looked at again at once (%i)',
    async (seed) => {
      const uneven = seededRandom(seed);
      const same = toUnit(Array.from({ length: DIMENSION }, () => uneven() - 0.5));
      const nursery = nurseryOf(createHnswIndexes({ m: 16, efConstruction: 100, efSearch: 100 }));
      const window = pastWindow();
      for (let n = 0; n < 30; n++)
        window.add(makeSample({ conversation: `same-${n}`, at: NOON, vector: encodeVector(same) }), n);
      nursery.adopt(known);
      for (let n = 0; n < 20; n++) take(nursery, same, { at: LATER, cluster: 'c1' });
      await nursery.settle(window, LATER);
      expect(firstOf(nursery)).toBeUndefined();
      for (let n = 0; n < 20; n++) take(nursery, same, { at: LATER });
      await nursery.settle(window, LATER);
      expect(firstOf(nursery)?.newborn.founders.length).toBeGreaterThan(10);
      while (firstOf(nursery) !== undefined) nursery.dismiss(LATER);
      take(nursery, same, { at: LATER });
      await nursery.settle(window, LATER);
      expect(firstOf(nursery)).toBeUndefined();
    },
  );

  it('is found around one that came before, where those who came since lie on its edge, each amid others', async () => {
    const [nursery, window] = [nurseryOf(), pastWindow()];
    nursery.adopt(known);
    take(nursery, direction(TOPIC), { at: LATER });
    for (let edge = 2; edge < 11; edge++) {
      expect(firstOf(nursery)).toBeUndefined();
      take(nursery, onTheEdge(edge), { at: LATER });
      for (let usual = 20; usual < 29; usual++) take(nursery, direction(usual), { at: LATER });
      await nursery.settle(window, LATER);
    }
    expect(firstOf(nursery)?.newborn.founders).toHaveLength(10);
    expect(firstOf(nursery)?.newborn.centroid[TOPIC]).toBeGreaterThan(0.8);
  });

  it('founds none where chance brings as many, whoever comes to one that first came to nobody', async () => {
    const [nursery, window] = [nurseryOf(), pastWindow()];
    nursery.adopt(known);
    take(nursery, direction(TOPIC), { at: LATER });
    for (let n = 0; n < 2_000; n++) take(nursery, direction(2 + (n % 38)), { at: LATER, cluster: 'c1' });
    for (let edge = 2; edge < 14; edge++) take(nursery, onTheEdge(edge), { at: LATER });
    await nursery.settle(window, LATER);
    expect(firstOf(nursery)).toBeUndefined();
  });

  it('founds none that is known, but may found one elsewhere', async () => {
    const [nursery, window] = [nurseryOf(), pastWindow()];
    const knows = { ...known, clusters: [makeCluster('c1', { centroid: encodeVector(direction(TOPIC)) })] };
    come(nursery, TOPIC, 15, LATER);
    nursery.adopt(knows);
    await nursery.settle(window, LATER);
    expect(nursery.first).toBeUndefined();
    come(nursery, TOPIC, 1, LATER);
    nursery.adopt(known);
    await nursery.settle(window, LATER);
    expect(nursery.first?.newborn.founders.length).toBeGreaterThanOrEqual(15);
  });

  it('is looked at again two hours after it was no news, with those who came before', async () => {
    const [nursery, window] = [nurseryOf(), pastWindow()];
    come(nursery, TOPIC, 15, LATER);
    nursery.adopt(known);
    await nursery.settle(window, LATER);
    while (firstOf(nursery) !== undefined) nursery.dismiss(LATER);
    come(nursery, TOPIC, 2, LATER + HOUR);
    nursery.adopt(known);
    await nursery.settle(window, LATER + HOUR);
    expect(firstOf(nursery)).toBeUndefined();
    come(nursery, TOPIC, 2, LATER + 3 * HOUR);
    nursery.adopt(known);
    await nursery.settle(window, LATER + 3 * HOUR);
    expect(firstOf(nursery)?.newborn.founders.length).toBeGreaterThan(4);
  });

  it('without a past is found among outliers that lie close together', async () => {
    const nursery = nurseryOf();
    const window = new SampleWindow({ cap: 100, windowMs: 28 * DAY, dimension: DIMENSION });
    come(nursery, TOPIC, 15, LATER);
    nursery.adopt(known);
    await nursery.settle(window, LATER);
    expect(nursery.first?.newborn.centroid[TOPIC]).toBeGreaterThan(0.9);
  });
});
