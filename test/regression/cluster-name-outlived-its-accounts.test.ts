import { afterAll, expect, it } from 'vitest';
import { createOnnxClusterer } from '../../src/adapters/clusterer/onnx.ts';
import { ClusterRig } from '../support/cluster-rig.ts';
import { HOUR, NOON } from '../support/pipeline-rig.ts';

const clusterer = createOnnxClusterer();
afterAll(() => clusterer.stop());

it('a cluster that fell below the minimum of accounts has no name in the next generation, though its members stayed', async () => {
  const rig = new ClusterRig(clusterer, { windowMs: 24 * HOUR });
  const many = (topic: number) => rig.samples(topic, 50, { at: NOON + 20 * HOUR });
  const shrinking = rig.samples(4, 30).map((sample, i) => ({
    ...sample,
    // Seven accounts talk on; the eighth is gone with the window.
    account: `few${i % 8}`,
    at: i % 8 === 7 ? NOON : NOON + 20 * HOUR,
  }));
  await rig.push([...shrinking, ...[0, 1, 2, 3].flatMap(many)]);
  const named = rig.current?.clusters.find(({ accounts }) => accounts === 8);
  expect(named?.label).not.toBeNull();
  await rig.push([rig.sample(0, { at: NOON + 44 * HOUR })]);
  expect(rig.current?.manifest.generation).toBe(2);
  const after = rig.current?.clusters.find(({ id }) => id === named?.id);
  expect(after).toMatchObject({ accounts: 7, label: null });
});
