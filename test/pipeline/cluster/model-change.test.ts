import { afterAll, expect, it } from 'vitest';
import { createOnnxClusterer } from '../../../src/adapters/clusterer/onnx.ts';
import { ClusterRig } from '../../support/cluster-rig.ts';
import { EMBEDDER, SPACE, silentTelemetry } from '../../support/pipeline-rig.ts';

const clusterer = createOnnxClusterer();
afterAll(() => clusterer.stop());

it('a changed embedding model is said once, with both, when the role starts; the same model is not', async () => {
  const notes: unknown[][] = [];
  const telemetry = { ...silentTelemetry(), note: (...told: unknown[]) => void notes.push(told) };
  const rig = new ClusterRig(clusterer);
  await rig.push([0, 1, 2, 3, 4].flatMap((topic) => rig.samples(topic, 45)));
  rig.restart({ telemetry });
  await rig.log.session();
  expect(notes).toEqual([]);
  rig.restart({ telemetry, embedder: 'other:64' });
  await rig.log.session();
  rig.log.kill();
  await rig.log.session();
  const both = { space: SPACE, was: EMBEDDER, is: 'other:64' };
  expect(notes).toEqual([['warn', 'the embedding model has changed: a new cluster space begins', both]]);
});
