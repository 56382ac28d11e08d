import { afterAll, expect, it } from 'vitest';
import { createOnnxClusterer } from '../../src/adapters/clusterer/onnx.ts';
import { ClusterRig } from '../support/cluster-rig.ts';

const clusterer = createOnnxClusterer();
afterAll(() => clusterer.stop());

it('a changed embedder uses no id and no generation number again: detect would count new clusters as the old ones', async () => {
  const rig = new ClusterRig(clusterer);
  await rig.push([0, 1, 2, 3, 4].flatMap((topic) => rig.samples(topic, 45)));
  const before = rig.current?.manifest;
  rig.restart({ embedder: 'other:64' });
  await rig.push([0, 1, 2, 3, 4].flatMap((topic) => rig.samples(topic, 45, { embedder: 'other:64' })));
  const after = rig.current?.manifest;
  expect(after?.embedder).toBe('other:64');
  expect(after?.generation).toBeGreaterThan(before?.generation ?? 0);
  expect(after?.clusters.filter((id) => before?.clusters.includes(id))).toEqual([]);
});
