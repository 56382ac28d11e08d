import { afterAll, expect, it } from 'vitest';
import { createOnnxClusterer } from '../../src/adapters/clusterer/onnx.ts';
import { ClusterRig } from '../support/cluster-rig.ts';

const clusterer = createOnnxClusterer();
afterAll(() => clusterer.stop());

it('a topic that comes a hundred times in one batch makes one cluster', async () => {
  const rig = new ClusterRig(clusterer);
  await rig.push([0, 1, 2, 3, 4].flatMap((topic) => rig.samples(topic, 45)));
  const before = rig.current?.clusters.length ?? 0;
  await rig.push(rig.samples(6, 120));
  expect(rig.current?.clusters).toHaveLength(before + 1);
});
