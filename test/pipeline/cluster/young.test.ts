import { describe, expect, it } from 'vitest';
import { encodeVector } from '../../../src/domain/vector.ts';
import { staleOf } from '../../../src/pipeline/cluster/patch.ts';
import { rebuild } from '../../../src/pipeline/cluster/rebuild.ts';
import { SampleWindow } from '../../../src/pipeline/cluster/window.ts';
import type { ClusteringRequest } from '../../../src/ports/clusterer.ts';
import { createGivenClusterer } from '../../support/given-clusterer.ts';
import {
  DIMENSION,
  direction,
  HOUR,
  makeCluster,
  makeManifest,
  makeSample,
  NOON,
  SPACE,
} from '../../support/pipeline-rig.ts';

function windowOf(cluster: string, size: number): SampleWindow {
  const window = new SampleWindow({ cap: 1_000, windowMs: 28 * 24 * HOUR, dimension: DIMENSION });
  for (let i = 0; i < size; i++)
    window.add(makeSample({ conversation: `k${i}`, account: `u${i}`, cluster }), i);
  return window;
}

describe('a cluster born since the last rebuild', () => {
  const label = { name: 'x', description: 'x', by: 'offline' as const, audit: 5 };

  it.each([
    ['is counted and named again when it has doubled, whatever it was born as', 'rebuild', NOON + HOUR, 1],
    ['as a piece of news too', 'newborn', NOON + HOUR, 1],
    ['is not, once a rebuild has seen it', 'rebuild', NOON, 0],
  ] as const)('%s: %s', async (_, origin, bornAt, count) => {
    const record = makeCluster('c1', { origin, born_at: bornAt, conversations: 12, accounts: 12, label });
    const generation = { manifest: makeManifest(['c1'], {}), clusters: [record] };
    const thresholds = { minAccounts: 8, minConversations: 10, minAudit: 3 };
    expect(await staleOf(windowOf('c1', 24), generation, thresholds, NOON)).toHaveLength(count);
    expect(await staleOf(windowOf('c1', 20), generation, thresholds, NOON)).toEqual([]);
  });

  it('has a place where a rebuild begins, though there are as many larger ones as there may be', async () => {
    const clusters = [
      makeCluster('c1', { conversations: 900, centroid: encodeVector(direction(0)) }),
      makeCluster('c2', { conversations: 800, centroid: encodeVector(direction(1)) }),
      makeCluster('c3', { conversations: 10, generation: 2, centroid: encodeVector(direction(2)) }),
    ];
    const manifest = makeManifest(['c1', 'c2', 'c3'], { generation: 2, full: 1, type: 'patch' });
    const asked: ClusteringRequest[] = [];
    const given = createGivenClusterer([[direction(0)]]);
    const clusterer = {
      ...given,
      cluster(request: ClusteringRequest) {
        asked.push(request);
        return given.cluster(request);
      },
    };
    const window = windowOf('c1', 30);
    const settings = {
      membersPerCluster: 10,
      smallest: 2,
      minClusters: 1,
      maxClusters: 2,
      iterations: 3,
      mergeSimilarity: 0.95,
      seed: 1,
      radius: { falseOutliers: 0.02, prior: 20, floor: 0.3 },
    };
    const previous = { manifest, clusters };
    const slots = [...window.slots()];
    const numbers = { next: 4 };
    await rebuild({ space: SPACE, window, slots, previous, numbers, clusterer, settings });
    const { initial } = asked[0]!;
    const rows = Array.from({ length: initial?.rows ?? 0 }, (_, row) => [
      ...(initial?.data.subarray(row * DIMENSION, (row + 1) * DIMENSION) ?? []),
    ]);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toEqual([...direction(2)]);
    expect(rows[1]).toEqual([...direction(0)]);
  });
});
