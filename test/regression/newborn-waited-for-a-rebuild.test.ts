import { afterAll, expect, it } from 'vitest';
import { createOnnxClusterer } from '../../src/adapters/clusterer/onnx.ts';
import { generationRecordSchema } from '../../src/domain/generation.ts';
import { ClusterRig } from '../support/cluster-rig.ts';
import { TOPICS } from '../support/pipeline-rig.ts';

const clusterer = createOnnxClusterer();
afterAll(() => clusterer.stop());

it('what has been found to be new is told before a rebuild that is due as well', async () => {
  const rig = new ClusterRig(clusterer);
  const topics = (count: number) => [0, 1, 2, 3, 4].flatMap((topic) => rig.samples(topic, count));
  await rig.push(topics(45));
  const out = await rig.push([...topics(90), ...rig.samples(6, 20)]);
  const told = out
    .filter(({ topic, value }) => topic === TOPICS.generations && value !== null)
    .map(({ value }) => generationRecordSchema.parse(JSON.parse(String(value))))
    .flatMap((record) => (record.kind === 'manifest' ? record : []));
  expect(told.map(({ type }) => type)).toEqual(['patch', 'full']);
  const [newborn] = told[0]?.relations.filter(({ kind }) => kind === 'born') ?? [];
  // The rebuild goes on with it, under its id.
  expect(told[1]?.clusters).toContain(newborn?.id);
});
