import { afterAll, expect, it } from 'vitest';
import { createOnnxClusterer } from '../../src/adapters/clusterer/onnx.ts';
import { ClusterRig } from '../support/cluster-rig.ts';
import { HOUR, NOON } from '../support/pipeline-rig.ts';

const clusterer = createOnnxClusterer();
afterAll(() => clusterer.stop());

it('clusters keep their ids when the process that made them is gone before the next rebuild', async () => {
  const rig = new ClusterRig(clusterer);
  await rig.push([0, 1, 2, 3, 4].flatMap((topic) => rig.samples(topic, 45)));
  const before = new Set(rig.current?.manifest.clusters);
  rig.restart();
  await rig.push([rig.sample(0, { at: NOON + 25 * HOUR })]);
  expect(rig.current?.manifest.generation).toBe(2);
  expect(new Set(rig.current?.manifest.clusters)).toEqual(before);
});
