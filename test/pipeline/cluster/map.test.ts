import { afterAll, describe, expect, it } from 'vitest';
import { createOnnxClusterer } from '../../../src/adapters/clusterer/onnx.ts';
import { placeOfNewborn } from '../../../src/pipeline/cluster/map.ts';
import { ClusterRig } from '../../support/cluster-rig.ts';
import { direction, HOUR, makeCluster, NOON } from '../../support/pipeline-rig.ts';

const clusterer = createOnnxClusterer();
afterAll(() => clusterer.stop());

async function firstGeneration(): Promise<ClusterRig> {
  const rig = new ClusterRig(clusterer);
  await rig.push([0, 1, 2, 3, 4].flatMap((topic) => rig.samples(topic, 50)));
  return rig;
}

describe('the map', () => {
  it('gives every cluster of a rebuild a place', async () => {
    const rig = await firstGeneration();
    const clusters = rig.current?.clusters ?? [];
    expect(clusters.length).toBeGreaterThanOrEqual(4);
    for (const { x, y } of clusters) expect(Number.isFinite(x) && Number.isFinite(y)).toBe(true);
  });

  it('keeps places over a rebuild', async () => {
    const rig = await firstGeneration();
    const before = new Map(rig.current?.clusters.map((cluster) => [cluster.id, cluster]));
    const first = rig.current?.manifest.full;
    await rig.push([0, 1, 2, 3, 4].flatMap((topic) => rig.samples(topic, 20, { at: NOON + 48 * HOUR })));
    expect(rig.current?.manifest.full).not.toBe(first);
    const shared = (rig.current?.clusters ?? []).filter(({ id }) => before.has(id));
    expect(shared.length).toBeGreaterThanOrEqual(4);
    const xs = [...before.values()].map(({ x }) => x ?? 0);
    const ys = [...before.values()].map(({ y }) => y ?? 0);
    const width = Math.hypot(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
    for (const { id, x, y } of shared) {
      const old = before.get(id);
      expect(Math.hypot((x ?? 0) - (old?.x ?? 0), (y ?? 0) - (old?.y ?? 0))).toBeLessThan(0.2 * width);
    }
  });

  it('gives a newborn a place at once, and moves no other', async () => {
    const rig = await firstGeneration();
    const before = rig.current?.clusters ?? [];
    await rig.push(rig.samples(5, 30));
    const after = rig.current?.clusters ?? [];
    expect(rig.current?.manifest.type).toBe('patch');
    expect(after.length).toBe(before.length + 1);
    expect(Number.isFinite(after.at(-1)?.x)).toBe(true);
    expect(after.slice(0, -1).map(({ x, y }) => [x, y])).toEqual(before.map(({ x, y }) => [x, y]));
  });

  it('puts a newborn nearest to the cluster most like it', () => {
    const clusters = [
      makeCluster('c1', { x: 0, y: 0 }),
      makeCluster('c2', { x: 10, y: 0 }),
      makeCluster('c3', { x: 0, y: 10 }),
    ];
    const place = placeOfNewborn({ clusters }, 'c9', direction(2, [0, 0.3]));
    expect(Math.hypot((place?.x ?? 99) - 10, place?.y ?? 99)).toBeLessThan(3);
  });

  it('has no place for a newborn where a generation of before has no map', () => {
    const clusters = [makeCluster('c1')];
    expect(placeOfNewborn({ clusters }, 'c9', direction(2))).toBeNull();
  });
});
