import { afterAll, describe, expect, it } from 'vitest';
import { createOnnxClusterer } from '../../../src/adapters/clusterer/onnx.ts';
import type { Generation } from '../../../src/domain/generation.ts';
import { Drift } from '../../../src/pipeline/cluster/drift.ts';
import { ClusterRig } from '../../support/cluster-rig.ts';
import { HOUR, makeCluster, NOON } from '../../support/pipeline-rig.ts';

const member = (change: { similarity?: number; margin?: number; panel?: boolean } = {}) => ({
  cluster: 'c1',
  similarity: 0.8,
  margin: 0.3,
  panel: true,
  ...change,
});
const outlier = (panel = true) => ({ cluster: null, similarity: 0.2, margin: 0, panel });

describe('drift since a rebuild', () => {
  it('is the share of outliers among the sample by account, whatever outliers come besides', () => {
    const drift = new Drift();
    for (let i = 0; i < 98; i++) drift.count(member());
    for (let i = 0; i < 2; i++) drift.count(outlier());
    for (let i = 0; i < 400; i++) drift.count(outlier(false));
    expect(drift).toMatchObject({ since: 100, outlierRate: 0.02 });
  });

  it('is how much further members lie from their clusters', () => {
    const drift = new Drift();
    const clusters = [
      makeCluster('c1', { conversations: 300, mean_similarity: 0.9 }),
      makeCluster('c2', { conversations: 100, mean_similarity: 0.7 }),
    ];
    expect(drift.similarityDrop(null)).toBe(0);
    expect(drift.similarityDrop({ clusters } as unknown as Generation)).toBe(0);
    for (let i = 0; i < 10; i++) drift.count(member());
    drift.count(outlier());
    expect(drift.similarityDrop({ clusters } as unknown as Generation)).toBeCloseTo(0.1);
    for (let i = 0; i < 30; i++) drift.count({ ...member(), cluster: 'c2', similarity: 0.7 });
    expect(drift.similarityDrop({ clusters } as unknown as Generation)).toBeCloseTo(0.1 / 4);
  });

  it('is none where one wording floods or ends, and the others lie where they lay', () => {
    const drift = new Drift();
    const clusters = [
      makeCluster('c1', { conversations: 700, mean_similarity: 0.6 }),
      makeCluster('flood', { conversations: 300, mean_similarity: 1 }),
    ];
    for (let i = 0; i < 100; i++) drift.count(member({ similarity: 0.6 }));
    expect(drift.similarityDrop({ clusters } as unknown as Generation)).toBeCloseTo(0);
    for (let i = 0; i < 100; i++) drift.count({ ...member(), cluster: 'flood', similarity: 1 });
    expect(drift.similarityDrop({ clusters } as unknown as Generation)).toBeCloseTo(0);
  });

  it('is how many more of them lie between two clusters than when these were fresh', () => {
    const drift = new Drift();
    const give = (count: number, ambiguous: number) => {
      for (let i = 0; i < count; i++) drift.count(member({ margin: i < ambiguous ? 0.01 : 0.3 }));
    };
    give(500, 50);
    give(499, 499);
    // Too few to say.
    expect(drift.ambiguityRise).toBe(0);
    give(1, 0);
    expect(drift.ambiguityRise).toBeCloseTo(499 / 500 - 0.1);
  });
});

describe('clusters are made anew for drift', () => {
  const clusterer = createOnnxClusterer();
  afterAll(() => clusterer.stop());

  const schedule = { firstAt: 200, rebuildMs: 24 * HOUR, growth: 20, minGapMs: 2 * HOUR };
  const never = { outlierRate: 1, similarityDrop: 2, ambiguityRise: 2 };
  async function fiveTopics(drift: Partial<typeof never>): Promise<ClusterRig> {
    const rig = new ClusterRig(clusterer, { schedule: { ...schedule, ...never, ...drift } });
    await rig.push([0, 1, 2, 3, 4].flatMap((topic) => rig.samples(topic, 50)));
    expect(rig.current?.manifest).toMatchObject({ generation: 1, type: 'full' });
    return rig;
  }
  const cluster = (rig: ClusterRig) => rig.current?.clusters[0]?.id ?? '';

  it.each([
    ['outliers', { outlierRate: 0.15 }, { cluster: null, similarity: 0.1 }],
    ['members that lie further off', { similarityDrop: 0.06 }, { similarity: 0.3 }],
  ])('when there were many %s, also those of before a restart', async (_, drift, sample) => {
    const rig = await fiveTopics(drift);
    const home = { cluster: cluster(rig) };
    // Each to its own side, so that they found nothing.
    const scattered = Array.from({ length: 190 }, (_item, i) =>
      rig.sample(10 + (i % 40), { ...home, ...sample, account: `one${i % 3}` }),
    );
    await rig.push(scattered);
    rig.restart();
    const later = { ...home, at: NOON + 3 * HOUR };
    await rig.push([...rig.samples(0, 9, later)]);
    expect(rig.current?.manifest.full).toBe(1);
    await rig.push(rig.samples(0, 1, later));
    expect(rig.current?.manifest.full).toBeGreaterThan(1);
  });
});
